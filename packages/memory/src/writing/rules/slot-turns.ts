import type { Message } from '@retentive/core';
import {
  asSaid,
  type Held,
  heldOf,
  isPartOf,
  KNOWN_AS,
  mentions,
  type Standing,
  sameWords,
  sharesWord,
  TYPED,
  words,
} from './held-values.ts';
import { slotEnglish } from './plain-english.ts';
import { isUnsure, mayTurn, soundsWithdrawn, type Turn, turnOf } from './slot-cues.ts';
import type { SlotDraft } from './slot-facts.ts';
import type { Slot } from './slot-states.ts';
import { type Form, formWith, SHAPES, type Shape, shaped, valuesIn } from './slot-values.ts';
import { findStatements } from './statements.ts';
import { isSure } from './sure-turns.ts';
import { LOOKS } from './value-looks.ts';
import { attributeRule } from './vocabulary.ts';
import { beginningsOf, createWordIndex, type WordIndex } from './word-index.ts';

/** What a message does to what was known, with its words. */
export interface ReadTurn {
  readonly drafts: readonly SlotDraft[];
  readonly quote: string;
}

const THAT =
  '(?:it|that|this|which|he|she|they|mine|the right \\p{L}+|the correct \\p{L}+|the answer|the (?:right|real|actual) one)';
const VERY =
  '(?:actually |really |now |always |in fact |rather |all |all about |just |only |of course |truly |properly )*';
/** What a value stands beside where it takes the place of another. */
const LOOSE = [
  `${THAT} (?:is|was|are|will be|should be|should have been|ought to be|should read|would be|has been|says) ${VERY}(?:an? |the )?{v}`,
  '{v} (?:is|are) (?:what|my|mine|the one|who|where|right|correct|accurate|closer|the|now|it|our)',
  '(?:now|instead|rather|nowadays|these days|lately|today)[:,]? (?:it is |I (?:am|have|\\p{L}+) |with |on |into |for |at |in |a |an |the |my |is )*{v}',
  '(?:correction|edit|update|fix|actually|sorry|oops|rather|precisely|new \\p{L}+|now|fresh \\p{L}+(?: \\p{L}+)?)(?: to the above)? ?[:,!–—-]+ ?(?:an? |the |it is )*{v}',
  '{v} (?:now|instead|these days|nowadays|has taken|has moved in|took over|took (?:its|his|her) place|replaced|has appeared|it is)',
  '{v} that I ',
  '(?:mine|my own|that is mine|my real \\p{L}+|my actual \\p{L}+) is (?:an? |the )?{v}',
];

/** The same where both values are set against each other, or one is said to be right. */
const CONTRASTS = [
  '(?:meant|I mean|should have said|meant to say|meant to write|should read|should have read|have read|(?<=^|[,.;:!–—] ?)make (?:it|that)|should say|wanted to say|record|put down|to read|write down) ?:? (?:is |was |it )?{v}',
  '{v},? (?:and )?(?:not|rather than|instead of) ',
  '(?:switch|swap|trad|chang|mov|turn|convert|replac|upgrad|went over|gone over|(?:given|gave|made|making) way|transferr?|defect|dethron|exchang|graduat|progress|mov|left|leaving|ditch|dropp|drop)\\p{L}*[^.!?]{0,40}? (?:to|into|for|with|by|onto|in favou?r of) (?:an? |the |my )?{v}',
  'not [^,;:.!–—]+[,;:.!–—]+ (?:but |it is |rather |an? |the )*{v}',
  'should (?:be|read|say|have been) (?:an? |the )?{v}',
  '(?:typo|mistake|slip|wrong|error|autocorrect)[^,;:.!]*[,;:.!]+ ?(?:it is |an? |the )*{v}(?=[.,!]|$)',
];

const anchorsBy = (anchors: readonly string[]): ReadonlyMap<Shape, WordIndex<Form>> =>
  new Map(
    SHAPES.map((shape) => [
      shape,
      createWordIndex(
        anchors.map((anchor) => formWith(anchor, shape)),
        ({ needs }) => needs,
      ),
    ]),
  );

