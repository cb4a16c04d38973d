import type { SessionId } from '@retentive/core';
import type { Smoothing } from './lexical-options.ts';

/** What is known of each slot. The arrays are made anew when they grow. */
export interface DocumentColumns {
  /** -1 where nothing stands. */
  readonly ordinals: Int32Array;
  readonly lengths: Float64Array;
  /** Lengths with the neighbours' share. */
  readonly smoothed: Float64Array;
  /** Slots of the neighbours in the session; -1 where there is none. */
  readonly previous: Int32Array;
  readonly next: Int32Array;
}

/** The documents of a lexical index: each has a slot, and its neighbours in its session. */
export interface DocumentTable {
  /** Documents that are there. */
  readonly size: number;
  /** Slots that were given out; those of removed documents stand empty until `compact`. */
  readonly used: number;
  /** With every length measured. */
  columns(): DocumentColumns;
  /** Mean length with the neighbours' share; 1 of nothing. */
  averageLength(): number;
  /** -1 of what is not there. */
  slotOf(ordinal: number): number;
  /** Adds a document at its place in its session; gives its slot, which is above all others. */
  add(ordinal: number, session: SessionId, length: number): number;
  /** Takes a document out; its neighbours become neighbours of each other. */
  remove(slot: number): void;
  /** Whether so much stands empty that `compact` pays. */
  isSparse(): boolean;
  /** Moves documents together, in their order; gives the new slot of each old one, -1 of those that are gone. */
  compact(): Int32Array;
}

/** Slots that may stand empty beside a quarter of those in use, before the rest is moved together. */
const SPARE_SLOTS = 1_024;
const FIRST_SLOTS = 256;

/** Lengths are kept in these parts of a word, so that their sum is exact in whatever order documents came and went. */
const LENGTH_STEPS = 1_024;

/** What the neighbours on each side lend, the nearest first. */
export const sharesOf = ({ radius, weight, decay }: Smoothing): Float64Array =>
  Float64Array.from({ length: radius }, (_, step) => weight * decay ** step);

/** What a document of this length lends of each of its words. */
export const lendingOf = (length: number, mostLent: number): number =>
  length > mostLent ? mostLent / length : 1;

const emptyColumns = (length: number): DocumentColumns => ({
  ordinals: new Int32Array(length).fill(-1),
  lengths: new Float64Array(length),
  smoothed: new Float64Array(length),
  previous: new Int32Array(length).fill(-1),
  next: new Int32Array(length).fill(-1),
});

const grown = (columns: DocumentColumns, length: number): DocumentColumns => {
  const larger = emptyColumns(length);
  larger.ordinals.set(columns.ordinals);
  larger.lengths.set(columns.lengths);
  larger.smoothed.set(columns.smoothed);
  larger.previous.set(columns.previous);
  larger.next.set(columns.next);
  return larger;
};

