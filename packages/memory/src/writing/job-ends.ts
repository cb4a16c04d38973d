import type { ModelCost } from '@retentive/core';
import type { JobCost, JobRecord, SourceId } from '../journal/journal.ts';
import type { JobBatch } from './job-taker.ts';

/** A cost stands at the first job of a batch. */
export const costAt = (
  index: number,
  batch: JobBatch,
  cost: ModelCost | undefined,
  operations: number,
): { readonly cost?: JobCost } =>
  cost === undefined || index > 0 ? {} : { cost: { ...cost, messages: batch.length, operations } };

/** Jobs as they stand when they are done, with what could not be done of each. */
export const doneJobs = (
  batch: JobBatch,
  degraded: ReadonlyMap<SourceId, readonly string[]>,
  cost: ModelCost | undefined,
  operations = 0,
): readonly JobRecord[] =>
  batch.map(({ id, type, source, attempts }, index) => {
    const remarks = degraded.get(source) ?? [];
    return {
      id,
      type,
      source,
      state: 'done',
      attempts: attempts + 1,
      ...(remarks.length === 0 ? {} : { degraded: remarks }),
      ...costAt(index, batch, cost, operations),
    };
  });
