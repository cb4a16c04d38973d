import { type DocumentColumns, type DocumentTable, lendingOf } from './document-table.ts';
import { seekPosting } from './postings.ts';
import { createScratch, type Lending, spreadTerm, type WeightedTerm } from './term-spread.ts';
import { addScore, createTopScores, leastOf } from './vectors/top-scores.ts';

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
export interface ScorerOptions extends Lending {
  readonly k1: number;
  readonly b: number;
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

/** Looking a term up in one document takes as long as reading about so many of its postings. */
const LOOKS_PER_POSTING = 40;

/** Moves the slots that score `least` or more to the front; gives how many they are. */
const keepReaching = (found: Int32Array, count: number, scores: Float64Array, least: number): number => {
  let kept = 0;
  for (let at = 0; at < count; at += 1) {
    const slot = found[at] as number;
    if ((scores[slot] as number) < least) continue;
    found[kept] = slot;
    kept += 1;
  }
  return kept;
};

/** The score that `limit` of the accepted slots have at least; -Infinity when they are fewer. */
const surelyReached = (
  found: Int32Array,
  count: number,
  scores: Float64Array,
  limit: number,
  accepts: (slot: number) => boolean,
): number => {
  if (count < limit) return Number.NEGATIVE_INFINITY;
  const top = createTopScores(limit);
  for (let at = 0; at < count; at += 1) {
    const slot = found[at] as number;
    const score = scores[slot] as number;
    if (score > leastOf(top) && accepts(slot)) addScore(top, score);
  }
  return leastOf(top);
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

  /** Adds what one term gives to the first `count` that were found, and maybe to others, which are none of them. */
  const addToSome = (
    term: WeightedTerm,
    columns: DocumentColumns,
    search: TermSearch,
    count: number,
  ): void => {
    const { scores, found } = scratch;
    if (count * LOOKS_PER_POSTING >= term.list.length) {
      addTerm(term, columns, search, count);
      return;
    }
    for (let at = 0; at < count; at += 1) {
      const slot = found[at] as number;
      const gain = gainOf(term, slot, lookAround(slot, columns), columns, search);
      scores[slot] = (scores[slot] as number) + gain;
    }
  };

  /** Scores of the first `count` that were found, of those that are accepted, added up in the order of the query. */
  const scoreExactly = (
    columns: DocumentColumns,
    search: TermSearch,
    count: number,
    accepts: (slot: number) => boolean,
  ): ScoredSlot[] => {
    const scored: ScoredSlot[] = [];
    for (const slot of scratch.found.subarray(0, count)) {
      if (!accepts(slot)) continue;
      const neighbours = lookAround(slot, columns);
      let score = 0;
      for (const term of search.terms) score += gainOf(term, slot, neighbours, columns, search);
      scored.push({ slot, score });
    }
    return scored;
  };

  return {
    scoreAll(search) {
      const columns = begin();
      let count = 0;
      for (const term of search.terms) count = addTerm(term, columns, search, count);
      return { ...scratch, count };
    },
    best(search, wanted, accepts) {
      const limit = Math.floor(wanted);
      if (!(limit > 0)) return [];
      const columns = begin();
      const { scores, found } = scratch;
      const bounded = search.terms
        .map((term) => ({ term, bound: boundOf(term) }))
        .sort((one, other) => other.bound - one.bound);
      let rest = bounded.reduce((sum, { bound }) => sum + bound, 0);
      let count = 0;
      let least = Number.NEGATIVE_INFINITY;
      for (const { term, bound } of bounded) {
        // Whoever has no score by now cannot be among the best any more; of the others those that still can.
        if (rest < least) {
          count = keepReaching(found, count, scores, least - rest);
          addToSome(term, columns, search, count);
        } else count = addTerm(term, columns, search, count);
        rest -= bound;
        least = surelyReached(found, count, scores, limit, accepts) * (1 - SLACK);
      }
      count = keepReaching(found, count, scores, least);
      const scored = scoreExactly(columns, search, count, accepts);
      const { ordinals } = columns;
      return scored
        .sort((a, b) => b.score - a.score || (ordinals[a.slot] as number) - (ordinals[b.slot] as number))
        .slice(0, limit);
    },
  };
};
