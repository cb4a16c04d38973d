import type { Clock, JobId } from '@retentive/core';
import type { JobRecord, Journal } from '../journal/journal.ts';
import type { JobQueue } from './job-queue.ts';

/** Takes jobs of one queue, some at a time, and keeps hold of them while they are worked on. */
export interface JobTaker {
  /** How long to wait for jobs that somebody else holds; undefined while there are none. */
  readonly heldMs: number | undefined;
  /** The next job that can be had, besides those named; `limit` is how many may be taken ahead. */
  next(limit: number, without: ReadonlySet<JobId>, signal: AbortSignal): Promise<JobRecord | undefined>;
}

/** What a taker works with. */
export interface JobTakerParts {
  readonly journal: Pick<Journal, 'lease'>;
  readonly clock: Clock;
  readonly owner: string;
  /** The longest that one job takes, in ms. */
  readonly jobMs: number;
}

/** When to look again for jobs that somebody else holds. */
const HELD_PAUSE_MS = 5_000;

/** Begins to take jobs of a queue. */
export const createJobTaker = (
  { journal, clock, owner, jobMs }: JobTakerParts,
  queue: JobQueue,
): JobTaker => {
  let taken: JobRecord[] = [];
  let until = 0;
  let heldMs: number | undefined;

  const lease = async (jobs: readonly JobRecord[]): Promise<JobRecord[]> => {
    until = clock.now() + 2 * jobMs;
    const named = jobs.map(({ id }) => id);
    const leased = await journal.lease({ scope: queue.scope, jobs: named, owner, until });
    // Erased with their messages, or ended elsewhere.
    for (const id of leased.gone) queue.remove(id);
    const ids = new Set(leased.taken);
    return jobs.filter(({ id }) => ids.has(id));
  };

  const takeMore = async (limit: number, without: ReadonlySet<JobId>, signal: AbortSignal): Promise<void> => {
    const isAnyReady = queue.ready(1, clock.now(), without).length > 0;
    // Ends of jobs that came to nothing are worth no transaction of their own while messages keep coming.
    if (without.size > 0 && !isAnyReady) await queue.linger();
    const ready = signal.aborted ? [] : queue.ready(limit, clock.now(), without);
    if (ready.length === 0) return;
    taken = await lease(ready);
    if (taken.length === 0 && ready.some(({ id }) => queue.has(id))) heldMs = HELD_PAUSE_MS;
  };

  return {
    get heldMs() {
      return heldMs;
    },
    async next(limit, without, signal) {
      while (true) {
        if (taken.length === 0) await takeMore(limit, without, signal);
        else if (until - clock.now() < jobMs) taken = await lease(taken);
        const job = taken.shift();
        // One that somebody else has ended meanwhile is passed over.
        if (job === undefined || queue.has(job.id)) return signal.aborted ? undefined : job;
      }
    },
  };
};
