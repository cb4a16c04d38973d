import type { Fact, Message } from '@retentive/core';
import { slotEnglish } from './plain-english.ts';
import { isUnsure, mayTurn, type Turn, turnOf } from './slot-cues.ts';
import type { SlotDraft } from './slot-facts.ts';
import { SLOTS, type Slot } from './slot-states.ts';
import { type Form, formWith, type Shape, shaped, valuesIn } from './slot-values.ts';
import { findStatements } from './statements.ts';
import { attributeRule } from './vocabulary.ts';

/** Facts that stand, as the extractor is given them. */
export type Standing = (
  subject: string,
  attribute: string,
) => readonly Pick<Fact, 'value' | 'negated' | 'valid' | 'sources' | 'attribute'>[];

/** What a message does to what was known, with its words. */
export interface ReadTurn {
  readonly drafts: readonly SlotDraft[];
  readonly quote: string;
}

/** Attributes that share the shape and the nouns of a slot, and others whose values are only things. */
export const KIN_OF: Readonly<Record<string, readonly string[]>> = {
  'family:partner': ['wife', 'husband', 'girlfriend', 'boyfriend', 'fiance', 'fiancee', 'spouse'].map(
    (kin) => `family:${kin}`,
  ),
  'favorite:color': ['favorite:colour', 'favorite:shade'],
  'favorite:food': ['dish', 'meal', 'snack', 'treat', 'cuisine', 'dinner'].map((food) => `favorite:${food}`),
  'family:child': ['son', 'daughter', 'baby'].map((kin) => `family:${kin}`),
};
const THINGS =
  'hobby plays diet subscription project uses prefers activity bike laptop camera console wants routine habit'.split(
    ' ',
  );
const NAMES = 'school gym dentist email origin workplace relationship'.split(' ');

const KNOWN_AS: ReadonlyMap<string, Slot> = new Map([
  ...SLOTS.flatMap((slot) =>
    [slot.attribute, ...(KIN_OF[slot.attribute] ?? [])].map((name) => [name, slot] as const),
  ),
  ...[...THINGS, ...NAMES].map((attribute) => {
    const shape: Shape = THINGS.includes(attribute) ? 'thing' : 'name';
    return [
      attribute,
      { attribute, shape, nouns: new RegExp(`\\b${attribute}\\b`, 'iu'), forms: [] },
    ] as const;
  }),
]);

/** Shapes that can be told by their looks, wherever they stand. */
const TYPED: ReadonlySet<Shape> = new Set(['date', 'number', 'doctor', 'language'] as const);

const NUMBERS = KNOWN_AS.get('phone number') as Slot;

interface Held {
  readonly attribute: string;
  readonly value: string;
  readonly slot: Slot;
  readonly sources: Fact['sources'];
}

const words = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]s\b/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const bare = (value: string): string => words(value).replace(/^(?:an?|the|my|our|to|some) /u, '');

const stem = (text: string): string => text.replace(/(?<=\p{L}{3})(?:ing|es|s|e)\b/gu, '');

const LITTLE = new Set('the and for with from that this into our new old'.split(' '));

/** How far a text names a value: 2 by all its words, 1 by one that is its own. */
const mentions = (text: string, value: string, shape: Shape): number => {
  const [said, meant] = [` ${stem(words(text))} `, stem(bare(value))];
  if (meant === '') return 0;
  if (said.includes(` ${meant} `)) return 2;
  const parts = meant.split(' ').filter((part) => part.length > 2 && !LITTLE.has(part));
  if (parts.length < 2 && shape !== 'deed') return 0;
  const own =
    shape === 'name'
      ? parts.slice(0, 1)
      : shape === 'vehicle'
        ? parts
        : shape === 'deed'
          ? parts.slice(-2)
          : parts.slice(-1);
  return own.some((part) => part.length > 3 && said.includes(` ${part} `)) ? 1 : 0;
};

const heldOf = (subject: string, known: Standing): readonly Held[] =>
  [...KNOWN_AS].flatMap(([attribute, slot]) =>
    known(subject, attribute).flatMap(({ value, negated, valid, sources }) =>
      value === undefined || negated || valid.until !== undefined
        ? []
        : [
            {
              attribute,
              value,
              slot: /^[+\d]/u.test(value) && attribute === 'phone' ? NUMBERS : slot,
              sources,
            },
          ],
    ),
  );

const THAT =
  '(?:it|that|this|which|he|she|they|mine|the right \\p{L}+|the correct \\p{L}+|the answer|the (?:right|real|actual) one)';
const VERY =
  '(?:actually |really |now |always |in fact |rather |all |all about |just |only |of course |truly |properly )*';
