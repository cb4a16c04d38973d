import type { Clock, JobId } from '@retentive/core';
import type { JobRecord, ScopeKey } from '../journal/journal.ts';

/** The jobs of one scope that wait, oldest first. */
export interface JobQueue {
  readonly scope: ScopeKey;
  readonly size: number;
  /** Since when nothing has come, by the clock of pauses. */
  readonly quietSince: number;
  /** Somebody waits for work of the scope to be over. */
  readonly isAwaited: boolean;
  has(id: JobId): boolean;
  get(id: JobId): JobRecord | undefined;
  /** Adds a job at the end; one that is there keeps its place. */
  put(job: JobRecord): void;
  /** Takes out a job that is over. True when it was there. */
  remove(id: JobId): boolean;
  /** The first jobs that are not put off at `now`, less those named. */
  ready(limit: number, now: number, without: ReadonlySet<JobId>): readonly JobRecord[];
  /** The first moment after `now` to which a job is put off; undefined where none is. */
  nextAt(now: number): number | undefined;
  /** Waits a moment for another job; not at all where somebody waits for one of these to be over. */
  linger(): Promise<void>;
}

/** What a queue works with. */
export interface JobQueueParts {
  readonly clock: Clock;
  readonly linger: JobQueue['linger'];
  readonly isAwaited: () => boolean;
}

/** Makes an empty queue. */
export const createJobQueue = (scope: ScopeKey, { clock, linger, isAwaited }: JobQueueParts): JobQueue => {
  // A map keeps the place of a key that is set again.
  const jobs = new Map<JobId, JobRecord>();
  let quietSince = clock.now();
  return {
    scope,
    get size() {
      return jobs.size;
    },
    get quietSince() {
      return quietSince;
    },
    get isAwaited() {
      return isAwaited();
    },
    has: (id) => jobs.has(id),
    get: (id) => jobs.get(id),
    put(job) {
      if (!jobs.has(job.id)) quietSince = clock.now();
      jobs.set(job.id, job);
    },
    remove: (id) => jobs.delete(id),
    ready(limit, now, without) {
      const found: JobRecord[] = [];
      for (const job of jobs.values()) {
        if (found.length === limit) break;
        if ((job.runAfter ?? 0) <= now && !without.has(job.id)) found.push(job);
      }
      return found;
    },
    nextAt(now) {
      let first: number | undefined;
      for (const { runAfter = 0 } of jobs.values()) {
        if (runAfter > now) first = Math.min(first ?? runAfter, runAfter);
      }
      return first;
    },
    linger,
  };
};
