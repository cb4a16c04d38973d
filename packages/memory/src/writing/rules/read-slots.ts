import type { FactInput, Message } from '@retentive/core';
import { KIN_OF, type Standing } from './held-values.ts';
import { plainEnglish, slotEnglish } from './plain-english.ts';
import { namedKin } from './presupposed.ts';
import { isDenied, isUnsure } from './slot-cues.ts';
import { weighEvidence } from './slot-evidence.ts';
import { type SlotDraft, slotFact } from './slot-facts.ts';
import { SLOTS, type Slot } from './slot-states.ts';
import { readTurns } from './slot-turns.ts';
import { shaped } from './slot-values.ts';
import { asTheirOwn, kinIn, kinSubject } from './spoken-kin.ts';
import { findStatements } from './statements.ts';
import { LOOKS } from './value-looks.ts';
import { isWhole } from './whole-phrase.ts';
import { takesBack } from './withdrawals.ts';
import { beginningsOf, createWordIndex } from './word-index.ts';

const SELF = /\b(?:I|me|my|mine|myself|we|us|our|ours|yours truly)\b/iu;
const OTHERS = /\b(?:he|she|they|his|her|their|him|them|you|your|people|somebody|someone)\b/iu;

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

const isFragment = (part: string, at: number): boolean =>
  at <= 8 && !OTHERS.test(part) && part.split(' ').length <= 14;

/** What may still follow a statement without a doubt cast on it: another clause. */
const NEXT_CLAUSE =
  /[,;:–—]| (?:and|but|so|because|which|who|how|what|when|where|while|until|although)(?![\p{L}])/iu;

/** A doubt that stands after what it is cast on. */
const DOUBTED_AFTER =
  /(?<![\p{L}])(?:I (?:think|guess|suppose|believe|wish|hope)|maybe|perhaps|possibly|probably|apparently|supposedly|allegedly|or something|if only|not really|just kidding|joking|pretend\p{L}*|if I|unless)(?![\p{L}])/iu;

/** Whether what a part says up to `end` is only supposed: by the words before it, in its clause, or by a doubt after it. */
const isSupposed = (part: string, end: number): boolean => {
  const after = part.slice(end);
  const next = NEXT_CLAUSE.exec(after)?.index ?? after.length;
  return isUnsure(part.slice(0, end + next)) || DOUBTED_AFTER.test(after);
};

/** Where a statement ends: a value that was cut at the border of a clause ends it there. */
const endOf = ({ 0: found, index }: RegExpExecArray, caught: string, value: string): number => {
  const at = found.endsWith(caught) ? caught.indexOf(value) : -1;
  return at < 0 ? index + found.length : index + found.length - caught.length + at + value.length;
};

const isTold = (part: string, attribute: string, start: number, end: number): boolean => {
  const self = SELF.test(part) || isFragment(part, start);
  if (!self || isSupposed(part, end)) return false;
  const isFeeling = /^(?:likes|dislikes|favorite)/u.test(attribute) && DENYING.test(part);
  // What is denied after the value is something else: "my new job with Acme: still no desk".
  return isFeeling || !isDenied(part.slice(0, end));
};

/** Every form with its slot, by the words that it needs. */
const FORMS = createWordIndex(
  SLOTS.flatMap((slot) => slot.forms.map((form) => ({ slot, form }))),
  ({ form }) => form.needs,
);

/** A kind that is not named must be told by the looks of its values, where they have any. */
const looksRight = ({ attribute, nouns }: Slot, value: string, part: string): boolean =>
  attribute !== 'favorite:color' || nouns.test(part) || (LOOKS[attribute]?.(value) ?? []).length > 0;