const ANCHORS_BY_SHAPE = anchorsBy([...LOOSE, ...CONTRASTS]);

/** Of things of which there may be many another one takes the place only where both are set against each other. */
const CONTRASTS_BY_SHAPE = anchorsBy(CONTRASTS);

/** "Career switch complete: florist" */
const NAMED_FORMS: ReadonlyMap<Slot, Form> = new Map(
  [...new Set(KNOWN_AS.values())].map((slot) => [
    slot,
    formWith(`(?:${slot.nouns.source})[^.!?:]{0,30}(?::\\s*(?:an? |the )?|, an? ){v}`, slot.shape),
  ]),
);

/** A word that has its capital from standing first. */
const isOpening = (text: string, value: string): boolean =>
  !value.includes(' ') &&
  new RegExp(String.raw`(?:^|[.!?] )${value.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')} \p{Ll}`, 'u').test(
    text,
  ) &&
  text.split(value).length === 2 &&
  !text.includes(`${value} is `);

/** What a text puts in the place of what is held, by the words around it. */
const anchored = (text: string, held: Held, shape: Shape): string => {
  const isMany = shape === 'thing' && attributeRule(held.attribute).values === 'many';
  const by = isMany ? CONTRASTS_BY_SHAPE : ANCHORS_BY_SHAPE;
  const anchors = by.get(shape)?.candidates(beginningsOf(text)) ?? [];
  for (const form of [...anchors, NAMED_FORMS.get(held.slot) ?? []].flat()) {
    for (const match of form.all(text)) {
      const value = shaped(match.groups?.['v'] ?? '', shape, text);
      const isFree = value !== '' && !sameWords(value, held.value) && !held.slot.nouns.test(value);
      if (isFree && !(shape === 'name' && isOpening(text, value)) && !soundsWithdrawn(value)) return value;
    }
  }
  return '';
};

/** The other value of the kind that a text names, if it names one. */
const otherValue = (text: string, held: Held, told: readonly SlotDraft[]): string => {
  const { shape, attribute } = held.slot;
  const stated = told.find((draft) => draft.attribute === attribute && !sameWords(draft.value, held.value));
  if (stated !== undefined) return stated.value;
  const looks = valuesIn(text, shape).filter((value) => !sameWords(value, held.value));
  if (TYPED.has(shape)) return looks[0] ?? '';
  const alike = LOOKS[attribute]?.(text).map(({ value }) => value) ?? [];
  const fresh = new Map(
    alike.filter((value) => !isPartOf(value, held.value)).map((value) => [words(value), value]),
  );
  if (fresh.size === 1) return [...fresh.values()][0] ?? '';
  const found = anchored(text, held, shape);
  if (found !== '' || shape !== 'name') return found;
  const others = looks.filter(
    (value) =>
      (mentions(asSaid(value), held.value, shape) === 0 || value.length > held.value.length) &&
      !isOpening(text, value),
  );
  return others.length === 1 ? (others[0] ?? '') : '';
};

const toDrafts = (held: Held, turn: Turn, other: string): readonly SlotDraft[] => {
  const { subject, attribute, value, sources } = held;
  const gone: SlotDraft = { subject, attribute, value, negated: true };
  switch (turn) {
    case 'withdrawn':
    case 'never':
      return [{ ...gone, isTakenBack: true, sources }];
    case 'ended':
    case 'denied':
      return [gone];
    case 'corrected':
      return [{ subject, attribute, value: other, sources }];
    case 'changed': {
      const now: SlotDraft = { subject, attribute, value: other };
      return attributeRule(attribute).values === 'many' ? [gone, now] : [now];
    }
  }
};

