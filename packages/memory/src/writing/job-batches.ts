import type { JobRecord } from '../journal/journal.ts';
import type { BatchLimits } from './batch-extractor.ts';

/** Messages that are read in one go at most: each has a token at least, so that no limit of tokens is passed by it. */
const MAX_JOBS = 1_024;

/** Messages that are tried together after a failure at most; half of it after each further one. */
const MAX_RETRIED_JOBS = 32;

/** What batches are made by. */
export interface BatchingParts {
  readonly limits: BatchLimits;
  readonly tokensOf: (job: JobRecord) => number;
  /** Jobs of another group are never read together. */
  readonly groupOf: (job: JobRecord) => string;
}

/** What is to be read now, and how long the rest can wait for company. */
export interface DueBatches {
  readonly batches: readonly (readonly JobRecord[])[];
  /** Absent where nothing is left that waits for company. */
  readonly waitMs?: number | undefined;
}

/** How long nothing has come, and whether somebody waits for it to be read. */
export interface BatchingMoment {
  readonly quietMs: number;
  readonly isAwaited: boolean;
}

/**
 * Cuts jobs, in order, into batches: full ones, and what is left where nothing came for a while or somebody waits. What
 * failed together is tried again in halves, so that one message that cannot be read is soon alone and the others are.
 */
export const batchJobs = (
  jobs: readonly JobRecord[],
  { limits, tokensOf, groupOf }: BatchingParts,
  { quietMs, isAwaited }: BatchingMoment,
): DueBatches => {
  const isQuiet = isAwaited || quietMs >= limits.idleMs;
  const open = new Map<string, { jobs: JobRecord[]; tokens: number }>();
  const batches: JobRecord[][] = [];
  for (const job of jobs) {
    const { attempts } = job;
    const group = JSON.stringify([groupOf(job), attempts]);
    const batch = open.get(group) ?? { jobs: [], tokens: 0 };
    if (batch.jobs.length === 0) open.set(group, batch);
    batch.jobs.push(job);
    batch.tokens += tokensOf(job);
    const most = attempts === 0 ? MAX_JOBS : Math.max(1, MAX_RETRIED_JOBS >> (attempts - 1));
    if (batch.tokens < limits.tokens / 2 ** attempts && batch.jobs.length < most) continue;
    batches.push(batch.jobs);
    open.delete(group);
  }
  // What was put off has waited already.
  const rest = [...open.values()].map((batch) => batch.jobs);
  const due = rest.filter(([first]) => isQuiet || (first?.attempts ?? 0) > 0);
  const isLeft = due.length < rest.length;
  return { batches: [...batches, ...due], ...(isLeft ? { waitMs: limits.idleMs - quietMs } : {}) };
};
