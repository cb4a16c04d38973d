import type { SessionId } from '@retentive/core';

/** A silence longer than this ends a session. */
const SESSION_GAP_MS = 4 * 3_600_000;

/** Of each thread, its session's number and when its last message was. */
export type SessionTrackerState = readonly (readonly [thread: string, count: number, lastTime: number])[];

/** Gives each message of a thread its session: a new one after a gap of over 4 hours, either way in time. */
export interface SessionTracker {
  sessionOf(thread: string, time: number): SessionId;
  /** What a tracker goes on from. */
  state(): SessionTrackerState;
}

/** Makes a {@link SessionTracker}; session ids are the thread's name and a count, the same at each replay. */
export const createSessionTracker = (from: SessionTrackerState = []): SessionTracker => {
  const threads = new Map(from.map(([thread, count, lastTime]) => [thread, { count, lastTime }]));
  return {
    sessionOf(thread, time) {
      const state = threads.get(thread) ?? { count: 0, lastTime: Number.NEGATIVE_INFINITY };
      if (Math.abs(time - state.lastTime) > SESSION_GAP_MS) state.count += 1;
      state.lastTime = time;
      threads.set(thread, state);
      return `${thread}/${state.count}` as SessionId;
    },
    state: () => [...threads].map(([thread, { count, lastTime }]) => [thread, count, lastTime]),
  };
};
