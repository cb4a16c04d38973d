import type { SessionId } from '@retentive/core';

import { DEFAULT_LEXICAL_OPTIONS, type LexicalOptions, type LexicalStatistics } from './lexical-options.ts';

/** A document of the index: its place, its session and its weighted terms. */
export interface LexicalDocument {
  /** Whole number from 0, the place of the document in its session; one from the middle finds its place again. */
  readonly ordinal: number;
  readonly session: SessionId;
  /** Term to weight; 1 is one occurrence in the text. */
  readonly terms: ReadonlyMap<string, number>;
}

/** Scores of one search; valid until the next change or search of the index. */
export interface LexicalScores {
  /** Ordinals with a score above 0, in no order. */
  readonly ordinals: readonly number[];
  /** The score of a document, 0 for one that the index does not hold. */
  scoreOf(ordinal: number): number;
  /** Query terms found in the document or its neighbours; bit i stands for term i of the query, up to 31. */
  matchedOf(ordinal: number): number;
  /** The same for terms of the document itself. */
  ownOf(ordinal: number): number;
}

/**
 * Context-smoothed BM25 over an inverted index: the frequency of a term in a document is its own plus a decaying share
 * of its neighbours' in the session, so that an answer is found by the words of the question before it. In memory,
 * incremental; a search is linear in the postings of its terms. It takes room for the documents that it holds, not for
 * those that it ever held.
 */
export interface LexicalIndex extends LexicalStatistics {
  /** Living documents. */
  readonly size: number;
  /** Adds a document, in its session between those with a lower and those with a higher ordinal. */
  add(document: LexicalDocument): void;
  /** Takes a document out; `terms` must be those it was added with. Neighbours close the gap. */
  remove(ordinal: number, terms: ReadonlyMap<string, number>): void;
  /** Share of documents that hold the term, turned to weight: ln(1 + (N - n + .5) / (n + .5)). */
  inverseDocumentFrequency(term: string): number;
  /** Documents in `without` neither score nor lend words to their neighbours. */
  search(terms: readonly string[], without?: ReadonlySet<number>): LexicalScores;
}

interface Postings {
  /** Ascending. */
  readonly slots: number[];
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

/** Slots that may stand empty beside as many as are in use, before the rest is moved together. */
const SPARE_SLOTS = 1_024;

/** Lengths are kept in these parts of a word, so that their sum is exact in whatever order documents came and went. */
const LENGTH_STEPS = 1_024;

/** Where `slot` is in an ascending list; -1 where it is not. */
const placeOf = (slots: readonly number[], slot: number): number => {
  let low = 0;
  let high = slots.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = slots[middle] as number;
    if (found === slot) return middle;
    if (found < slot) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
};

/** Makes an empty {@link LexicalIndex}. */
export const createLexicalIndex = (options: LexicalOptions = DEFAULT_LEXICAL_OPTIONS): LexicalIndex => {
  const { k1, b, smoothing, statistics } = options;
  const shares = Array.from(
    { length: smoothing.radius },
    (_, step) => smoothing.weight * smoothing.decay ** step,
  );
  const postings = new Map<string, Postings>();
  const lastOfSession = new Map<SessionId, number>();
  const slotOf = new Map<number, number>();
  let living = 0;
  let totalLength = 0;
  let capacity = 0;
  /** Slots that were given out; those of removed documents stand empty until `compact`. */
  let used = 0;
  // By slot: ordinal (-1 when empty), own length, length with the neighbours' share, and links inside the session.
  let ordinalAt = integers(0);
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
    lengths = grow(lengths, floats, length);
    smoothedLengths = grow(smoothedLengths, floats, length);
    ordinalAt = grow(ordinalAt, integers, length);
    previous = grow(previous, integers, length);
    next = grow(next, integers, length);
    scores = floats(lengths.length);
    frequencies = floats(lengths.length);
    matched = new Int32Array(lengths.length);
    own = new Int32Array(lengths.length);
    capacity = lengths.length;
  };

