import type { Analyzer } from '../index/analyzer.ts';
import { type ClaimWord, looksLikeName, readClaimWords } from './claim-words.ts';

/** What a claim may rest on: words, and what is known of them beside. */
export interface ClaimSource {
  readonly text: string;
  /** Names of who said it: a claim may name them. */
  readonly names?: readonly string[] | undefined;
  /** Its date in words, such as `2024-03-15 15 March 2024 Friday`: a claim may name that day. */
  readonly date?: string | undefined;
}

/** What a sentence says that none of its sources does. */
export interface ClaimCheck {
  readonly supported: boolean;
  readonly numbers: readonly string[];
  readonly names: readonly string[];
  /** Words that are denied and not in the sources, or the other way. */
  readonly negations: readonly string[];
  /** Share of its terms that one source has, of the source that has most. */
  readonly overlap: number;
}

/** Share of its terms that one source must have: less is no retelling of it. */
const LEAST_OVERLAP = 0.5;

/** A source that has a smaller share of a claim's terms says nothing about who is meant. */
const NAMING_OVERLAP = 0.3;

/** Verbs that say something and are stop words of the index: whether they are denied matters. */
const PLAIN_VERBS: ReadonlySet<string> = new Set([
  'like',
  'likes',
  'liked',
  'get',
  'gets',
  'got',
  'go',
  'goes',
]);

/** What of a word can be denied. */
const deniable = (norm: string, analyze: Analyzer): readonly string[] =>
  PLAIN_VERBS.has(norm) ? [norm.replace(/(?:es|[sd])$/u, '')] : analyze(norm);

/** Words between a number and what it counts. */
const COUNTED_WITHIN = 3;

interface ReadSource {
  readonly words: readonly ClaimWord[];
  readonly terms: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly date: ReadonlySet<string>;
  /** Terms that it says, and terms that it denies. */
  readonly said: ReadonlySet<string>;
  readonly denied: ReadonlySet<string>;
  readonly numbers: ReadonlyMap<string, ReadonlySet<string>>;
}

const foldWords = (text: string): readonly string[] =>
  readClaimWords(text).map(({ norm, number }) => number ?? norm);

/** The terms that stand close to a word: what a number may count. */
const termsAround = (words: readonly ClaimWord[], at: number, analyze: Analyzer): readonly string[] =>
  words
    .slice(Math.max(0, at - COUNTED_WITHIN), at + 1 + COUNTED_WITHIN)
    .flatMap(({ norm, number }) => (number === undefined ? analyze(norm) : []));

/** What a number counts, where the next word says so: not of a year, and not a name. */
const countedBy = (words: readonly ClaimWord[], at: number, analyze: Analyzer): readonly string[] => {
  const next = words[at + 1];
  const isYear = /^(?:19|20)\d\d$/u.test(words[at]?.number ?? '');
  return next === undefined || isYear || next.number !== undefined || looksLikeName(next)
    ? []
    : analyze(next.norm);
};

const readSource = ({ text, names = [], date = '' }: ClaimSource, analyze: Analyzer): ReadSource => {
  const words = readClaimWords(text);
  const said = new Set<string>();
  const denied = new Set<string>();
  const numbers = new Map<string, Set<string>>();
  for (const [at, word] of words.entries()) {
    for (const term of deniable(word.norm, analyze)) (word.isNegated ? denied : said).add(term);
    if (word.number === undefined) continue;
    const counted = numbers.get(word.number) ?? new Set();
    for (const term of termsAround(words, at, analyze)) counted.add(term);
    numbers.set(word.number, counted);
  }
  return {
    words,
    terms: new Set(words.flatMap(({ norm }) => analyze(norm))),
    names: new Set(names.flatMap(foldWords)),
    date: new Set(foldWords(date)),
    said,
    denied,
    numbers,
  };
};

/** The words of a claim without a date that is a source's own: numbers of it count nothing. */
const withoutDates = (words: readonly ClaimWord[], sources: readonly ReadSource[]): readonly ClaimWord[] =>
  words.filter((word, at) => {
    const folded = word.number ?? word.norm;
    return !sources.some(({ date }) => {
      if (!date.has(folded)) return false;
      // A day or year alone may be any number: beside it stands another word of the date.
      const near = [words[at - 1], words[at + 1]];
      return (
        word.number === undefined ||
        near.some((other) => other !== undefined && other.number === undefined && date.has(other.norm))
      );
    });
  });

