import type { Fact } from '@retentive/core';
import { SLOTS, type Slot } from './slot-states.ts';
import type { Shape } from './slot-values.ts';

/** Facts that stand, as the extractor is given them. */
export type Standing = (
  subject: string,
  attribute: string,
) => readonly Pick<Fact, 'value' | 'negated' | 'valid' | 'sources' | 'attribute'>[];

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

/** Attributes with the slot that their values are read by. */
export const KNOWN_AS: ReadonlyMap<string, Slot> = new Map([
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
export const TYPED: ReadonlySet<Shape> = new Set(['date', 'number', 'doctor', 'language'] as const);

const NUMBERS = KNOWN_AS.get('phone number') as Slot;

/** A value that is known of somebody, with the slot that it is read by. */
export interface Held {
  readonly subject: string;
  readonly attribute: string;
  readonly value: string;
  readonly slot: Slot;
  readonly sources: Fact['sources'];
}

/** Words in small letters, and nothing else. */
export const words = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]s\b/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const bare = (value: string): string => words(value).replace(/^(?:an?|the|my|our|to|some) /u, '');

const stem = (text: string): string => text.replace(/(?<=\p{L}{3})(?:ing|es|s|e)\b/gu, '');

const LITTLE = new Set(
  'the and for with from that this into our new old work family company first second'.split(' '),
);

/** A text as values are looked for in it. */
export const asSaid = (text: string): string => ` ${stem(words(text))} `;

/** How far a text, as it is looked at, names a value: 2 by all its words, 1 by one that is its own. */
export const mentions = (said: string, value: string, shape: Shape): number => {
  const meant = stem(bare(value));
  if (meant === '') return 0;
  if (said.includes(` ${meant} `)) return 2;
  const parts = meant.split(' ').filter((part) => (part.length > 2 || /\d/u.test(part)) && !LITTLE.has(part));
  if (parts.length < 2 && shape !== 'deed') return 0;
  const own =
    shape === 'name'
      ? parts.slice(0, 1)
      : shape === 'vehicle'
        ? parts
        : shape === 'deed'
          ? parts.slice(-2)
          : parts.slice(-1);
  return own.some((part) => (part.length > 3 || /\d/u.test(part)) && said.includes(` ${part} `)) ? 1 : 0;
};

/** Every value that is known of somebody and can be turned. */
export const heldOf = (subject: string, known: Standing): readonly Held[] =>
  [...KNOWN_AS].flatMap(([attribute, slot]) =>
    known(subject, attribute).flatMap(({ value, negated, valid, sources }) =>
      value === undefined || negated || valid.until !== undefined
        ? []
        : [
            {
              subject,
              attribute,
              value,
              slot: /^[+\d]/u.test(value) && attribute === 'phone' ? NUMBERS : slot,
              sources,
            },
          ],
    ),
  );

/** Whether two values have a word of their own in common. */
export const sharesWord = (a: string, b: string): boolean => {
  const others = new Set(bare(b).split(' '));
  return bare(a)
    .split(' ')
    .some((word) => word.length > 2 && others.has(word));
};

/** Whether a value says no more than another one: "the Polo" of "VW Polo". */
export const isPartOf = (value: string, whole: string): boolean => {
  const all = new Set(stem(bare(whole)).split(' '));
  return stem(bare(value))
    .split(' ')
    .every((word) => all.has(word));
};

/** Whether two values are the same by the stems of their words. */
export const sameWords = (a: string, b: string): boolean => stem(bare(a)) === stem(bare(b));