  /** Calls `visit` for the document itself and each neighbour with its share. */
  const spread = (slot: number, visit: (slot: number, share: number) => void): void => {
    visit(slot, 1);
    let left = previous[slot] as number;
    let right = next[slot] as number;
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

  /** Documents that came, and neighbours of those that went, since lengths were measured last. */
  const changed = new Set<number>();

  /**
   * Measures those that a change reached, each once: whoever a change concerned then is within reach of a changed document
   * now, or of the neighbour that took its place.
   */
  const measure = (): void => {
    if (changed.size === 0) return;
    const reached = new Set<number>();
    for (const slot of changed) {
      if ((ordinalAt[slot] as number) >= 0) spread(slot, (neighbour) => reached.add(neighbour));
    }
    changed.clear();
    for (const slot of reached) {
      let length = 0;
      spread(slot, (other, share) => {
        length += share * (lengths[other] as number);
      });
      const rounded = Math.round(length * LENGTH_STEPS) / LENGTH_STEPS;
      totalLength += rounded - (smoothedLengths[slot] as number);
      smoothedLengths[slot] = rounded;
    }
  };

  const dropPosting = (term: string, slot: number): void => {
    const list = postings.get(term);
    const at = list === undefined ? -1 : placeOf(list.slots, slot);
    if (list === undefined || at < 0) return;
    list.slots.splice(at, 1);
    list.weights.splice(at, 1);
    if (list.slots.length === 0) postings.delete(term);
  };

  /** Puts a document into its session's chain, by its ordinal. */
  const link = (slot: number, session: SessionId): void => {
    const ordinal = ordinalAt[slot] as number;
    let right = -1;
    let left = lastOfSession.get(session) ?? -1;
    while (left >= 0 && (ordinalAt[left] as number) > ordinal) {
      right = left;
      left = previous[left] as number;
    }
    previous[slot] = left;
    next[slot] = right;
    if (left >= 0) next[left] = slot;
    if (right >= 0) previous[right] = slot;
    else lastOfSession.set(session, slot);
  };

  /** Takes a document out of its session's chain; its neighbours become neighbours of each other. */
  const unlink = (slot: number, left: number, right: number): void => {
    if (left >= 0) next[left] = right;
    if (right >= 0) {
      previous[right] = left;
      return;
    }
    for (const [session, last] of lastOfSession) {
      if (last !== slot) continue;
      if (left >= 0) lastOfSession.set(session, left);
      else lastOfSession.delete(session);
      return;
    }
  };

  /** Moves documents together, in their order, so that room follows what lives. O(postings), amortised over removals. */
  const compact = (): void => {
    measure();
    const moved = new Int32Array(used).fill(-1);
    let slots = 0;
    for (let slot = 0; slot < used; slot += 1) {
      if ((ordinalAt[slot] as number) < 0) continue;
      moved[slot] = slots;
      slots += 1;
    }
    const movedOr = (slot: number): number => (slot < 0 ? -1 : (moved[slot] as number));
    for (let slot = 0; slot < used; slot += 1) {
      const to = moved[slot] as number;
      if (to < 0) continue;
      ordinalAt[to] = ordinalAt[slot] as number;
      lengths[to] = lengths[slot] as number;
      smoothedLengths[to] = smoothedLengths[slot] as number;
      previous[to] = movedOr(previous[slot] as number);
      next[to] = movedOr(next[slot] as number);
      slotOf.set(ordinalAt[to] as number, to);
    }
    ordinalAt.fill(-1, slots, used);
    smoothedLengths.fill(0, slots, used);
    for (const [session, last] of lastOfSession) lastOfSession.set(session, movedOr(last));
    for (const { slots: list } of postings.values()) {
      for (let at = 0; at < list.length; at += 1) list[at] = moved[list[at] as number] as number;
    }
    used = slots;
  };

  const weightOf = (term: string): number => {
    const count = postings.get(term)?.slots.length ?? 0;
    return Math.log(1 + (living - count + 0.5) / (count + 0.5));
  };

  const index: LexicalIndex = {
    get size() {
      return living;
    },
    get averageLength() {
      measure();
      return living === 0 ? 1 : totalLength / living;
    },
    add({ ordinal, session, terms }) {
      const slot = used;
      used += 1;
      reserve(used);
      let length = 0;
      for (const [term, weight] of terms) {
        length += weight;
        const list = postings.get(term) ?? { slots: [], weights: [] };
        list.slots.push(slot);
        list.weights.push(weight);
        postings.set(term, list);
      }
      slotOf.set(ordinal, slot);
      ordinalAt[slot] = ordinal;
      lengths[slot] = length;
      link(slot, session);
      living += 1;
      changed.add(slot);
    },
    remove(ordinal, terms) {
      const slot = slotOf.get(ordinal);
      if (slot === undefined) return;
      const left = previous[slot] as number;
      const right = next[slot] as number;
      for (const term of terms.keys()) dropPosting(term, slot);
      totalLength -= smoothedLengths[slot] as number;
      smoothedLengths[slot] = 0;
      slotOf.delete(ordinal);
      ordinalAt[slot] = -1;
      unlink(slot, left, right);
      living -= 1;
      if (left >= 0) changed.add(left);
      else if (right >= 0) changed.add(right);
      if (used > 2 * living + SPARE_SLOTS) compact();
    },
    inverseDocumentFrequency: weightOf,
    search(terms, without) {
      measure();
      scores.fill(0);
      matched.fill(0);
      own.fill(0);
      const found: number[] = [];
      const { inverseDocumentFrequency, averageLength } = statistics ?? index;
      const hidden = new Set([...(without ?? [])].flatMap((ordinal) => slotOf.get(ordinal) ?? []));
      for (const [position, term] of terms.entries()) {
        const list = postings.get(term);
        if (list === undefined) continue;
        const weight = inverseDocumentFrequency(term);
        const touched: number[] = [];
        const bit = position < 31 ? 1 << position : 0;
        for (let entry = 0; entry < list.slots.length; entry += 1) {
          const frequency = list.weights[entry] as number;
          const holder = list.slots[entry] as number;
          if (hidden.has(holder)) continue;
          own[holder] = (own[holder] as number) | bit;
          spread(holder, (slot, share) => {
            if (frequencies[slot] === 0) touched.push(slot);
            frequencies[slot] = (frequencies[slot] as number) + share * frequency;
          });
        }
        for (const slot of touched) {
          const frequency = frequencies[slot] as number;
          const norm = k1 * (1 - b + (b * (smoothedLengths[slot] as number)) / averageLength);
          if (scores[slot] === 0) found.push(ordinalAt[slot] as number);
          scores[slot] = (scores[slot] as number) + (weight * frequency * (k1 + 1)) / (frequency + norm);
          matched[slot] = (matched[slot] as number) | bit;
          frequencies[slot] = 0;
        }
      }
      const read = (values: Float64Array | Int32Array, ordinal: number): number =>
        values[slotOf.get(ordinal) ?? -1] ?? 0;
      return {
        ordinals: found,
        scoreOf: (ordinal) => read(scores, ordinal),
        matchedOf: (ordinal) => read(matched, ordinal),
        ownOf: (ordinal) => read(own, ordinal),
      };
    },
  };
  return index;
};
