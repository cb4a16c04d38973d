import { RELATION_NAMES } from './kin.ts';
import { NAMED_ATTRIBUTES } from './nouns-of-attributes.ts';
import type { KnownFacts } from './people.ts';
import type { Holding } from './rule.ts';
import { ATTRIBUTE_NAMES } from './vocabulary.ts';

/** Attributes that are looked through for a value. Events stand for themselves: nothing ends them. */
const ATTRIBUTES: readonly string[] = [
  ...new Set([
    ...ATTRIBUTE_NAMES.filter((name) => !/^(?:family|favorite|event|name|age|birthday)$/u.test(name)),
    ...NAMED_ATTRIBUTES,
    ...RELATION_NAMES.map((relation) => `family:${relation}`),
    ...'food color colour movie film book song band drink animal season sport dish place game show artist author city subject restaurant'
      .split(' ')
      .map((thing) => `favorite:${thing}`),
  ]),
];

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^(?:an?|the|my|our|their|his|her) /u, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const stemmed = (text: string): string => text.replace(/(?:ing|es|s)\b/gu, '');

/** The words of one are among those of the other, side by side: "Golf" and "VW Golf". */
const covers = (long: string, short: string): boolean => short !== '' && ` ${long} `.includes(` ${short} `);

/** How far a known value is meant by words: 2 the same, 1 a part of it, 0 not at all. */
const closeness = (value: string | undefined, text: string, words: string, attribute: string): number => {
  const known = plain(value ?? '');
  if (known === words || stemmed(known) === stemmed(words)) return 2;
  if (
    covers(known, words) ||
    covers(stemmed(known), stemmed(words)) ||
    (known.length >= 3 && covers(words, known))
  )
    return 1;
  // "my dog" is the one that has a name.
  return attribute === 'pet' && covers(plain(text), words) ? 1 : 0;
};

/** Finds under which attribute something is known of a subject: what "I gave it up" gave up. */
export const createHoldings =
  (subject: string, known: KnownFacts | undefined) =>
  (value: string, attributes: readonly string[] = ATTRIBUTES): Holding | undefined => {
    const words = plain(value);
    if (known === undefined || words === '') return undefined;
    let best: Holding | undefined;
    let closest = 0;
    for (const attribute of attributes) {
      for (const fact of known(subject, attribute)) {
        if (fact.negated === true) continue;
        const close = closeness(fact.value, fact.text, words, attribute);
        if (close > closest) {
          closest = close;
          best = { attribute, value: fact.value, isKnown: true };
        }
      }
    }
    return best;
  };
