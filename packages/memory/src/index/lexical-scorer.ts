import { type DocumentColumns, type DocumentTable, lendingOf } from './document-table.ts';
import { type Postings, seekPosting } from './postings.ts';
import { addScore, createTopScores, leastOf } from './vectors/top-scores.ts';

/** A term of a query that some document has. */
export interface WeightedTerm {
  readonly list: Postings;
  /** How rare it is. */
  readonly weight: number;
  /** Its bit in what a document matches; 0 of the terms that have none. */
  readonly bit: number;
}

/** A search of the terms of one query, in its order. */
export interface TermSearch {
  readonly terms: readonly WeightedTerm[];
  readonly averageLength: number;
  /** Slots whose documents lend nothing; undefined where there are none. */
  readonly hidden: ReadonlySet<number> | undefined;
}

/** A slot and its score. */
export interface ScoredSlot {
  readonly slot: number;
  readonly score: number;
}

/** Scores by slot, until the next search. */
export interface SlotScores {
  /** Slots with a score above 0 are the first `count` of these, in no order. */
  readonly found: Int32Array;
  readonly count: number;
  readonly scores: Float64Array;
  readonly matched: Int32Array;
  readonly own: Int32Array;
}

/** BM25's constants, and what neighbours lend. */
export interface ScorerOptions {
  readonly k1: number;
  readonly b: number;
  readonly shares: Float64Array;
  readonly mostLent: number;
}

/** Scores documents by the words of a query. */
export interface LexicalScorer {
  /** Every document that has a term, itself or through a neighbour. */
  scoreAll(search: TermSearch): SlotScores;
  /** The `limit` best of those that are accepted, best first, ties to the lower ordinal: those of `scoreAll`, score by score. */
  best(search: TermSearch, limit: number, accepts: (slot: number) => boolean): readonly ScoredSlot[];
}

/** Sums in another order differ by less: what may be among the best by so much is looked at exactly. */
const SLACK = 1e-9;

interface Scratch {
  readonly scores: Float64Array;
  readonly frequencies: Float64Array;
  readonly matched: Int32Array;
  readonly own: Int32Array;
  readonly touched: Int32Array;
  readonly found: Int32Array;
}

const createScratch = (length: number): Scratch => ({
  scores: new Float64Array(length),
  frequencies: new Float64Array(length),
  matched: new Int32Array(length),
  own: new Int32Array(length),
  touched: new Int32Array(length),
  found: new Int32Array(length),
});

