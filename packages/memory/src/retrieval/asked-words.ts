import type { LexicalIndex } from '../index/lexical-index.ts';

/** The terms of a query with their rarity. */
export interface AskedWords {
  /** How much of the query some of its words are, as the query spells them: 0 to 1, by rarity. */
  shareOf(words: Iterable<string>): number;
  /** How much of the query is in pairs of its words that follow each other in a text, 0 to 1. */
  pairShare(terms: readonly string[]): number;
  isAsked(term: string): boolean;
  /** How rare the words of a text are on average, 0 to 1, which is what {@link FEW_TEXTS} or fewer have; `words` has each once. */
  meanRarity(words: readonly string[]): number;
  rarityOf(term: string): number;
}

/** Whether one text has a word or three is chance: all of these are as rare as words get. */
const FEW_TEXTS = 3;

/** A word may stand between the two of a pair: "house of my mother". */
const PAIR_REACH = 2;

/** Makes the words of a query, given by term; those that nothing in memory has do not count. */
export const createAskedWords = (
  words: ReadonlyMap<string, string>,
  lexical: Pick<LexicalIndex, 'inverseDocumentFrequency' | 'size'>,
): AskedWords => {
  const unknown = lexical.inverseDocumentFrequency('');
  // Many texts have the same terms.
  const rarities = new Map<string, number>();
  const rarityOf = (term: string): number => {
    const known = rarities.get(term);
    if (known !== undefined) return known;
    const rarity = lexical.inverseDocumentFrequency(term);
    rarities.set(term, rarity);
    return rarity;
  };
  const rarest = Math.log(1 + (Math.max(lexical.size, FEW_TEXTS) - FEW_TEXTS + 0.5) / (FEW_TEXTS + 0.5));
  const weights = new Map<string, number>();
  const byWord = new Map<string, number>();
  let all = 0;
  for (const [term, word] of words) {
    const weight = rarityOf(term);
    if (weight >= unknown) continue;
    weights.set(term, weight);
    byWord.set(word, (byWord.get(word) ?? 0) + weight);
    all += weight;
  }
  const terms = [...words.keys()];
  const following = new Map(terms.slice(1).map((term, index) => [terms[index] as string, term]));
  return {
    shareOf(some) {
      let sum = 0;
      for (const word of new Set(some)) sum += byWord.get(word) ?? 0;
      return all === 0 ? 0 : sum / all;
    },
    pairShare(text) {
      const found = new Set<string>();
      for (let at = 0; at + 1 < text.length; at += 1) {
        const next = following.get(text[at] as string);
        if (next === undefined) continue;
        for (let step = 1; step <= PAIR_REACH; step += 1)
          if (text[at + step] === next) found.add(text[at] as string);
      }
      let sum = 0;
      for (const first of found) {
        sum += Math.min(weights.get(first) ?? 0, weights.get(following.get(first) as string) ?? 0);
      }
      return all === 0 ? 0 : sum / all;
    },
    isAsked: (term) => words.has(term),
    meanRarity(distinct) {
      let sum = 0;
      for (const term of distinct) sum += Math.min(1, rarityOf(term) / rarest);
      return distinct.length === 0 ? 0 : sum / distinct.length;
    },
    rarityOf,
  };
};
