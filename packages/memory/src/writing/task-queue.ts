import { type CallOptions, RetentiveError, throwIfAborted } from '@retentive/core';

/** How a source ends. */
export type Ending = 'complete' | 'torn';

interface Task<Result> {
  readonly text: string;
  readonly ending: Ending | undefined;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Calls of one writer, carried out in order; those that gather while one is under way are carried out together. When one
 * fails or is aborted, those waiting behind it fail with it, so that no text ever closes a gap.
 */
export interface TaskQueue<Result> {
  /** @throws ABORTED when `signal` is aborted before the call's turn comes */
  add(text: string, ending: Ending | undefined, options?: CallOptions): Promise<Result>;
}

/** Makes a queue over `run`, which gets the joined text of one or more calls and, with the last of them, the ending. */
export const createTaskQueue = <Result>(
  run: (text: string, ending: Ending | undefined) => Promise<Result>,
): TaskQueue<Result> => {
  let waiting: Task<Result>[] = [];
  let busy = false;

  const takeBatch = (): readonly Task<Result>[] => {
    const last = waiting.findIndex((task) => task.ending !== undefined);
    const count = last < 0 ? waiting.length : last + 1;
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    const aborted = batch.findIndex(({ signal }) => signal?.aborted === true);
    if (aborted < 0) return batch;
    // What comes after a piece that is missing must not close up to what came before it.
    waiting = [...batch.slice(aborted), ...waiting];
    const cause: unknown = waiting[0]?.signal?.reason;
    failWaiting(new RetentiveError('ABORTED', 'the write, or one before it, was aborted', { cause }));
    return batch.slice(0, aborted);
  };

  const failWaiting = (error: unknown): void => {
    const failed = waiting;
    waiting = [];
    for (const task of failed) task.reject(error);
  };

  const pump = async (): Promise<void> => {
    busy = true;
    // Calls made in the same tick travel together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = takeBatch();
      if (batch.length === 0) continue;
      try {
        const result = await run(batch.map((task) => task.text).join(''), batch.at(-1)?.ending);
        for (const task of batch) task.resolve(result);
      } catch (error) {
        for (const task of batch) task.reject(error);
        failWaiting(error);
      }
    }
    busy = false;
  };

  return {
    add: (text, ending, { signal } = {}) =>
      new Promise((resolve, reject) => {
        throwIfAborted(signal, 'the write');
        waiting.push({ text, ending, signal, resolve, reject });
        if (!busy) void pump();
      }),
  };
};
