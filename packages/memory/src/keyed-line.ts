import type { CallOptions } from '@retentive/core';
import type { ScopeKey } from './journal/journal.ts';
import { orAborted } from './or-aborted.ts';

/** Lets one caller of each scope run at a time, in the order they came. */
export interface KeyedLine {
  /** Waits for those before it; who is aborted meanwhile is let go of at once and does not run. @throws ABORTED */
  run<Result>(key: ScopeKey, work: () => Promise<Result>, options?: CallOptions): Promise<Result>;
}

/** Makes a {@link KeyedLine}. */
export const createKeyedLine = (): KeyedLine => {
  const lines = new Map<string, Promise<unknown>>();
  return {
    run({ tenant, user }, work, { signal } = {}) {
      const name = JSON.stringify([tenant, user]);
      const before = lines.get(name) ?? Promise.resolve();
      const result = orAborted(before, signal, 'waiting in line').then(work);
      // Who gave up waiting does not let the next one in before its turn.
      const ended = Promise.allSettled([before, result]).then(() => {
        if (lines.get(name) === ended) lines.delete(name);
      });
      lines.set(name, ended);
      return result;
    },
  };
};
