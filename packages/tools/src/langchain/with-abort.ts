import { RetentiveError, throwIfAborted } from '@retentive/core';

/** What `start` gives, or ABORTED as soon as `signal` is; then what is under way is left to end by itself. */
export const withAbort = async <T>(
  signal: AbortSignal | undefined,
  what: string,
  start: () => Promise<T>,
): Promise<T> => {
  throwIfAborted(signal, what);
  if (signal === undefined) return await start();
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new RetentiveError('ABORTED', `${what} was aborted`, { cause: signal.reason }));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([start(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
