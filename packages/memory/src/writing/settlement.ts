import { type CallOptions, RetentiveError, throwIfAborted } from '@retentive/core';
import type { ScopeKey, SourceId } from '../journal/journal.ts';

/** Which sources have work that waits, and who waits for it. */
export interface Settlement {
  expect(scope: ScopeKey, source: SourceId): void;
  /** One piece of work on the source is over. */
  settle(scope: ScopeKey, source: SourceId): void;
  /** Resolves when no work on the source waits. @throws ABORTED; STORE_CLOSED when `closing` is aborted */
  settled(scope: ScopeKey, source: SourceId, options?: CallOptions): Promise<void>;
}

interface Place {
  count: number;
  readonly listeners: Set<() => void>;
}

/** Makes a {@link Settlement} in which nothing waits. */
export const createSettlement = (closing: AbortSignal): Settlement => {
  const places = new Map<string, Place>();
  const nameOf = ({ tenant, user }: ScopeKey, source: SourceId): string =>
    JSON.stringify([tenant, user, source]);

  return {
    expect(scope, source) {
      const name = nameOf(scope, source);
      const place = places.get(name) ?? { count: 0, listeners: new Set() };
      place.count += 1;
      places.set(name, place);
    },
    settle(scope, source) {
      const name = nameOf(scope, source);
      const place = places.get(name);
      if (place === undefined) return;
      place.count -= 1;
      if (place.count > 0) return;
      places.delete(name);
      for (const listener of place.listeners) listener();
    },
    settled: (scope, source, { signal } = {}) =>
      new Promise((resolve, reject) => {
        throwIfAborted(signal, 'settled');
        const place = places.get(nameOf(scope, source));
        if (place === undefined) {
          resolve();
          return;
        }
        const leave = (): void => {
          signal?.removeEventListener('abort', onAbort);
          closing.removeEventListener('abort', onClose);
          place.listeners.delete(onDone);
        };
        const onDone = (): void => {
          leave();
          resolve();
        };
        const onAbort = (): void => {
          leave();
          reject(new RetentiveError('ABORTED', 'settled was aborted', { cause: signal?.reason }));
        };
        const onClose = (): void => {
          leave();
          const message = 'the memory was closed before this work was done; it goes on at the next opening';
          reject(new RetentiveError('STORE_CLOSED', message));
        };
        place.listeners.add(onDone);
        signal?.addEventListener('abort', onAbort, { once: true });
        if (closing.aborted) onClose();
        else closing.addEventListener('abort', onClose, { once: true });
      }),
  };
};
