import type { JobId } from '@retentive/core';
import type { JobRecord, ScopeKey } from '../journal/journal.ts';

/** The jobs of one scope that wait, oldest first. */
export interface JobQueue {
  readonly scope: ScopeKey;
  readonly size: number;
  has(id: JobId): boolean;
  get(id: JobId): JobRecord | undefined;
  /** Adds a job at the end; one that is there keeps its place. */
  put(job: JobRecord): void;
  /** Takes out a job that is over. True when it was there. */
  remove(id: JobId): boolean;
  /** The first jobs that are not put off at `now`, less those named. */
  ready(limit: number, now: number, without: ReadonlySet<JobId>): readonly JobRecord[];
  /** The first moment at which a job may be tried; undefined where there is none. */
  nextAt(): number | undefined;
  /** Waits a moment for another job; not at all where somebody waits for one of these to be over. */
  linger(): Promise<void>;
}

/** Makes an empty queue. */
export const createJobQueue = (scope: ScopeKey, linger: JobQueue['linger']): JobQueue => {
  // A map keeps the place of a key that is set again.
  const jobs = new Map<JobId, JobRecord>();
  return {
    scope,
    get size() {
      return jobs.size;
    },
    has: (id) => jobs.has(id),
    get: (id) => jobs.get(id),
    put(job) {
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
    nextAt() {
      let first: number | undefined;
      for (const { runAfter = 0 } of jobs.values()) first = Math.min(first ?? runAfter, runAfter);
      return first;
    },
    linger,
  };
};
