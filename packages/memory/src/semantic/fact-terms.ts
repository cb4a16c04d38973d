import type { FactId } from '@retentive/core';
import type { Analyzer } from '../index/analyzer.ts';
import { createBest } from '../retrieval/top-k.ts';

/** A fact and how near it is. */
export interface NearFact {
  readonly id: FactId;
  /** Cosine of the counts of terms, 0 to 1. */
  readonly score: number;
}

/** Facts by their words, for the nearest to a text. */
export interface FactTerms {
  /** A fact that is there already stays as it is: texts do not change. `sequence` is that of its entry, never falling. */
  add(id: FactId, text: string, sequence: number): void;
  /** Facts added by the entries after `sequence`, in order. */
  addedAfter(sequence: number): readonly { readonly id: FactId; readonly sequence: number }[];
  /** The nearest facts that are accepted, best first; ties in the order they were added. O(postings of the terms). */
  nearest(text: string, limit: number, accept: (id: FactId) => boolean): readonly NearFact[];
}

interface Entry {
  readonly id: FactId;
  readonly sequence: number;
  readonly length: number;
}

interface Posting {
  readonly entries: number[];
  readonly counts: number[];
}

/** Makes an empty {@link FactTerms}. */
export const createFactTerms = (analyze: Analyzer): FactTerms => {
  const entries: Entry[] = [];
  const known = new Set<FactId>();
  const postings = new Map<string, Posting>();
  let products = new Float64Array(256);

  const countsOf = (text: string): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const term of analyze(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
    return counts;
  };
  const lengthOf = (counts: ReadonlyMap<string, number>): number => Math.hypot(...counts.values());

  const addProducts = (counts: ReadonlyMap<string, number>): void => {
    if (products.length < entries.length) products = new Float64Array(entries.length * 2);
    else products.fill(0, 0, entries.length);
    for (const [term, count] of counts) {
      const posting = postings.get(term);
      posting?.entries.forEach((entry, index) => {
        products[entry] = (products[entry] as number) + count * (posting.counts[index] as number);
      });
    }
  };

  return {
    add(id, text, sequence) {
      if (known.has(id)) return;
      known.add(id);
      const counts = countsOf(text);
      const entry = entries.push({ id, sequence, length: lengthOf(counts) }) - 1;
      for (const [term, count] of counts) {
        const posting = postings.get(term) ?? { entries: [], counts: [] };
        posting.entries.push(entry);
        posting.counts.push(count);
        postings.set(term, posting);
      }
    },
    addedAfter(sequence) {
      const before = entries.findLastIndex((entry) => entry.sequence <= sequence);
      return entries.slice(before + 1).map(({ id, sequence: added }) => ({ id, sequence: added }));
    },
    nearest(text, limit, accept) {
      const counts = countsOf(text);
      const length = lengthOf(counts);
      addProducts(counts);
      const best = createBest(limit);
      for (const [ordinal, entry] of entries.entries()) {
        const product = products[ordinal] as number;
        if (product === 0) continue;
        const score = product / (length * entry.length);
        // Whether a fact is accepted takes longer than whether it is near enough; of equals the first are kept.
        if (score > best.least && accept(entry.id)) best.add(ordinal, score);
      }
      return best.sorted().map(({ ordinal, score }) => ({ id: (entries[ordinal] as Entry).id, score }));
    },
  };
};
