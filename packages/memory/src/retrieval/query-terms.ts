import type { Analyzer } from '../index/analyzer.ts';

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu;

/** The terms of a query, each with the word it came from as the query spells it, in order, without repeats. */
export const queryTerms = (query: string, analyze: Analyzer): ReadonlyMap<string, string> => {
  const terms = new Map<string, string>();
  for (const [word] of query.matchAll(WORD)) {
    const found = analyze(word);
    for (const term of found) if (!terms.has(term)) terms.set(term, found.length === 1 ? word : term);
  }
  return terms;
};