/** Adds the frequencies of a term in its documents and their neighbours; gives how many slots it touched. */
const spreadTerm = (
  { list: { slots, weights, length }, bit }: WeightedTerm,
  { ordinals, lengths, previous, next }: DocumentColumns,
  { shares, mostLent }: Pick<ScorerOptions, 'shares' | 'mostLent'>,
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

/** Makes the scorer of the documents of a table. */
export const createLexicalScorer = (
  table: DocumentTable,
  { k1, b, shares, mostLent }: ScorerOptions,
): LexicalScorer => {
  let scratch = createScratch(0);
  /** Slots on both sides of a document, for the look at a single one. */
  const around = new Int32Array(2 * shares.length + 1);
  const lent = new Float64Array(2 * shares.length + 1);

  const begin = (): DocumentColumns => {
    const columns = table.columns();
    if (scratch.scores.length < columns.ordinals.length) scratch = createScratch(columns.ordinals.length);
    const { used } = table;
    scratch.scores.fill(0, 0, used);
    scratch.matched.fill(0, 0, used);
    scratch.own.fill(0, 0, used);
    return columns;
  };

  /** Adds what one term gives to every document that has it; gives how many slots have a score now. */
  const addTerm = (
    term: WeightedTerm,
    columns: DocumentColumns,
    { averageLength, hidden }: TermSearch,
    before: number,
  ): number => {
    const { scores, frequencies, matched, touched, found } = scratch;
    const { smoothed } = columns;
    const { weight, bit } = term;
    const touchedCount = spreadTerm(term, columns, { shares, mostLent }, hidden, scratch);
    let count = before;
    for (let at = 0; at < touchedCount; at += 1) {
      const slot = touched[at] as number;
      const frequency = frequencies[slot] as number;
      const norm = k1 * (1 - b + (b * (smoothed[slot] as number)) / averageLength);
      const score = scores[slot] as number;
      if (score === 0) found[count++] = slot;
      scores[slot] = score + (weight * frequency * (k1 + 1)) / (frequency + norm);
      matched[slot] = (matched[slot] as number) | bit;
      frequencies[slot] = 0;
    }
    return count;
  };

  /** Fills `around` with a document and its neighbours by slot, `lent` with their shares; gives how many they are. */
  const lookAround = (slot: number, { lengths, previous, next }: DocumentColumns): number => {
    let count = 0;
    const insert = (neighbour: number, share: number): void => {
      let at = count;
      for (; at > 0 && (around[at - 1] as number) > neighbour; at -= 1) {
        around[at] = around[at - 1] as number;
        lent[at] = lent[at - 1] as number;
      }
      around[at] = neighbour;
      lent[at] = share;
      count += 1;
    };
    insert(slot, 1);
    let left = previous[slot] as number;
    let right = next[slot] as number;
    for (let step = 0; step < shares.length; step += 1) {
      if (left >= 0) {
        insert(left, (shares[step] as number) * lendingOf(lengths[left] as number, mostLent));
        left = previous[left] as number;
      }
      if (right >= 0) {
        insert(right, (shares[step] as number) * lendingOf(lengths[right] as number, mostLent));
        right = next[right] as number;
      }
    }
    return count;
  };

  /** What a term gives the document that was looked around, added up in the order of `addTerm`. */
  const gainOf = (
    { list, weight }: WeightedTerm,
    slot: number,
    neighbours: number,
    { smoothed }: DocumentColumns,
    { averageLength, hidden }: TermSearch,
  ): number => {
    let frequency = 0;
    let entry = 0;
    for (let at = 0; at < neighbours; at += 1) {
      const neighbour = around[at] as number;
      entry = seekPosting(list, neighbour, entry);
      if (entry >= list.length) break;
      if (list.slots[entry] !== neighbour || hidden?.has(neighbour) === true) continue;
      frequency += (lent[at] as number) * (list.weights[entry] as number);
    }
    if (frequency === 0) return 0;
    const norm = k1 * (1 - b + (b * (smoothed[slot] as number)) / averageLength);
    return (weight * frequency * (k1 + 1)) / (frequency + norm);
  };

  /** The most that a term can give: it stands as heavily as anywhere in a document and in all its neighbours. */
  const boundOf = ({ list, weight }: WeightedTerm): number => {
    let reach = 1;
    for (const share of shares) reach += 2 * share;
    const frequency = list.most * reach;
    return (weight * frequency * (k1 + 1)) / (frequency + k1 * (1 - b));
  };

  return {
    scoreAll(search) {
      const columns = begin();
      let count = 0;
      for (const term of search.terms) count = addTerm(term, columns, search, count);
      return { ...scratch, count };
    },
    best(search, limit, accepts) {
      if (!(limit > 0)) return [];
      const columns = begin();
      const { scores } = scratch;
      const ordered = search.terms
        .map((term) => ({ term, bound: boundOf(term) }))
        .sort((one, other) => other.bound - one.bound);
      let rest = ordered.reduce((sum, { bound }) => sum + bound, 0);
      let slots: number[] | undefined;
      let count = 0;
      let least = 0;
      // The score that so many surely reach; whoever cannot reach it with all that is to come is out.
      const threshold = (among: ArrayLike<number>, length: number): number => {
        const top = createTopScores(Math.floor(limit));
        for (let at = 0; at < length; at += 1) {
          const slot = among[at] as number;
          if ((scores[slot] as number) > leastOf(top) && accepts(slot)) addScore(top, scores[slot] as number);
        }
        return leastOf(top) * (1 - SLACK);
      };
      for (const { term, bound } of ordered) {
        if (slots === undefined && rest * (1 + SLACK) >= least) {
          count = addTerm(term, columns, search, count);
          rest -= bound;
          least = threshold(scratch.found, count);
          continue;
        }
        slots ??= [...scratch.found.subarray(0, count)];
        slots = slots.filter((slot) => (scores[slot] as number) + rest >= least);
        for (const slot of slots) {
          scores[slot] =
            (scores[slot] as number) + gainOf(term, slot, lookAround(slot, columns), columns, search);
        }
        rest -= bound;
        least = Math.max(least, threshold(slots, slots.length));
      }
      const among = slots ?? scratch.found.subarray(0, count);
      const scored: ScoredSlot[] = [];
      for (const slot of among) {
        if ((scores[slot] as number) < least || !accepts(slot)) continue;
        const neighbours = lookAround(slot, columns);
        let score = 0;
        for (const term of search.terms) score += gainOf(term, slot, neighbours, columns, search);
        scored.push({ slot, score });
      }
      const { ordinals } = columns;
      return scored
        .sort((a, b) => b.score - a.score || (ordinals[a.slot] as number) - (ordinals[b.slot] as number))
        .slice(0, limit);
    },
  };
};