const isNumberSupported = (
  words: readonly ClaimWord[],
  at: number,
  sources: readonly ReadSource[],
  analyze: Analyzer,
): boolean => {
  const { number = '' } = words[at] as ClaimWord;
  const counted = countedBy(words, at, analyze);
  return sources.some(({ numbers, terms }) => {
    const known = numbers.get(number);
    // What it counts is counted otherwise in the source: "3 dogs and 5 cats" says nothing of 5 dogs.
    return known !== undefined && counted.every((term) => known.has(term) || !terms.has(term));
  });
};

/** Who is meant: a name is in a source that tells a part of the claim, or said it. */
const isNameSupported = (norm: string, sources: readonly ReadSource[], shares: readonly number[]): boolean =>
  sources.some(
    ({ words, names }, index) =>
      (shares[index] ?? 0) >= NAMING_OVERLAP && (names.has(norm) || words.some((word) => word.norm === norm)),
  );

/** Terms whose denial differs from every source that has them. */
const turnedTerms = (
  words: readonly ClaimWord[],
  sources: readonly ReadSource[],
  analyze: Analyzer,
): readonly string[] => {
  const turned: string[] = [];
  for (const { norm, isNegated } of words) {
    for (const term of deniable(norm, analyze)) {
      const tellers = sources.filter(({ said, denied }) => said.has(term) || denied.has(term));
      if (tellers.length > 0 && !tellers.some(({ said, denied }) => (isNegated ? denied : said).has(term)))
        turned.push(norm);
    }
  }
  return turned;
};

/** Negations of a claim for which no source denies anything that the claim denies. */
const looseNegations = (
  words: readonly ClaimWord[],
  sources: readonly ReadSource[],
  analyze: Analyzer,
): readonly string[] => {
  if (!words.some(({ negates }) => negates)) return [];
  const denied = words.filter(({ isNegated }) => isNegated).flatMap(({ norm }) => deniable(norm, analyze));
  const isGrounded = sources.some((source) =>
    denied.length === 0
      ? source.words.some(({ negates }) => negates)
      : denied.some((term) => source.denied.has(term)),
  );
  return isGrounded ? [] : words.filter(({ negates }) => negates).map(({ norm }) => norm);
};

/**
 * Whether the sources of a sentence say what it says, as far as words show: each number with what it counts, each name with
 * who is spoken of, each term denied or not as a source has it, and at least half of its terms in one source. Errs on the
 * side of refusing. Pure; O(length of sentence and sources).
 */
export const checkClaim = (sentence: string, from: readonly ClaimSource[], analyze: Analyzer): ClaimCheck => {
  const sources = from.map((source) => readSource(source, analyze));
  const words = withoutDates(readClaimWords(sentence), sources);
  const terms = [...new Set(words.flatMap(({ norm }) => analyze(norm)))];
  const shares = sources.map(
    (source) =>
      terms.filter((term) => source.terms.has(term) || source.names.has(term)).length /
      Math.max(1, terms.length),
  );
  const overlap = Math.max(0, ...shares);
  const numbers = words.flatMap(({ text, number }, at) =>
    number !== undefined && !isNumberSupported(words, at, sources, analyze) ? [text] : [],
  );
  const isKnown = (norm: string): boolean =>
    analyze(norm).every((term) => sources.some((source) => source.terms.has(term)));
  const names = words
    .filter(
      (word) => looksLikeName(word) || (word.isFirst && /^\p{Lu}/u.test(word.text) && !isKnown(word.norm)),
    )
    .filter(({ norm, number, negates }) => number === undefined && !negates && analyze(norm).length > 0)
    .filter(({ norm }) => !isNameSupported(norm, sources, shares))
    .map(({ text }) => text);
  const negations = [...turnedTerms(words, sources, analyze), ...looseNegations(words, sources, analyze)];
  const supported =
    terms.length > 0 && numbers.length + names.length + negations.length === 0 && overlap >= LEAST_OVERLAP;
  return { supported, numbers, names, negations: [...new Set(negations)], overlap };
};
