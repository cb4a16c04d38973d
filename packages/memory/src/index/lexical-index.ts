import type { SessionId } from '@retentive/core';

/** How far a chunk borrows words from its neighbours, and how much; measured flat between radius 2 and 4. */
export interface Smoothing {
  /** Neighbours on each side, inside the session. */
  readonly radius: number;
  /** Weight of the words of the nearest neighbour. */
  readonly weight: number;
  /** Factor from one neighbour to the next further one. */
  readonly decay: number;
}

/** BM25 constants and smoothing. */
export interface LexicalOptions {
  /** Saturation of repeated words. */
  readonly k1: number;
  /** Strength of the length normaliser, 0 to 1. */
  readonly b: number;
  readonly smoothing: Smoothing;
}

/** Standard BM25 constants; smoothing as measured best on long chats. */
export const DEFAULT_LEXICAL_OPTIONS: LexicalOptions = {
  k1: 1.2,
  b: 0.75,
  smoothing: { radius: 3, weight: 0.5, decay: 0.7 },
};

/** A document of the index: its place, its session and its weighted terms. */
export interface LexicalDocument {
  /** Whole number from 0; documents come in this order. */
  readonly ordinal: number;
  readonly session: SessionId;
  /** Term to weight; 1 is one occurrence in the text. */
  readonly terms: ReadonlyMap<string, number>;
}

/** Scores of one search. */
export interface LexicalScores {
  /** Ordinals with a score above 0, in no order. */
  readonly ordinals: readonly number[];
  /** Score by ordinal; valid until the next search of this index. */
  readonly scores: Float64Array;
  /** Query terms found, by ordinal (in the document or its neighbours); bit i stands for term i of the query, up to 31. */
  readonly matched: Int32Array;
  /** The same for terms of the document itself. */
  readonly own: Int32Array;
}

/**
 * Context-smoothed BM25 over an inverted index: the frequency of a term in a document is its own plus a decaying share
 * of its neighbours' in the session, so that an answer is found by the words of the question before it. In memory,
 * incremental; a search is linear in the postings of its terms.
 */
export interface LexicalIndex {
  /** Living documents. */
  readonly size: number;
  /** Adds a document at the end of its session. */
  add(document: LexicalDocument): void;
  /** Takes a document out; `terms` must be those it was added with. Neighbours close the gap. */
  remove(ordinal: number, terms: ReadonlyMap<string, number>): void;
  /** Share of documents that hold the term, turned to weight: ln(1 + (N - n + .5) / (n + .5)). */
  inverseDocumentFrequency(term: string): number;
  /** Documents in `without` neither score nor lend words to their neighbours. */
  search(terms: readonly string[], without?: ReadonlySet<number>): LexicalScores;
}

interface Postings {
  readonly ordinals: number[];
  readonly weights: number[];
}

const grow = <T extends Float64Array | Int32Array>(
  array: T,
  make: (length: number) => T,
  length: number,
): T => {
  if (array.length >= length) return array;
  const larger = make(Math.max(length, array.length * 2, 256));
  larger.set(array as never);
  return larger;
};
const floats = (length: number): Float64Array => new Float64Array(length);
const integers = (length: number): Int32Array => new Int32Array(length).fill(-1);

