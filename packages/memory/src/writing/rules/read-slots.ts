import type { FactInput, Message } from '@retentive/core';
import { relationOf } from './kin.ts';
import { plainEnglish, slotEnglish } from './plain-english.ts';
import { isDenied, isUnsure } from './slot-cues.ts';
import { type SlotDraft, slotFact } from './slot-facts.ts';
import { SLOTS, type Slot } from './slot-states.ts';
import { KIN_OF, readTurns, type Standing } from './slot-turns.ts';
import { shaped } from './slot-values.ts';
import { findStatements } from './statements.ts';
import { takesBack } from './withdrawals.ts';

const SELF = /\b(?:I|me|my|mine|myself|we|us|our|ours|yours truly)\b/iu;
const OTHERS = /\b(?:he|she|they|his|her|their|him|them|you|your|people|somebody|someone)\b/iu;
const OWNER = /\b(?:[Mm]y|[Oo]ur) /gu;

/** Kinds of facts that are told of oneself by words for others. */
const OF_OTHERS = /^family:/u;
/** Words for a feeling may stand beside a denial: "can not stand", "never get enough". */
const DENYING =
  /\b(?:can not (?:stand|bear|stomach|abide|get enough|live without)|never get enough|not (?:a|the biggest|much of a) fan|no (?:big )?fan|do not (?:like|enjoy|care for)|never liked|nothing (?:beats|makes|tops)|no time for|no love for|no (?:colou?r|shade|food|dish|meal))\b/iu;

const MAX_WORDS = 40;

/** Parts of a sentence that say something each. */
const partsOf = (plain: string): readonly string[] =>
  plain
    .split(/[;–—]\s*|[.!]+\s+|,\s+(?=(?:and|but|so|because|since|which is)\b)|\s+-\s+/u)
    .filter((part) => part.trim() !== '');

