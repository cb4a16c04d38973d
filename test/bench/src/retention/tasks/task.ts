import type { Tokenizer } from '@retentive/core';
import type { SurprisalSource } from '@retentive/memory';
import type { TaskRow } from '../schemas.ts';

/** What every task of `bench retention` is given. */
export interface TaskInput {
  /** Folder of evaluation sets; tasks that need one of them say so where there is none. */
  readonly data: string | undefined;
  readonly seed: number;
  readonly tokenizer: Tokenizer;
  readonly surprisal: SurprisalSource;
}

/** A measurement of retention other than pairs kept, its trivial controls in its rows. */
export interface RetentionTask {
  readonly name: string;
  /** What the rows mean, in one line. */
  readonly about: string;
  /** Takes minutes, so it runs only when it is named. */
  readonly slow?: boolean;
  /** @throws FILE_INVALID */
  measure(input: TaskInput): Promise<readonly TaskRow[]>;
}

/** The row of a task that could not run. */
export const unmeasured = (task: string, metric: string, reason: string): readonly TaskRow[] => [
  { task, policy: 'retentive', metric, value: null, reason },
];
