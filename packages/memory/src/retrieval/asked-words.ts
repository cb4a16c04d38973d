import type { LexicalIndex } from '../index/lexical-index.ts';

/** The terms of a query with their rarity. */
export interface AskedWords {
  /** How much of the query some of its words are, as the query spells them: 0 to 1, by rarity. */
  shareOf(words: Iterable<string>): number;
  /** How much of the query is in pairs of its words that follow each other in a text, 0 to 1. */
  pairShare(terms: readonly string[]): number;
  isAsked(term: string): boolean;
  rarityOf(term: string): number;
}

/** A word may stand between the two of a pair: "house of my mother". */
const PAIR_REACH = 2;

/** Makes the words of a query, given by term; those that nothing in memory has do not count. */
export const createAskedWords = (
  words: ReadonlyMap<string, string>,
  lexical: Pick<LexicalIndex, 'inverseDocumentFrequency'>,
): AskedWords => {
  const unknown = lexical.inverseDocumentFrequency('');
  const rarityOf = (term: string): number => lexical.inverseDocumentFrequency(term);
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
    rarityOf,
  };
};