/** Somebody of the speaker's kin whom a sentence is about. */
const kinIn = (
  text: string,
): { readonly phrase: string; readonly relation: string; readonly name: string | undefined } | undefined => {
  for (const { index } of text.matchAll(OWNER)) {
    for (const words of [1, 2, 3]) {
      const form = new RegExp(
        String.raw`^(?:[Mm]y|[Oo]ur) (?:[\p{L}-]+ ){${words - 1}}(?<kin>[\p{L}-]+)(?:,? (?<name>\p{Lu}\p{L}+)(?![\p{L}]))?(?:'s)?`,
        'u',
      );
      const match = form.exec(text.slice(index));
      const { kin = '', name } = match?.groups ?? {};
      const relation = relationOf(kin.replace(/'s$/u, ''));
      if (match !== null && relation !== undefined) return { phrase: match[0], relation, name };
    }
  }
  return undefined;
};

/** A sentence about somebody as they would say it themselves: "My sister lives there" as "I live there". */
const asTheirOwn = (text: string, phrase: string): string =>
  text
    .replace(phrase, phrase.endsWith("'s") ? 'my' : 'I')
    .replace(/\b(?:she|he)\b/giu, 'I')
    .replace(/\b(?:her|his)\b/giu, 'my')
    .replace(/\b(?<verb>\p{L}{2,}?)(?<end>ies|s)\b(?= )/gu, (word, verb: string, end: string) =>
      /^(?:is|has|was|this|as|its|us)$/iu.test(word) ? word : end === 'ies' ? `${verb}y` : verb,
    )
    .replace(/\bI (?:is)\b/gu, 'I am')
    .replace(/\bI has\b/gu, 'I have');

const isFragment = (part: string, at: number): boolean =>
  at <= 8 && !OTHERS.test(part) && part.split(' ').length <= 14;

const isTold = (part: string, attribute: string, match: RegExpExecArray): boolean => {
  const self = SELF.test(part) || isFragment(part, match.index);
  if (!self || isUnsure(part)) return false;
  const isFeeling = /^(?:likes|dislikes|favorite)/u.test(attribute) && DENYING.test(part);
  // What is denied after the value is something else: "my new job with Acme: still no desk".
  return isFeeling || !isDenied(part.slice(0, match.index + match[0].length));
};

const statesIn = (
  part: string,
  whole: string,
  subject: string,
  slots: readonly Slot[],
): readonly SlotDraft[] => {
  // Asked before any form: most of what is said can tell nothing of its speaker.
  if (isUnsure(part) || !(SELF.test(part) || isFragment(part, 0))) return [];
  const drafts: SlotDraft[] = [];
  for (const { attribute, shape, forms } of slots) {
    for (const form of forms) {
      const match = form.find(part);
      const caught = match?.groups?.['v'];
      if (match === null || caught === undefined) continue;
      const value = shaped(caught, shape, whole);
      if (OF_OTHERS.test(attribute) && !/^\p{Lu}/u.test(value)) continue;
      if (value === '' || !isTold(part, attribute, match)) continue;
      const after = part.slice(match.index + match[0].length);
      // "escaping to that island" is no thing by its first word.
      if (/^\p{L}+ing$/u.test(value) && /^ (?:to|at|from|with|about|into)\b/u.test(after)) continue;
      // One thing is told of in one way: a ferret is a pet, and not owned as well.
      if (
        drafts.some(
          (draft) =>
            draft.attribute === attribute || draft.value.includes(value) || value.includes(draft.value),
        )
      )
        break;
      drafts.push({ subject, attribute, value });
      break;
    }
  }
  return drafts;
};

const FELT = new Set(['likes', 'dislikes', 'favorite:food', 'favorite:color']);

/** One part of a sentence says one thing: of what it may say the first, of a feeling the most exact. */
const states = (part: string, whole: string, speaker: string): readonly SlotDraft[] => {
  if (part.split(' ').length > MAX_WORDS) return [];
  const kin = kinIn(part);
  const own = kin === undefined ? SLOTS : SLOTS.filter(({ attribute }) => OF_OTHERS.test(attribute));
  const drafts = statesIn(part, whole, speaker, own);
  const felt = drafts.find(({ attribute }) => FELT.has(attribute));
  return drafts.filter((draft) => !FELT.has(draft.attribute) || draft === felt);
};

/** What a part says of a relative. */
const kinStates = (
  part: string,
  whole: string,
  speaker: string,
  known: Standing | undefined,
): readonly SlotDraft[] => {
  const kin = kinIn(part);
  if (kin === undefined || isUnsure(part)) return [];
  const names =
    known?.(speaker, `family:${kin.relation}`).flatMap(({ value }) =>
      /^\p{Lu}/u.test(value ?? '') ? [value] : [],
    ) ?? [];
  const subject = kin.name ?? (names.length === 1 ? names[0] : undefined) ?? `${speaker}'s ${kin.relation}`;
  const theirs = SLOTS.filter(({ attribute }) => !OF_OTHERS.test(attribute));
  return statesIn(asTheirOwn(part, kin.phrase), whole, subject, theirs);
};

/** What may be made of any sentence: it does not tell what the sentence says of a kind. */
const WEAK = new Set(['event', 'activity', 'routine', 'wants', 'habit', 'household', 'uses']);

const PARTNERS = /^family:(?:wife|husband|girlfriend|boyfriend|fiance|fiancee|spouse)$/u;
const CHILDREN = /^family:(?:son|daughter|baby)$/u;

const keyOf = ({
  subject,
  attribute,
}: {
  readonly subject?: string | undefined;
  readonly attribute?: string | undefined;
}): string =>
  `${subject}|${PARTNERS.test(attribute ?? '') ? 'family:partner' : CHILDREN.test(attribute ?? '') ? 'family:child' : attribute}`;

/** What is filed under a narrower name already: a partner that is a wife, a dish that is a meal. */
const renamed = (drafts: readonly SlotDraft[], known: Standing | undefined): readonly SlotDraft[] =>
  drafts.flatMap((draft) => {
    for (const attribute of KIN_OF[draft.attribute] ?? []) {
      const old = known?.(draft.subject, attribute).findLast(
        ({ negated, valid }) => !negated && valid.until === undefined,
      );
      if (old?.value === undefined || draft.attribute === 'family:child') continue;
      if (draft.attribute !== 'family:partner' || old.value === draft.value) return [{ ...draft, attribute }];
      return [{ subject: draft.subject, attribute, value: old.value, negated: true }, draft];
    }
    return [draft];
  });

/**
 * Facts that a message tells in words that no rule of clauses fits: the values of what people are asked for most, between
 * the words that tell them; and what is said of something known by naming it. `read` are the facts found before.
 */
export const readSlots = (
  message: Message,
  previous: readonly Message[],
  read: readonly FactInput[],
  known: Standing | undefined,
): readonly FactInput[] => {
  const speaker = message.speaker ?? 'user';
  const statements = findStatements(message.text);
  const done = new Set(read.map(keyOf));
  // What is only denied so far may have something else in its place.
  const stated = new Set(read.filter(({ negated }) => negated !== true).map(keyOf));
  const facts: FactInput[] = [];
  const keep = (drafts: readonly SlotDraft[], quote: string): void => {
    const fresh = drafts.filter((draft) => !done.has(keyOf(draft)));
    facts.push(...fresh.map((draft) => slotFact(draft, message, quote)));
    for (const draft of fresh) done.add(keyOf(draft));
  };
  const turns = readTurns(message, previous, known, (text) =>
    partsOf(text).flatMap((part) => states(part, message.text, speaker)),
  );
  for (const { drafts, quote } of turns) {
    const replaces = drafts.some(({ negated }) => negated !== true);
    if (replaces) for (const draft of drafts) if (!stated.has(keyOf(draft))) done.delete(keyOf(draft));
    keep(drafts, quote);
  }
  if (turns.length > 0 || statements.some(({ text }) => takesBack(plainEnglish(text)))) return facts;
  for (const { text, verbatim } of statements) {
    // A sentence that a rule of clauses fits has been read.
    if (read.some((fact) => !WEAK.has(fact.attribute ?? '') && fact.sources?.[0]?.quote === verbatim))
      continue;
    const plain = slotEnglish(text);
    for (const part of partsOf(plain)) {
      keep(renamed(states(part, message.text, speaker), known), verbatim);
      keep(kinStates(part, message.text, speaker, known), verbatim);
    }
  }
  return facts;
};