const ANCHORS = [
  `${THAT} (?:is|was|are|will be|should be|should have been|ought to be|should read|would be|has been|says) ${VERY}(?:an? |the )?{v}`,
  '(?:meant|mean|should have said|meant to say|meant to write|should read|should have read|have read|make (?:it|that)|should say|wanted to say|record|put down|to read|write down) ?:? (?:is |was |it )?{v}',
  '{v} (?:is|are) (?:what|my|mine|the one|who|where|right|correct|accurate|closer|the|now|it|our)',
  '{v},? (?:and )?(?:not|rather than|instead of) ',
  '(?:now|instead|rather|nowadays|these days|lately|today)[:,]? (?:it is |I (?:am|have|\\p{L}+) |with |on |into |for |at |in |a |an |the |my |is )*{v}',
  '(?:switch|swap|trad|chang|mov|turn|convert|replac|upgrad|went over|gone over|(?:given|gave|made|making) way|transferr?|defect|dethron|exchang|graduat|progress|mov|left|leaving|ditch|dropp|drop)\\p{L}*[^.!?]{0,40}? (?:to|into|for|with|by|onto|in favou?r of) (?:an? |the |my )?{v}',
  'not [^,;:.!–—]+[,;:.!–—]+ (?:but |it is |rather |an? |the )*{v}',
  '(?:correction|edit|update|fix|actually|sorry|oops|rather|precisely|new \\p{L}+|now|fresh \\p{L}+(?: \\p{L}+)?)(?: to the above)? ?[:,!–—-]+ ?(?:an? |the |it is )*{v}',
  '{v} (?:now|instead|these days|nowadays|has taken|has moved in|took over|took (?:its|his|her) place|replaced|has appeared|it is)',
  '{v} that I ',
  'should (?:be|read|say|have been) (?:an? |the )?{v}',
  '(?:mine|my own|that is mine|my real \\p{L}+|my actual \\p{L}+) is (?:an? |the )?{v}',
  '(?:typo|mistake|slip|wrong|error|autocorrect)[^,;:.!]*[,;:.!]+ ?(?:it is |an? |the )*{v}(?=[.,!]|$)',
] as const;

const compiled = new Map<Shape, readonly Form[]>();

const anchorsFor = (shape: Shape): readonly Form[] => {
  const made = compiled.get(shape) ?? ANCHORS.map((anchor) => formWith(anchor, shape));
  compiled.set(shape, made);
  return made;
};

/** A word that has its capital from standing first. */
const isOpening = (text: string, value: string): boolean =>
  !value.includes(' ') &&
  new RegExp(String.raw`(?:^|[.!?] )${value.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')} \p{Ll}`, 'u').test(
    text,
  ) &&
  text.split(value).length === 2 &&
  !text.includes(`${value} is `);

const sharesWord = (a: string, b: string): boolean => {
  const others = new Set(bare(b).split(' '));
  return bare(a)
    .split(' ')
    .some((word) => word.length > 2 && others.has(word));
};

const sameWords = (a: string, b: string): boolean => stem(bare(a)) === stem(bare(b));

/** What a text puts in the place of what is held, by the words around it. */
const anchored = (text: string, held: Held, shape: Shape): string => {
  // "Career switch complete: florist"
  const named = formWith(
    `(?:${held.slot.nouns.source})[^.!?:]{0,30}(?::\\s*(?:an? |the )?|, an? ){v}`,
    shape,
  );
  for (const form of [...anchorsFor(shape), named]) {
    for (const match of form.all(text)) {
      const value = shaped(match.groups?.['v'] ?? '', shape, text);
      if (value !== '' && !sameWords(value, held.value) && !held.slot.nouns.test(value)) return value;
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
  const found = anchored(text, held, shape);
  if (found !== '' || shape !== 'name') return found;
  const others = looks.filter(
    (value) =>
      (mentions(value, held.value, shape) === 0 || value.length > held.value.length) &&
      !isOpening(text, value),
  );
  return others.length === 1 ? (others[0] ?? '') : '';
};

const toDrafts = (held: Held, turn: Turn, other: string, subject: string): readonly SlotDraft[] => {
  const { attribute, value, sources } = held;
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
const spokenOf = (plain: string, all: readonly Held[], before: ReadonlySet<string>): readonly Held[] => {
  const named = all
    .map((held) => ({ held, how: mentions(plain, held.value, held.slot.shape) }))
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

/** What a message says of what is known, by naming it: that it changed, ended, was wrong, or was never so. */
export const readTurns = (
  message: Message,
  previous: readonly Message[],
  known: Standing | undefined,
  statesIn: (text: string) => readonly SlotDraft[],
): readonly ReadTurn[] => {
  if (known === undefined || !mayTurn(slotEnglish(message.text))) return [];
  const subject = message.speaker ?? 'user';
  const all = heldOf(subject, known);
  if (all.length === 0) return [];
  const last = previous.findLast(({ role, speaker }) => role === 'user' && speaker === message.speaker);
  const before: ReadonlySet<string> = new Set(last === undefined ? [] : [last.id]);
  return unitsOf(message).flatMap((quote) => {
    const plain = slotEnglish(quote);
    const told = statesIn(plain);
    const spoken = spokenOf(plain, all, before);
    const isNamed = (held: Held): boolean => mentions(plain, held.value, held.slot.shape) > 0;
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
      if (turn === undefined) return [];
      // What is not named can only be put right, replaced or taken back by its kind.
      const isLoose = !isNamed(held) && !held.slot.nouns.test(plain);
      if (isLoose && turn !== 'corrected') return [];
      if (!isNamed(held) && turn === 'denied') return [];
      return toDrafts(held, turn, other, subject);
    });
    return drafts.length === 0 ? [] : [{ drafts, quote }];
  });
};
