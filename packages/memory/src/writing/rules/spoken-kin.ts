import type { Standing } from './held-values.ts';
import { relationOf } from './kin.ts';

/** Somebody of the speaker's kin, as a sentence names them. */
export interface SpokenKin {
  readonly phrase: string;
  readonly relation: string;
  readonly name: string | undefined;
}

const OWNER = /\b(?:[Mm]y|[Oo]ur) /gu;

/** "my sister", "my older sister", "my very own sister", with a name after it. */
const KIN_FORMS = [0, 1, 2].map(
  (between) =>
    new RegExp(
      String.raw`^(?:[Mm]y|[Oo]ur) (?:[\p{L}-]+ ){${between}}(?<kin>[\p{L}-]+)(?:,? (?<name>\p{Lu}\p{L}+)(?![\p{L}]))?(?:'s)?`,
      'u',
    ),
);

/** Somebody of the speaker's kin whom a sentence is about. */
export const kinIn = (text: string): SpokenKin | undefined => {
  for (const { index } of text.matchAll(OWNER)) {
    for (const form of KIN_FORMS) {
      const match = form.exec(text.slice(index));
      const { kin = '', name } = match?.groups ?? {};
      const relation = relationOf(kin.replace(/'s$/u, ''));
      if (match !== null && relation !== undefined) return { phrase: match[0], relation, name };
    }
  }
  return undefined;
};

const VERB_OF_THEIRS =
  /\bI(?<between>(?:,? (?:\p{L}+ly|now|still|also|just|always|never|ever|really|who|that|too))*) (?<verb>\p{L}{2,}?)(?<end>ies|(?<=sh|ch|ss|x|go|do)es|s)(?![\p{L}'’])/gu;
/** Then somebody is what something is done to: "Acme employs my brother". */
const BEFORE_OBJECT = /(?:^|\s)(?:to|for|with|of|from|by|\p{L}+(?:[^s\W]s|ed|ves)) $/iu;

/** A sentence about somebody as they would say it themselves: "My sister lives there" as "I live there". */
export const asTheirOwn = (text: string, phrase: string): string => {
  const before = text.slice(0, text.indexOf(phrase));
  const self = phrase.endsWith("'s") ? 'my' : BEFORE_OBJECT.test(before) ? 'me' : 'I';
  return text
    .replace(phrase, self)
    .replace(/\b(?:she|he)\b/giu, 'I')
    .replace(/\b(?:her|his)\b/giu, 'my')
    .replace(VERB_OF_THEIRS, (found, between: string, verb: string, end: string) =>
      /^(?:is|has|was|this|as|its|us)$/iu.test(verb + end)
        ? found
        : `I${between} ${end === 'ies' ? `${verb}y` : verb}`,
    )
    .replace(/\bI(?<between>(?: \p{L}+ly| now| still)*) is\b/gu, 'I$<between> am')
    .replace(/\bI(?<between>(?: \p{L}+ly| now| still)*) has\b/gu, 'I$<between> have');
};

/** The subject that facts of a relative have: the name where it is known, or whose relative it is. */
export const kinSubject = (
  { relation, name }: SpokenKin,
  speaker: string,
  known: Standing | undefined,
): string => {
  const names =
    known?.(speaker, `family:${relation}`).flatMap(({ value }) =>
      value !== undefined && /^\p{Lu}/u.test(value) ? [value] : [],
    ) ?? [];
  return name ?? (names.length === 1 ? names[0] : undefined) ?? `${speaker}'s ${relation}`;
};
