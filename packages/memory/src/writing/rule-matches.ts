import type { Fact, FactInput, Interval } from '@retentive/core';
import type { ScopeState } from '../scope/scope-state.ts';
import {
  type Bindings,
  type DerivationRule,
  type FactPattern,
  fillIn,
  isVariable,
} from '../semantic/define-rule.ts';
import { normaliseName } from '../semantic/fact-lookup.ts';
import { sameValue } from '../semantic/same-value.ts';

interface Match {
  readonly bindings: Bindings;
  readonly facts: readonly Fact[];
}

/** The time in which all hold; undefined where there is none. */
const together = (facts: readonly Fact[]): Interval | undefined => {
  const from = Math.max(...facts.map(({ valid }) => valid.from ?? Number.NEGATIVE_INFINITY));
  const until = Math.min(...facts.map(({ valid }) => valid.until ?? Number.POSITIVE_INFINITY));
  if (from >= until) return undefined;
  return {
    ...(from === Number.NEGATIVE_INFINITY ? {} : { from }),
    ...(until === Number.POSITIVE_INFINITY ? {} : { until }),
  };
};

const bind = (bindings: Map<string, string>, term: string, text: string): boolean => {
  const known = isVariable(term) ? bindings.get(term) : term;
  if (known !== undefined) return sameValue(known, text);
  bindings.set(term, text);
  return true;
};

const matchOne = (pattern: FactPattern, fact: Fact, before: Bindings): Bindings | undefined => {
  const { subject, attribute, value, negated } = fact;
  if (subject === undefined || attribute === undefined || negated !== (pattern.negated ?? false))
    return undefined;
  if (normaliseName(attribute) !== normaliseName(pattern.attribute)) return undefined;
  const bindings = new Map(before);
  if (!bind(bindings, pattern.subject, subject)) return undefined;
  if (pattern.value === undefined) return bindings;
  return value !== undefined && bind(bindings, pattern.value, value) ? bindings : undefined;
};

/** How much looking is left. */
export interface Looking {
  left: number;
}

/** Taking a match further costs about as much as looking at so many facts. */
const MATCH_COST = 10;

/** Every way to fit the patterns with `fact` at the place `at`, as long as there is looking left. */
function* matchesWith(
  { when }: DerivationRule,
  at: number,
  fact: Fact,
  { semantic }: Pick<ScopeState, 'semantic'>,
  looking: Looking,
): Generator<Match> {
  const places = [...when.keys()].filter((place) => place !== at);
  function* further({ bindings, facts }: Match, done: number): Generator<Match> {
    if (done === places.length) {
      looking.left -= MATCH_COST;
      yield { bindings, facts };
      return;
    }
    const pattern = when[places[done] as number] as FactPattern;
    const subject = isVariable(pattern.subject) ? bindings.get(pattern.subject) : pattern.subject;
    const found =
      subject === undefined ? semantic.having(pattern.attribute) : semantic.same(subject, pattern.attribute);
    for (const other of found) {
      if (looking.left <= 0) return;
      looking.left -= 1;
      const more = other.agent === fact.agent ? matchOne(pattern, other, bindings) : undefined;
      if (more !== undefined) yield* further({ bindings: more, facts: [...facts, other] }, done + 1);
    }
  }
  const first = matchOne(when[at] as FactPattern, fact, new Map());
  if (first !== undefined) yield* further({ bindings: first, facts: [fact] }, 0);
}

const conclusionOf = (
  { conclude, text }: DerivationRule,
  { bindings, facts }: Match,
): FactInput | undefined => {
  const valid = together(facts);
  if (valid === undefined) return undefined;
  const subject = fillIn(conclude.subject, bindings);
  const value = conclude.value === undefined ? undefined : fillIn(conclude.value, bindings);
  const plain = [subject, conclude.negated === true ? 'not' : '', conclude.attribute, value ?? ''];
  return {
    text: text === undefined ? plain.filter((word) => word !== '').join(' ') : fillIn(text, bindings),
    subject,
    attribute: conclude.attribute,
    ...(value === undefined ? {} : { value }),
    ...(conclude.negated === true ? { negated: true } : {}),
    valid,
    premises: [...new Set(facts.map(({ id }) => id))].toSorted(),
  };
};

/** A conclusion and the rule that draws it. */
export interface Drawn {
  readonly rule: DerivationRule;
  readonly conclusion: FactInput;
}

/** Every conclusion that rules draw with a fact, as long as there is looking left. */
export function* conclusionsWith(
  fact: Fact,
  rules: readonly DerivationRule[],
  state: Pick<ScopeState, 'semantic'>,
  looking: Looking,
): Generator<Drawn> {
  for (const rule of rules) {
    for (const at of rule.when.keys()) {
      for (const match of matchesWith(rule, at, fact, state, looking)) {
        const conclusion = conclusionOf(rule, match);
        if (conclusion !== undefined) yield { rule, conclusion };
      }
    }
  }
}
