import { setMaxListeners } from 'node:events';
import { type CallOptions, RetentiveError, throwIfAborted } from '@retentive/core';
import type { ScopeKey, SourceId } from '../journal/journal.ts';

/** Which sources have work that waits, and who waits for it. */
export interface Settlement {
  expect(scope: ScopeKey, source: SourceId): void;
  /** One piece of work on the source is over. */
  settle(scope: ScopeKey, source: SourceId): void;
  /** Somebody waits for work to be over. */
  readonly isAwaited: boolean;
  /** Somebody waits for work of this scope to be over. */
  isAwaitedIn(scope: ScopeKey): boolean;
  /** Resolves when no work on the source waits. @throws ABORTED; STORE_CLOSED when `closing` is aborted */
  settled(scope: ScopeKey, source: SourceId, options?: CallOptions): Promise<void>;
}

interface Place {
  count: number;
  readonly listeners: Set<() => void>;
}

/** Makes a {@link Settlement} in which nothing waits. `onAwaited` is called when somebody begins to wait. */
export const createSettlement = (closing: AbortSignal, onAwaited: (scope: ScopeKey) => void): Settlement => {
  // As many may wait at once as there are messages: that is no leak, and Node must not warn of one.
  setMaxListeners(0, closing);
  let awaiting = 0;
  /** How many wait for work of each scope. */
  const awaitingIn = new Map<string, number>();
  const places = new Map<string, Place>();
  const nameOf = ({ tenant, user }: ScopeKey, source: SourceId): string =>
    JSON.stringify([tenant, user, source]);

  const scopeName = ({ tenant, user }: ScopeKey): string => JSON.stringify([tenant, user]);
  const countWaiting = (scope: ScopeKey, more: 1 | -1): void => {
    awaiting += more;
    const left = (awaitingIn.get(scopeName(scope)) ?? 0) + more;
    if (left > 0) awaitingIn.set(scopeName(scope), left);
    else awaitingIn.delete(scopeName(scope));
  };

  return {
    get isAwaited() {
      return awaiting > 0;
    },
    isAwaitedIn: (scope) => awaitingIn.has(scopeName(scope)),
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
          countWaiting(scope, -1);
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
        countWaiting(scope, 1);
        place.listeners.add(onDone);
        signal?.addEventListener('abort', onAbort, { once: true });
        if (closing.aborted) onClose();
        else {
          closing.addEventListener('abort', onClose, { once: true });
          onAwaited(scope);
        }
      }),
  };
};
