import type { JournalEntry } from '../journal/journal.ts';

/** What background work on a scope could not do: a projection of its jobs. */
export interface JobBoard {
  apply(entry: JournalEntry): void;
  /** Such as `extraction:language`: what applies to some message of the scope, in order of its first time. */
  readonly degraded: readonly string[];
}

/** Makes an empty {@link JobBoard}. */
export const createJobBoard = (): JobBoard => {
  const degraded = new Set<string>();
  return {
    get degraded() {
      return [...degraded];
    },
    apply({ body }) {
      if (body.kind !== 'job') return;
      for (const remark of body.job.degraded ?? []) degraded.add(remark);
      // A message that was given up is missing from the facts, too.
      if (body.job.state === 'dead') degraded.add('extraction:failed');
    },
  };
};
