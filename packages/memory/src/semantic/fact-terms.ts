import type { FactId } from '@retentive/core';
import type { Analyzer } from '../index/analyzer.ts';

/** Facts by their words, for the nearest to a text. */
export interface FactTerms {
  /** A fact that is there already stays as it is: texts do not change. `sequence` is that of its entry, never falling. */
  add(id: FactId, text: string, sequence: number): void;
  /** Facts added by the entries after `sequence`, in order. */
  addedAfter(sequence: number): readonly { readonly id: FactId; readonly sequence: number }[];
  /** Cosine of the counts of terms, 0 to 1, best first; ties in the order they were added. O(postings of the terms). */
  nearest(text: string): readonly { readonly id: FactId; readonly score: number }[];
}

interface Entry {
  readonly id: FactId;
  readonly sequence: number;
  readonly length: number;
}

/** Makes an empty {@link FactTerms}. */
export const createFactTerms = (analyze: Analyzer): FactTerms => {
  const entries: Entry[] = [];
  const known = new Set<FactId>();
  const postings = new Map<string, [entry: number, count: number][]>();

  const countsOf = (text: string): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const term of analyze(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
    return counts;
  };
  const lengthOf = (counts: ReadonlyMap<string, number>): number => Math.hypot(...counts.values());

  return {
    add(id, text, sequence) {
      if (known.has(id)) return;
      known.add(id);
      const counts = countsOf(text);
      const entry = entries.push({ id, sequence, length: lengthOf(counts) }) - 1;
      for (const [term, count] of counts) {
        const list = postings.get(term);
        if (list === undefined) postings.set(term, [[entry, count]]);
        else list.push([entry, count]);
      }
    },
    addedAfter(sequence) {
      const before = entries.findLastIndex((entry) => entry.sequence <= sequence);
      return entries.slice(before + 1).map(({ id, sequence: added }) => ({ id, sequence: added }));
    },
    nearest(text) {
      const counts = countsOf(text);
      const products = new Map<number, number>();
      for (const [term, count] of counts) {
        for (const [entry, times] of postings.get(term) ?? []) {
          products.set(entry, (products.get(entry) ?? 0) + count * times);
        }
      }
      const length = lengthOf(counts);
      return [...products]
        .map(([index, product]) => {
          const entry = entries[index] as Entry;
          return { index, id: entry.id, score: product / (length * entry.length) };
        })
        .sort((a, b) => b.score - a.score || a.index - b.index)
        .map(({ id, score }) => ({ id, score }));
    },
  };
};
