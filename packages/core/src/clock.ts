import { RetentiveError } from './errors.ts';

/** Time as the framework sees it. Everything that asks for the time takes one of these. */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number;
  /** A monotonic reading in milliseconds, for durations and deadlines only. */
  elapsed(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};

/**
 * Waits so many ms; ends early, however it likes, when the signal is aborted. Pauses are counted by what waits, not by the
 * clock: with a clock that stands still they end all the same.
 */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** A clock that moves only when told, for tests and replays. */
export interface ManualClock extends Clock {
  /** Moves the clock on by `ms` (0 or more). */
  advance(ms: number): void;
}

/** A {@link ManualClock} that starts at `start` (ms since epoch, default 2024-01-01T00:00:00Z). */
export const createManualClock = (start: number = Date.UTC(2024, 0, 1)): ManualClock => {
  let current = start;
  return {
    now: () => current,
    elapsed: () => current - start,
    advance(ms) {
      if (!(ms >= 0)) throw new RetentiveError('OPTION_INVALID', `a clock moves forward only, got ${ms} ms`);
      current += ms;
    },
  };
};
