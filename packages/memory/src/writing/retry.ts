import type { Random } from '@retentive/core';

/** Tries of one job, whatever fails; then it is dead. */
export const MAX_ATTEMPTS = 8;

/** The longest that the first pause can be; each further one can be twice as long, up to the last. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 100_000;

/**
 * How long to wait after so many failures in a row, in ms: anything up to 1 s, 2 s, 4 s ... 100 s. Full jitter: those that
 * failed together do not come back together.
 */
export const pauseAfter = (failures: number, random: Random): number =>
  Math.ceil(random.next() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)));