const statesIn = (
  part: string,
  whole: string,
  subject: string,
  accepts: (slot: Slot) => boolean,
): readonly SlotDraft[] => {
  // Asked before any form: most of what is said can tell nothing of its speaker.
  if (!(SELF.test(part) || isFragment(part, 0))) return [];
  const drafts: SlotDraft[] = [];
  const read = new Set<Slot>();
  for (const { slot, form } of FORMS.candidates(beginningsOf(part))) {
    if (read.has(slot) || !accepts(slot)) continue;
    const { attribute, shape } = slot;
    const match = form.find(part);
    const caught = match?.groups?.['v'];
    if (match === null || caught === undefined) continue;
    const value = shaped(caught, shape, whole);
    if (OF_OTHERS.test(attribute) && (!/^\p{Lu}/u.test(value) || /\bwhat\b/iu.test(match[0]))) continue;
    const end = endOf(match, caught, value);
    if (value === '' || !isTold(part, attribute, match.index, end)) continue;
    if (!looksRight(slot, value, part)) continue;
    const after = part.slice(end);
    if (!isWhole(part, match, caught, attribute, end)) continue;
    // "escaping to that island" is no thing by its first word.
    if (/^\p{L}+ing$/u.test(value) && /^ (?:to|at|from|with|about|into)\b/u.test(after)) continue;
    read.add(slot);
    // One thing is told of in one way: a ferret is a pet, and not owned as well.
    const isSaid = drafts.some(
      (draft) => draft.attribute === attribute || draft.value.includes(value) || value.includes(draft.value),
    );
    if (!isSaid) drafts.push({ subject, attribute, value });
  }
  return drafts;
};

const FELT = new Set(['likes', 'dislikes', 'favorite:food', 'favorite:color']);

/** One part of a sentence says one thing: of what it may say the first, of a feeling the most exact. */
const states = (part: string, whole: string, speaker: string): readonly SlotDraft[] => {
  if (part.split(' ').length > MAX_WORDS) return [];
  const kin = kinIn(part);
  const drafts = statesIn(
    part,
    whole,
    speaker,
    ({ attribute }) => kin === undefined || isWord(kin, attribute),
  );
  const felt = drafts.find(({ attribute }) => FELT.has(attribute));
  return drafts.filter((draft) => !FELT.has(draft.attribute) || draft === felt);
};

/** Letters before a relative who is what a text is about: "Yesterday my brother ...". */
const MOST_BEFORE_SUBJECT = 12;

/** Then "my sister" is only named beside what is told of oneself. */
const SPEAKS_OF_SELF = /\b(?:I|we|me|us)\b/iu;
const OF_SELF = /\b(?:I|we|me|us|my|our|mine)\b/iu;

/** What a part says of a relative. */
const kinStates = (
  part: string,
  whole: string,
  speaker: string,
  known: Standing | undefined,
): readonly SlotDraft[] => {
  const kin = kinIn(part);
  if (kin === undefined) return [];
  return statesIn(
    asTheirOwn(part, kin.phrase),
    whole,
    kinSubject(kin, speaker, known),
    ({ attribute }) => !isWord(kin, attribute),
  );
};

/** What a sentence tells of a relative by the looks of its values, where it speaks of nobody else. */
const kinWeighed = (
  sentence: string,
  whole: string,
  speaker: string,
  known: Standing | undefined,
): readonly SlotDraft[] => {
  const kin = kinIn(sentence);
  if (kin === undefined || OF_SELF.test(sentence.replace(kin.phrase, '')) || isUnsure(sentence)) return [];
  const subject = kinSubject(kin, speaker, known);
  return weighEvidence(asTheirOwn(sentence, kin.phrase), whole).map((each) => ({ subject, ...each }));
};

/** What a sentence tells of its speaker by the looks of its values. */
const weighed = (sentence: string, whole: string, speaker: string): readonly SlotDraft[] => {
  if (!SELF.test(sentence)) return [];
  const found = weighEvidence(sentence, whole);
  if (found.length === 0 || kinIn(sentence) !== undefined || isUnsure(sentence)) return [];
  return found.map((each) => ({ subject: speaker, ...each }));
};

