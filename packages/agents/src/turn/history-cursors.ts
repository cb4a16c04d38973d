import type { MessageId } from '@retentive/core';

/** Where the live history of a thread began at the last turn. */
export interface HistoryCursor {
  /** The first message that was shown. */
  readonly start: MessageId;
  /** Messages before it. */
  readonly omitted: number;
  /** The limit in tokens it was cut for. */
  readonly limit: number;
}

/** Remembers the cursors of the threads talked in last, so that a turn need not read a thread from its beginning. */
export interface HistoryCursors {
  get(key: string): HistoryCursor | undefined;
  set(key: string, cursor: HistoryCursor): void;
}

/** Threads remembered: a few hundred bytes each. */
const MOST_CURSORS = 1_000;

/** Makes {@link HistoryCursors}; the thread used longest ago is forgotten first. They only save work. */
export const createHistoryCursors = (): HistoryCursors => {
  const cursors = new Map<string, HistoryCursor>();
  return {
    get: (key) => cursors.get(key),
    set(key, cursor) {
      cursors.delete(key);
      cursors.set(key, cursor);
      const oldest = cursors.size > MOST_CURSORS ? cursors.keys().next().value : undefined;
      if (oldest !== undefined) cursors.delete(oldest);
    },
  };
};
