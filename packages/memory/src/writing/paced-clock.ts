import type { Clock } from '@retentive/core';

/** A clock that also counts what was waited: pauses end when they were waited out, though the clock may stand still. */
export interface PacedClock extends Clock {
  /** Says that `ms` were waited from `since` on, readings of this clock. */
  waited(since: PacedReading, ms: number): void;
  /** Both readings at one moment. */
  read(): PacedReading;
}

/** A moment by both readings of a clock. */
export interface PacedReading {
  readonly now: number;
  readonly elapsed: number;
}

/** Makes a {@link PacedClock} over another; where that goes on, it is the same clock. */
export const createPacedClock = (clock: Clock): PacedClock => {
  let least: PacedReading = { now: Number.NEGATIVE_INFINITY, elapsed: Number.NEGATIVE_INFINITY };
  const now = (): number => Math.max(clock.now(), least.now);
  const elapsed = (): number => Math.max(clock.elapsed(), least.elapsed);
  return {
    now,
    elapsed,
    read: () => ({ now: now(), elapsed: elapsed() }),
    waited(since, ms) {
      least = {
        now: Math.max(least.now, since.now + ms),
        elapsed: Math.max(least.elapsed, since.elapsed + ms),
      };
    },
  };
};
