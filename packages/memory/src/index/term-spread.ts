import { type DocumentColumns, lendingOf } from './document-table.ts';
import type { Postings } from './postings.ts';

/** A term of a query that some document has. */
export interface WeightedTerm {
  readonly list: Postings;
  /** How rare it is. */
  readonly weight: number;
  /** Its bit in what a document matches; 0 of the terms that have none. */
  readonly bit: number;
}

/** What a search works in, by slot but for the two lists of slots; made once and used again. */
export interface Scratch {
  readonly scores: Float64Array;
  readonly frequencies: Float64Array;
  readonly matched: Int32Array;
  readonly own: Int32Array;
  readonly touched: Int32Array;
  readonly found: Int32Array;
}

/** What neighbours lend: the shares of the nearest and those further off, and of how many words at most. */
export interface Lending {
  readonly shares: Float64Array;
  readonly mostLent: number;
}

/** Makes room for so many slots. */
export const createScratch = (length: number): Scratch => ({
  scores: new Float64Array(length),
  frequencies: new Float64Array(length),
  matched: new Int32Array(length),
  own: new Int32Array(length),
  touched: new Int32Array(length),
  found: new Int32Array(length),
});

/** Adds the frequencies of a term in its documents and their neighbours; gives how many slots it touched. */
export const spreadTerm = (
  { list: { slots, weights, length }, bit }: WeightedTerm,
  { ordinals, lengths, previous, next }: DocumentColumns,
  { shares, mostLent }: Lending,
  hidden: ReadonlySet<number> | undefined,
  { frequencies, touched, own }: Scratch,
): number => {
  let count = 0;
  for (let entry = 0; entry < length; entry += 1) {
    const holder = slots[entry] as number;
    if ((ordinals[holder] as number) < 0 || hidden?.has(holder) === true) continue;
    const weight = weights[entry] as number;
    own[holder] = (own[holder] as number) | bit;
    const before = frequencies[holder] as number;
    if (before === 0) touched[count++] = holder;
    frequencies[holder] = before + weight;
    const lending = lendingOf(lengths[holder] as number, mostLent);
    let left = previous[holder] as number;
    let right = next[holder] as number;
    for (let step = 0; step < shares.length; step += 1) {
      const lent = (shares[step] as number) * lending * weight;
      if (left >= 0) {
        const there = frequencies[left] as number;
        if (there === 0) touched[count++] = left;
        frequencies[left] = there + lent;
        left = previous[left] as number;
      }
      if (right >= 0) {
        const there = frequencies[right] as number;
        if (there === 0) touched[count++] = right;
        frequencies[right] = there + lent;
        right = next[right] as number;
      }
    }
  }
  return count;
};
