import { RetentiveError } from '@retentive/core';

/**
 * Passes `source` on and rejects with MODEL_STREAM_TORN when its next value takes longer than `ms`. `what` names the
 * source in the error.
 */
export async function* withIdleLimit<T>(
  source: AsyncIterable<T>,
  ms: number,
  what: string,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let waiting = false;
  let done = false;
  try {
    while (true) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(
            new RetentiveError('MODEL_STREAM_TORN', `${what} was silent for ${ms} ms`, { retryable: true }),
          );
        }, ms);
      });
      waiting = true;
      const step = await Promise.race([iterator.next(), silence]).finally(() => clearTimeout(timer));
      waiting = false;
      if (step.done) {
        done = true;
        return;
      }
      yield step.value;
    }
  } finally {
    // A source that hangs within `next` would never answer `return`: it is told, and not waited for.
    const closing = done ? undefined : iterator.return?.();
    closing?.then(undefined, () => {});
    if (!waiting) await closing;
  }
}