/** What may be made of any sentence: it does not tell what the sentence says of a kind. */
const WEAK = new Set(['event', 'activity', 'routine', 'wants', 'habit', 'household', 'uses']);

/** Whether a fact tells what its sentence says; who somebody is stands beside that. */
const tellsMore = ({ attribute = '' }: FactInput): boolean =>
  !WEAK.has(attribute) && !attribute.startsWith('family:');

const PARTNERS = /^family:(?:wife|husband|girlfriend|boyfriend|fiance|fiancee|spouse)$/u;
const CHILDREN = /^family:(?:son|daughter|baby)$/u;

const keyOf = ({
  subject,
  attribute,
}: {
  readonly subject?: string | undefined;
  readonly attribute?: string | undefined;
}): string =>
  `${subject}|${PARTNERS.test(attribute ?? '') ? 'family:partner' : CHILDREN.test(attribute ?? '') ? 'family:child' : attribute?.replace('colour', 'color')}`;

/** "my wife Ana" tells who is one's partner; "my brother's wife Ana" does not. */
const isWord = ({ relation }: { readonly relation: string }, attribute: string): boolean =>
  OF_OTHERS.test(attribute) && keyOf({ attribute: `family:${relation}` }) === keyOf({ attribute });

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

/** What was read by slots. */
export interface SlotReading {
  readonly facts: readonly FactInput[];
  /** The words that turned something known. */
  readonly turning: readonly string[];
}

/**
 * Facts that a message tells in words that no rule of clauses fits: the values of what people are asked for most, between
 * the words that tell them; and what is said of something known by naming it. `read` are the facts found before.
 */
export const readSlots = (
  message: Message,
  previous: readonly Message[],
  read: readonly FactInput[],
  known: Standing | undefined,
): SlotReading => {
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
  const ownStates = new Map<string, readonly SlotDraft[]>();
  const told = (part: string): readonly SlotDraft[] => {
    const drafts = ownStates.get(part) ?? states(part, message.text, speaker);
    ownStates.set(part, drafts);
    return drafts;
  };
  const turns = readTurns(message, previous, known, (text) => {
    const kin = SPEAKS_OF_SELF.test(text) ? undefined : kinIn(text);
    if (kin === undefined || text.indexOf(kin.phrase) > MOST_BEFORE_SUBJECT)
      return { subject: speaker, told: () => partsOf(text).flatMap(told) };
    const theirs = (): readonly SlotDraft[] =>
      partsOf(text).flatMap((part) => kinStates(part, message.text, speaker, known));
    return { subject: kinSubject(kin, speaker, known), kin: kin.relation, told: theirs };
  });
  for (const { drafts, quote } of turns) {
    const replaces = drafts.some(({ negated }) => negated !== true);
    if (replaces) for (const draft of drafts) if (!stated.has(keyOf(draft))) done.delete(keyOf(draft));
    keep(drafts, quote);
  }
  const turning = turns.map(({ quote }) => quote);
  if (turns.length > 0 || statements.some(({ text }) => takesBack(plainEnglish(text))))
    return { facts, turning };
  for (const { text, verbatim } of statements) {
    // A sentence that a rule of clauses fits has been read.
    if (read.some((fact) => tellsMore(fact) && fact.sources?.[0]?.quote === verbatim)) continue;
    const plain = slotEnglish(text);
    for (const part of partsOf(plain)) {
      keep(renamed(told(part), known), verbatim);
      keep(kinStates(part, message.text, speaker, known), verbatim);
    }
    keep(renamed(weighed(plain, message.text, speaker), known), verbatim);
    keep(kinWeighed(plain, message.text, speaker, known), verbatim);
  }
  for (const { attribute, name, quote } of namedKin(message.text))
    keep(renamed([{ subject: speaker, attribute, value: name }], known), quote);
  return { facts, turning };
};
