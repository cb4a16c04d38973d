import { RetentiveError, throwIfAborted } from './errors.ts';

/** Passes `source` on and rejects with `ABORTED` as soon as `signal` is, also while waiting for the next value. */
export async function* withSignal<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  if (signal === undefined) {
    yield* source;
    return;
  }
  throwIfAborted(signal, 'the stream');
  const iterator = source[Symbol.asyncIterator]();
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new RetentiveError('ABORTED', 'the stream was aborted', { cause: signal.reason }));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  aborted.catch(() => {});
  let finished = false;
  try {
    while (true) {
      const step = await Promise.race([iterator.next(), aborted]);
      // A source that always has the next value ready would win every race.
      throwIfAborted(signal, 'the stream');
      if (step.done) {
        finished = true;
        return;
      }
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited when aborted: a source that hangs must not hold the caller.
    if (!finished) {
      const closing = iterator.return?.();
      closing?.then(undefined, () => {});
      if (!signal.aborted) await closing;
    }
  }
}

/** Splits a stream of text into lines without their line ends (`\n`, `\r\n`); a last line without one counts. */
export async function* lines(source: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const text of source) {
    const pieces = (rest + text).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) yield piece.endsWith('\r') ? piece.slice(0, -1) : piece;
  }
  if (rest.length > 0) yield rest.endsWith('\r') ? rest.slice(0, -1) : rest;
}

/** All values of a stream, in order. */
export const collect = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
};
