import { isRetentiveError } from '@retentive/core';
import type { Journal } from '../journal/journal.ts';
import type { JobInfo, JobsOptions, RetryJobsOptions } from '../upkeep-types.ts';

/** Jobs as callers see them. */
export const listJobs = async (
  journal: Journal,
  { state = 'dead', tenant, limit, signal }: JobsOptions,
): Promise<readonly JobInfo[]> => {
  const found = await journal.jobs({ state, tenant, limit }, { signal });
  return found.map(({ scope, job }) => ({ scope, ...job }));
};

/** Queues dead jobs again, as if they had never been tried. What somebody else took up meanwhile is passed over. */
export const retryJobs = async (
  journal: Journal,
  { ids, tenant, signal }: RetryJobsOptions,
): Promise<number> => {
  const named = ids === undefined ? undefined : new Set(ids);
  let count = 0;
  for (const { scope, job } of await journal.jobs({ state: 'dead', tenant }, { signal })) {
    if (named !== undefined && !named.has(job.id)) continue;
    const { id, type, source } = job;
    try {
      await journal.append(
        { scope, entries: [{ kind: 'job', job: { id, type, source, state: 'queued', attempts: 0 } }] },
        { signal },
      );
      count += 1;
    } catch (error) {
      // Forgotten with its message since it was listed.
      if (!isRetentiveError(error, 'MESSAGE_NOT_FOUND')) throw error;
    }
  }
  return count;
};