/** Makes an empty {@link DocumentTable}; neighbours lend `shares` of their words, and of `mostLent` words at most. */
export const createDocumentTable = (shares: Float64Array, mostLent: number): DocumentTable => {
  let columns = emptyColumns(0);
  /** By slot. */
  const sessions: SessionId[] = [];
  const lastOfSession = new Map<SessionId, number>();
  const slots = new Map<number, number>();
  let used = 0;
  let totalLength = 0;
  /** Documents that came, and neighbours of those that went, since lengths were measured last. */
  const changed = new Set<number>();

  const reach = (slot: number, reached: Set<number>): void => {
    const { previous, next } = columns;
    reached.add(slot);
    let left = previous[slot] as number;
    let right = next[slot] as number;
    for (let step = 0; step < shares.length; step += 1) {
      if (left >= 0) {
        reached.add(left);
        left = previous[left] as number;
      }
      if (right >= 0) {
        reached.add(right);
        right = next[right] as number;
      }
    }
  };

  const smoothedLength = (slot: number): number => {
    const { lengths, previous, next } = columns;
    let length = lengths[slot] as number;
    let left = previous[slot] as number;
    let right = next[slot] as number;
    for (const share of shares) {
      if (left >= 0) {
        length += share * Math.min(mostLent, lengths[left] as number);
        left = previous[left] as number;
      }
      if (right >= 0) {
        length += share * Math.min(mostLent, lengths[right] as number);
        right = next[right] as number;
      }
    }
    return Math.round(length * LENGTH_STEPS) / LENGTH_STEPS;
  };

  /**
   * Measures those that a change reached, each once: whoever a change concerned then is within reach of a changed document
   * now, or of the neighbour that took its place.
   */
  const measure = (): void => {
    if (changed.size === 0) return;
    const reached = new Set<number>();
    for (const slot of changed) if ((columns.ordinals[slot] as number) >= 0) reach(slot, reached);
    changed.clear();
    const { smoothed } = columns;
    for (const slot of reached) {
      const length = smoothedLength(slot);
      totalLength += length - (smoothed[slot] as number);
      smoothed[slot] = length;
    }
  };

  /** Puts a document into its session's chain, by its ordinal. */
  const link = (slot: number, session: SessionId): void => {
    const { ordinals, previous, next } = columns;
    const ordinal = ordinals[slot] as number;
    let right = -1;
    let left = lastOfSession.get(session) ?? -1;
    while (left >= 0 && (ordinals[left] as number) > ordinal) {
      right = left;
      left = previous[left] as number;
    }
    previous[slot] = left;
    next[slot] = right;
    if (left >= 0) next[left] = slot;
    if (right >= 0) previous[right] = slot;
    else lastOfSession.set(session, slot);
  };

  const unlink = (slot: number, left: number, right: number): void => {
    if (left >= 0) columns.next[left] = right;
    if (right >= 0) columns.previous[right] = left;
    else if (left >= 0) lastOfSession.set(sessions[slot] as SessionId, left);
    else lastOfSession.delete(sessions[slot] as SessionId);
  };

  return {
    get size() {
      return slots.size;
    },
    get used() {
      return used;
    },
    columns() {
      measure();
      return columns;
    },
    averageLength() {
      measure();
      return slots.size === 0 ? 1 : totalLength / slots.size;
    },
    slotOf: (ordinal) => slots.get(ordinal) ?? -1,
    add(ordinal, session, length) {
      const slot = used;
      used += 1;
      if (used > columns.ordinals.length) columns = grown(columns, Math.max(FIRST_SLOTS, slot * 2));
      slots.set(ordinal, slot);
      sessions[slot] = session;
      columns.ordinals[slot] = ordinal;
      columns.lengths[slot] = length;
      link(slot, session);
      changed.add(slot);
      return slot;
    },
    remove(slot) {
      const { ordinals, smoothed, previous, next } = columns;
      const left = previous[slot] as number;
      const right = next[slot] as number;
      totalLength -= smoothed[slot] as number;
      smoothed[slot] = 0;
      slots.delete(ordinals[slot] as number);
      ordinals[slot] = -1;
      unlink(slot, left, right);
      if (left >= 0) changed.add(left);
      else if (right >= 0) changed.add(right);
    },
    isSparse: () => used - slots.size > slots.size / 4 + SPARE_SLOTS,
    compact() {
      measure();
      const { ordinals, lengths, smoothed, previous, next } = columns;
      const moved = new Int32Array(used).fill(-1);
      let count = 0;
      for (let slot = 0; slot < used; slot += 1) {
        if ((ordinals[slot] as number) < 0) continue;
        moved[slot] = count;
        count += 1;
      }
      const movedOr = (slot: number): number => (slot < 0 ? -1 : (moved[slot] as number));
      for (let slot = 0; slot < used; slot += 1) {
        const to = moved[slot] as number;
        if (to < 0) continue;
        ordinals[to] = ordinals[slot] as number;
        lengths[to] = lengths[slot] as number;
        smoothed[to] = smoothed[slot] as number;
        previous[to] = movedOr(previous[slot] as number);
        next[to] = movedOr(next[slot] as number);
        sessions[to] = sessions[slot] as SessionId;
        slots.set(ordinals[to] as number, to);
      }
      ordinals.fill(-1, count, used);
      smoothed.fill(0, count, used);
      sessions.length = count;
      for (const [session, last] of lastOfSession) lastOfSession.set(session, movedOr(last));
      used = count;
      return moved;
    },
  };
};
