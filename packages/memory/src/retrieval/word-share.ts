import type { Analyzer } from '../index/analyzer.ts';
import type { LexicalIndex } from '../index/lexical-index.ts';
import { queryTerms } from './query-terms.ts';

/** How much of a query is in a text, 0 to 1: the share of its terms, each by its rarity. */
export interface WordShare {
  /** Of the terms of a text. */
  ofTerms(terms: Iterable<string>): number;
  /** Of words as the query spells them. */
  ofWords(words: Iterable<string>): number;
}

/** Makes what measures texts by the words of `query`. */
export const createWordShare = (query: string, analyze: Analyzer, lexical: LexicalIndex): WordShare => {
  const terms = [...queryTerms(query, analyze)].map(
    ([term, word]) => ({ term, word, weight: lexical.inverseDocumentFrequency(term) }) as const,
  );
  const all = terms.reduce((sum, { weight }) => sum + weight, 0);
  const share = (has: (entry: (typeof terms)[number]) => boolean): number =>
    all === 0 ? 0 : terms.reduce((sum, entry) => (has(entry) ? sum + entry.weight : sum), 0) / all;
  return {
    ofTerms(found) {
      const there = new Set(found);
      return share(({ term }) => there.has(term));
    },
    ofWords(found) {
      const there = new Set(found);
      return share(({ word }) => there.has(word));
    },
  };
};
