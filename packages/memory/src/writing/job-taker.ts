import type { Clock, JobId } from '@retentive/core';
import type { JobRecord, Journal } from '../journal/journal.ts';
import type { DueBatches } from './job-batches.ts';
import type { JobQueue } from './job-queue.ts';

/** Jobs that are done together. */
export type JobBatch = readonly [JobRecord, ...JobRecord[]];

/** Takes jobs of one queue, some at a time, and keeps hold of them while they are worked on. */
export interface JobTaker {
  /** How long to wait for jobs that somebody else holds, or that wait for company; undefined while there are none. */
  readonly heldMs: number | undefined;
  /** The next jobs that can be had, besides those named; `limit` is how many batches may be taken ahead. */
  next(limit: number, without: ReadonlySet<JobId>, signal: AbortSignal): Promise<JobBatch | undefined>;
}

/** What a taker works with. */
export interface JobTakerParts {
  readonly journal: Pick<Journal, 'lease'>;
  readonly clock: Clock;
  readonly owner: string;
  /** The longest that one batch takes, in ms. */
  readonly jobMs: number;
  /** Most jobs of one batch. */
  readonly batchJobs: number;
  /** Which of the jobs that are ready are done now, and which of them together. */
  readonly batches: (ready: readonly JobRecord[]) => DueBatches;
}

/** When to look again for jobs that somebody else holds. */
const HELD_PAUSE_MS = 5_000;

/** Begins to take jobs of a queue. */
export const createJobTaker = (parts: JobTakerParts, queue: JobQueue): JobTaker => {
  const { journal, clock, owner, jobMs } = parts;
  let taken: (readonly JobRecord[])[] = [];
  let until = 0;
  let heldMs: number | undefined;

  const lease = async (batches: readonly (readonly JobRecord[])[]): Promise<(readonly JobRecord[])[]> => {
    until = clock.now() + 2 * jobMs;
    const named = batches.flat().map(({ id }) => id);
    const leased = await journal.lease({ scope: queue.scope, jobs: named, owner, until });
    // Erased with their messages, or ended elsewhere.
    for (const id of leased.gone) queue.remove(id);
    const ids = new Set(leased.taken);
    return batches.map((batch) => batch.filter(({ id }) => ids.has(id))).filter((batch) => batch.length > 0);
  };

  const takeMore = async (limit: number, without: ReadonlySet<JobId>, signal: AbortSignal): Promise<void> => {
    heldMs = undefined;
    const isAnyReady = queue.ready(1, clock.now(), without).length > 0;
    // Ends of jobs that came to nothing are worth no transaction of their own while messages keep coming.
    if (without.size > 0 && !isAnyReady) await queue.linger();
    const ready = signal.aborted ? [] : queue.ready(limit * parts.batchJobs, clock.now(), without);
    if (ready.length === 0) return;
    const due = parts.batches(ready);
    heldMs = due.waitMs;
    const batches = due.batches.slice(0, limit);
    if (batches.length === 0) return;
    taken = await lease(batches);
    if (taken.length === 0 && batches.flat().some(({ id }) => queue.has(id))) heldMs = HELD_PAUSE_MS;
  };

  return {
    get heldMs() {
      return heldMs;
    },
    async next(limit, without, signal) {
      while (true) {
        if (taken.length === 0) await takeMore(limit, without, signal);
        else if (until - clock.now() < jobMs) taken = await lease(taken);
        const batch = taken.shift();
        if (batch === undefined || signal.aborted) return undefined;
        // What somebody else has ended meanwhile is passed over.
        const [first, ...rest] = batch.filter(({ id }) => queue.has(id));
        if (first !== undefined) return [first, ...rest];
      }
    },
  };
};