/** The parts of a message that are read as one: short messages as a whole, sentences of long ones. */
const unitsOf = (message: Message): readonly string[] => {
  const { text } = message;
  const isShort = text.length <= 240 && !/["“”\n]/u.test(text) && !/\?\s*$/u.test(text);
  return isShort ? [text] : findStatements(text).map(({ verbatim }) => verbatim);
};

/** Which of what is held a text speaks of: by value, by the noun of its kind, or as what was said just before. */
const spokenOf = (
  plain: string,
  said: string,
  all: readonly Held[],
  before: ReadonlySet<string>,
): readonly Held[] => {
  const named = all
    .map((held) => ({ held, how: mentions(said, held.value, held.slot.shape) }))
    .filter(({ how }) => how > 0);
  const best = Math.max(0, ...named.map(({ how }) => how));
  const called = named.filter(({ how }) => how === best).map(({ held }) => held);
  if (called.length > 0) {
    // "Tea" may be liked and grown: the kind that the text names is meant.
    const kind = called.filter(({ slot }) => slot.nouns.test(plain));
    return kind.length > 0 ? kind : called;
  }
  const nouns = all.filter(({ slot }) => slot.nouns.test(plain));
  if (new Set(nouns.map(({ attribute }) => attribute)).size === 1 && nouns.length === 1) return nouns;
  const last = all.filter(({ sources }) => sources.some(({ source }) => before.has(source)));
  return last.length === 1 && (!isUnsure(plain) || TYPED.has(last[0]?.slot.shape ?? 'name')) ? last : [];
};

/** Whether a text may do that to what is held: it names it, or its kind, and says so for sure. */
const mayBe = (turn: Turn, held: Held, plain: string, isNamed: boolean): boolean => {
  // What is not named can only be put right, replaced or taken back by its kind.
  const isLoose = !isNamed && !held.slot.nouns.test(plain);
  if (isLoose && turn !== 'corrected') return false;
  return (isNamed || turn !== 'denied') && isSure(plain, held, turn);
};

/** Whom a text speaks of, and what it states of them. */
export interface Spoken {
  readonly subject: string;
  /** What the subject is to the speaker, where it is somebody else. */
  readonly kin?: string | undefined;
  readonly told: () => readonly SlotDraft[];
}

/** What may be turned by a text: of a relative what is known of them, and that they are one. */
const turnable = ({ subject, kin }: Spoken, speaker: string, known: Standing): readonly Held[] => {
  if (kin === undefined) return heldOf(subject, known);
  const asKin = heldOf(speaker, known).filter(({ attribute }) => attribute.startsWith('family:'));
  const own = [subject, `${speaker}'s ${kin}`].flatMap((name) => heldOf(name, known));
  return [...asKin, ...own];
};

/** What a message says of what is known, by naming it: that it changed, ended, was wrong, or was never so. */
export const readTurns = (
  message: Message,
  previous: readonly Message[],
  known: Standing | undefined,
  spokenIn: (text: string) => Spoken,
): readonly ReadTurn[] => {
  if (known === undefined || !mayTurn(slotEnglish(message.text))) return [];
  const speaker = message.speaker ?? 'user';
  const last = previous.findLast(({ role, speaker }) => role === 'user' && speaker === message.speaker);
  const before: ReadonlySet<string> = new Set(last === undefined ? [] : [last.id]);
  return unitsOf(message).flatMap((quote) => {
    const plain = slotEnglish(quote);
    const said = asSaid(plain);
    const about = spokenIn(plain);
    const spoken = spokenOf(plain, said, turnable(about, speaker, known), before);
    if (spoken.length === 0) return [];
    const told = about.told();
    const isNamed = (held: Held): boolean => mentions(said, held.value, held.slot.shape) > 0;
    const drafts = spoken.flatMap((held) => {
      const other = otherValue(plain, held, told);
      const isStated = told.some((draft) => draft.attribute === held.slot.attribute && draft.value === other);
      const isOne = attributeRule(held.attribute).values === 'one';
      const turn =
        turnOf(plain, other !== '') ??
        (other !== '' && isNamed(held) && (TYPED.has(held.slot.shape) || sharesWord(other, held.value))
          ? 'corrected'
          : isStated && isOne
            ? 'changed'
            : undefined);
      if (turn === undefined || !mayBe(turn, held, plain, isNamed(held))) return [];
      return toDrafts(held, turn, other);
    });
    return drafts.length === 0 ? [] : [{ drafts, quote }];
  });
};
