import type { SessionId } from '@retentive/core';

/** A silence longer than this ends a session. */
const SESSION_GAP_MS = 4 * 3_600_000;

/** Gives each message of a thread its session: a new one after a gap of over 4 hours, either way in time. */
export interface SessionTracker {
  sessionOf(thread: string, time: number): SessionId;
}

/** Makes a {@link SessionTracker}; session ids are the thread's name and a count, the same at each replay. */
export const createSessionTracker = (): SessionTracker => {
  const threads = new Map<string, { count: number; lastTime: number }>();
  return {
    sessionOf(thread, time) {
      const state = threads.get(thread) ?? { count: 0, lastTime: Number.NEGATIVE_INFINITY };
      if (Math.abs(time - state.lastTime) > SESSION_GAP_MS) state.count += 1;
      state.lastTime = time;
      threads.set(thread, state);
      return `${thread}/${state.count}` as SessionId;
    },
  };
};
