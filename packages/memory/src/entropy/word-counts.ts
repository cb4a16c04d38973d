/** Counts of what one session has said: words, or tokens by their ids. */
export interface WordCounts<Word extends string | number = string> {
  /** Uses counted; less what was forgotten. */
  readonly total: number;
  /** Share of the uses that were `word`; 0 when nothing was counted. */
  share(word: Word): number;
  add(word: Word): void;
  state(): WordCountsState<Word>;
}

/** Words and how often each was counted. */
export type WordCountsState<Word extends string | number = string> = readonly (readonly [
  word: Word,
  count: number,
])[];

/** Most different words kept: a day of talk has fewer; a streamed book is bounded by it. */
const MAX_WORDS = 20_000;

/** Makes {@link WordCounts}, empty or as they were. At the bound all counts are halved and single uses forgotten, amortised O(1). */
export const createWordCounts = <Word extends string | number = string>(
  maxWords: number = MAX_WORDS,
  from: WordCountsState<Word> = [],
): WordCounts<Word> => {
  const counts = new Map<Word, number>(from);
  let total = from.reduce((sum, [, count]) => sum + count, 0);

  const age = (): void => {
    total = 0;
    for (const [word, count] of counts) {
      const half = count >> 1;
      if (half === 0) counts.delete(word);
      else counts.set(word, half);
      total += half;
    }
  };

  return {
    get total() {
      return total;
    },
    share: (word) => (total === 0 ? 0 : (counts.get(word) ?? 0) / total),
    add(word) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      total += 1;
      // Words all used twice or more would survive one halving.
      while (counts.size > maxWords) age();
    },
    state: () => [...counts],
  };
};
