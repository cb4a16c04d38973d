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
  const dead = new Set<string>();
  return {
    get degraded() {
      // A message that was given up is missing from the facts, too, until it is tried again.
      return dead.size === 0 ? [...degraded] : [...degraded, 'extraction:failed'];
    },
    apply({ body }) {
      if (body.kind !== 'job') return;
      const { id, state } = body.job;
      for (const remark of body.job.degraded ?? []) degraded.add(remark);
      if (state === 'dead') dead.add(id);
      else dead.delete(id);
    },
  };
};
