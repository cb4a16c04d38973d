import type { Fact } from '@retentive/core';
import type { Knowledge } from '../fact-types.ts';
import { attributesCalled, type CalledAttribute, isMentioned } from '../semantic/attribute-names.ts';
import { normaliseName } from '../semantic/fact-lookup.ts';
import { sameValue } from '../semantic/same-value.ts';
import type { FactQuery, SemanticStore } from '../semantic/semantic-types.ts';

/** What is looked for. */
export interface Wanted {
  /** Names of the subject. */
  readonly about: readonly string[];
  readonly attribute: string;
  readonly value?: string | undefined;
  readonly query: Pick<FactQuery, 'asOf' | 'knownAt' | 'now'>;
  readonly canRead: (fact: Fact) => boolean;
  /** Whether an attribute has one value at a time. */
  readonly hasOneValue: (attribute: string) => boolean;
}

const judge = (
  found: readonly Fact[],
  attribute: string,
  { value, hasOneValue }: Wanted,
): Knowledge | undefined => {
  const said = found.filter(({ negated }) => !negated);
  const denied = found.filter(({ negated }) => negated);
  const saidSo = value === undefined ? said : said.filter((fact) => sameValue(fact.value, value));
  if (saidSo.length > 0) return { status: 'known', facts: saidSo, because: 'it is believed' };
  const deniedSo =
    value === undefined
      ? denied
      : denied.filter((fact) => fact.value === undefined || sameValue(fact.value, value));
  if (deniedSo.length > 0)
    return { status: 'known-not', facts: deniedSo, because: 'it is believed not to be so' };
  if (said.length > 0 && hasOneValue(attribute)) {
    return {
      status: 'known-not',
      facts: said,
      because: 'another value is believed, and there is one at a time',
    };
  }
  return undefined;
};

/** Why nothing is known, in the order in which it is worth saying. */
const absence = (ever: readonly Fact[]): string => {
  if (ever.length === 0) return 'nothing was ever recorded about it';
  if (ever.some(({ recorded }) => recorded.until === undefined))
    return 'what is known of it holds at another time';
  return 'what was known of it was taken back';
};

/** Attributes of the subject that go by one of these names too, as whoever wrote the facts calls them. */
const alsoCalled = (
  semantic: SemanticStore,
  about: readonly string[],
  called: readonly CalledAttribute[],
): readonly CalledAttribute[] => {
  const whole = new Set(called.filter(({ mentions }) => mentions === undefined).map((one) => one.attribute));
  const goesBy = (other: string): boolean =>
    attributesCalled(other).some((one) => one.mentions === undefined && whole.has(one.attribute));
  return about
    .flatMap((subject) => semantic.attributesOf(subject))
    .filter((other) => !whole.has(other) && goesBy(other))
    .map((attribute) => ({ attribute }));
};

/**
 * What is known of an attribute: by its own name first, then by those that it goes by; only where they know nothing, by
 * looking through all attributes of the subject.
 */
export const knownOf = (semantic: SemanticStore, wanted: Wanted): Knowledge => {
  const { about, query, canRead } = wanted;
  const subjects = new Set(about.map(normaliseName));
  const ofSubject = (fact: Fact): boolean =>
    canRead(fact) && fact.subject !== undefined && subjects.has(normaliseName(fact.subject));

  let denied: Knowledge | undefined;
  const look = (attributes: readonly CalledAttribute[]): Knowledge | undefined => {
    for (const { attribute, mentions } of attributes) {
      const found = semantic
        .facts({ ...query, about, attribute })
        .filter((fact) => ofSubject(fact) && (mentions === undefined || isMentioned(mentions, fact)));
      const judged = judge(found, attribute, wanted);
      if (judged?.status === 'known') return judged;
      denied ??= judged;
    }
    return undefined;
  };

  const called = attributesCalled(wanted.attribute);
  const known = look(called);
  if (known !== undefined) return known;
  const others = alsoCalled(semantic, about, called);
  const also = look(others) ?? denied;
  if (also !== undefined) return also;
  const { knownAt = Number.POSITIVE_INFINITY } = query;
  const ever = [...called, ...others].flatMap(({ attribute }) =>
    about.flatMap((subject) =>
      semantic
        .ever(subject, attribute)
        .filter((fact) => canRead(fact) && fact.recorded.from !== undefined && fact.recorded.from <= knownAt),
    ),
  );
  return { status: 'unknown', facts: [], because: absence(ever) };
};