/** Makes an empty {@link LexicalIndex}. */
export const createLexicalIndex = (options: LexicalOptions = DEFAULT_LEXICAL_OPTIONS): LexicalIndex => {
  const { k1, b, smoothing } = options;
  const shares = Array.from(
    { length: smoothing.radius },
    (_, step) => smoothing.weight * smoothing.decay ** step,
  );
  const postings = new Map<string, Postings>();
  const lastOfSession = new Map<SessionId, number>();
  let living = 0;
  let totalLength = 0;
  let capacity = 0;
  // By ordinal: own length (negative when absent), length with the neighbours' share, and links inside the session.
  let lengths = floats(0);
  let smoothedLengths = floats(0);
  let previous = integers(0);
  let next = integers(0);
  // Scratch of a search.
  let scores = floats(0);
  let frequencies = floats(0);
  let matched = integers(0);
  let own = integers(0);

  const reserve = (length: number): void => {
    if (length <= capacity) return;
    const from = lengths.length;
    lengths = grow(lengths, floats, length);
    lengths.fill(-1, from);
    smoothedLengths = grow(smoothedLengths, floats, length);
    previous = grow(previous, integers, length);
    next = grow(next, integers, length);
    previous.fill(-1, from);
    next.fill(-1, from);
    scores = floats(lengths.length);
    frequencies = floats(lengths.length);
    matched = new Int32Array(lengths.length);
    own = new Int32Array(lengths.length);
    capacity = lengths.length;
  };

  /** Calls `visit` for the document itself and each neighbour with its share. */
  const spread = (ordinal: number, visit: (ordinal: number, share: number) => void): void => {
    visit(ordinal, 1);
    let left = previous[ordinal] as number;
    let right = next[ordinal] as number;
    for (const share of shares) {
      if (left >= 0) {
        visit(left, share);
        left = previous[left] as number;
      }
      if (right >= 0) {
        visit(right, share);
        right = next[right] as number;
      }
      if (left < 0 && right < 0) break;
    }
  };

  const remeasure = (ordinal: number): void => {
    spread(ordinal, (neighbour) => {
      let length = 0;
      spread(neighbour, (other, share) => {
        length += share * (lengths[other] as number);
      });
      totalLength += length - (smoothedLengths[neighbour] as number);
      smoothedLengths[neighbour] = length;
    });
  };

  const dropPosting = (term: string, ordinal: number): void => {
    const list = postings.get(term);
    const at = list?.ordinals.indexOf(ordinal) ?? -1;
    if (list === undefined || at < 0) return;
    list.ordinals.splice(at, 1);
    list.weights.splice(at, 1);
    if (list.ordinals.length === 0) postings.delete(term);
  };

  /** Takes a document out of its session's chain; its neighbours become neighbours of each other. */
  const unlink = (ordinal: number, left: number, right: number): void => {
    if (left >= 0) next[left] = right;
    if (right >= 0) previous[right] = left;
    previous[ordinal] = -1;
    next[ordinal] = -1;
    for (const [session, last] of lastOfSession) {
      if (last !== ordinal) continue;
      if (left >= 0) lastOfSession.set(session, left);
      else lastOfSession.delete(session);
    }
  };

  const index: LexicalIndex = {
    get size() {
      return living;
    },
    add({ ordinal, session, terms }) {
      reserve(ordinal + 1);
      let length = 0;
      for (const [term, weight] of terms) {
        length += weight;
        const list = postings.get(term) ?? { ordinals: [], weights: [] };
        list.ordinals.push(ordinal);
        list.weights.push(weight);
        postings.set(term, list);
      }
      lengths[ordinal] = length;
      const before = lastOfSession.get(session);
      if (before !== undefined) {
        previous[ordinal] = before;
        next[before] = ordinal;
      }
      lastOfSession.set(session, ordinal);
      living += 1;
      remeasure(ordinal);
    },
    remove(ordinal, terms) {
      const left = previous[ordinal] ?? -1;
      const right = next[ordinal] ?? -1;
      if ((lengths[ordinal] ?? -1) < 0) return;
      for (const term of terms.keys()) dropPosting(term, ordinal);
      totalLength -= smoothedLengths[ordinal] as number;
      smoothedLengths[ordinal] = 0;
      lengths[ordinal] = -1;
      unlink(ordinal, left, right);
      living -= 1;
      if (left >= 0) remeasure(left);
      else if (right >= 0) remeasure(right);
    },
    inverseDocumentFrequency(term) {
      const count = postings.get(term)?.ordinals.length ?? 0;
      return Math.log(1 + (living - count + 0.5) / (count + 0.5));
    },
    search(terms, without) {
      scores.fill(0);
      matched.fill(0);
      own.fill(0);
      const found: number[] = [];
      const average = living === 0 ? 1 : totalLength / living;
      for (const [position, term] of terms.entries()) {
        const list = postings.get(term);
        if (list === undefined) continue;
        const weight = index.inverseDocumentFrequency(term);
        const touched: number[] = [];
        const bit = position < 31 ? 1 << position : 0;
        for (let entry = 0; entry < list.ordinals.length; entry += 1) {
          const frequency = list.weights[entry] as number;
          const holder = list.ordinals[entry] as number;
          if (without?.has(holder)) continue;
          own[holder] = (own[holder] as number) | bit;
          spread(holder, (ordinal, share) => {
            if (frequencies[ordinal] === 0) touched.push(ordinal);
            frequencies[ordinal] = (frequencies[ordinal] as number) + share * frequency;
          });
        }
        for (const ordinal of touched) {
          const frequency = frequencies[ordinal] as number;
          const norm = k1 * (1 - b + (b * (smoothedLengths[ordinal] as number)) / average);
          if (scores[ordinal] === 0) found.push(ordinal);
          scores[ordinal] =
            (scores[ordinal] as number) + (weight * frequency * (k1 + 1)) / (frequency + norm);
          matched[ordinal] = (matched[ordinal] as number) | bit;
          frequencies[ordinal] = 0;
        }
      }
      return { ordinals: found, scores, matched, own };
    },
  };
  return index;
};
