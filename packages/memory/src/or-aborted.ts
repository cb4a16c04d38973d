import { RetentiveError } from '@retentive/core';

/** Settles as `promise`, or rejects with ABORTED as soon as `signal` is: what hangs must not hold the caller. */
export const orAborted = async <T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> => {
  if (signal === undefined) return promise;
  const fail = (): RetentiveError =>
    new RetentiveError('ABORTED', `${what} was aborted`, { cause: signal.reason });
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(fail());
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
