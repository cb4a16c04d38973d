import { type CallOptions, type Clock, RetentiveError, throwIfAborted } from '@retentive/core';
import {
  draftBatch,
  draftErasure,
  draftScopeErasure,
  entriesOf,
  erasedScopeEntry,
  erasedScopeOf,
  errorOf,
  notify,
} from './entry-draft.ts';
import { createInMemoryTables } from './in-memory-tables.ts';
import type {
  AppendResult,
  ErasedScope,
  Journal,
  JournalBatch,
  JournalEntry,
  JournalErasure,
  ReadOptions,
  ScopeSelection,
  SourceId,
} from './journal.ts';

/** What the in-memory journal needs. */
export interface InMemoryJournalOptions {
  readonly clock: Clock;
}

/** A journal that ends with the process: the twin of the one in SQLite, with the same promises but durability. */
export const createInMemoryJournal = ({ clock }: InMemoryJournalOptions): Journal => {
  const tables = createInMemoryTables();
  const listeners = new Set<(entry: JournalEntry) => void>();
  let closed = false;
  let pending = Promise.resolve();

  const throwIfClosed = (): void => {
    if (closed) throw new RetentiveError('STORE_CLOSED', 'the journal is closed');
  };

  const append = async (batch: JournalBatch, { signal }: CallOptions): Promise<AppendResult> => {
    const draft = draftBatch(batch, clock);
    // One turn of the microtask queue, as a place where an abort can still win; it keeps the order of the calls.
    await undefined;
    throwIfAborted(signal, 'the append');
    if (draft.entries.length === 0) return { entries: [] };
    const outcome = tables.append(draft);
    if (typeof outcome !== 'number') {
      if ('failure' in outcome) throw errorOf(outcome.failure);
      if (!('replayed' in outcome))
        throw new RetentiveError('INTERNAL', 'an append was answered as an erasure');
      return { entries: [], replayed: outcome.replayed as SourceId };
    }
    const entries = entriesOf(batch, draft.recordedAt, outcome);
    notify(listeners, entries);
    return { entries };
  };

  const erase = async (erasure: JournalErasure, { signal }: CallOptions): Promise<JournalEntry> => {
    const draft = draftErasure(erasure, clock);
    // As in `append`.
    await undefined;
    throwIfAborted(signal, 'the erasure');
    const entry = tables.erase(draft, draft.erase);
    notify(listeners, [entry]);
    return entry;
  };

  const eraseScopes = async (
    selection: ScopeSelection,
    { signal }: CallOptions,
  ): Promise<readonly ErasedScope[]> => {
    const { recordedAt } = draftScopeErasure(selection, clock);
    // As in `append`.
    await undefined;
    throwIfAborted(signal, 'the erasure');
    const gone = tables.eraseScopes(selection);
    notify(
      listeners,
      gone.map((row) => erasedScopeEntry(row, recordedAt)),
    );
    return gone.map(erasedScopeOf);
  };

  async function* read(options: ReadOptions = {}): AsyncGenerator<JournalEntry, void, undefined> {
    const { signal } = options;
    throwIfAborted(signal, 'the read');
    throwIfClosed();
    await undefined;
    const until = Math.min(options.until ?? tables.last(), tables.last());
    for (const entry of tables.entries({ ...options, until })) {
      throwIfAborted(signal, 'the read');
      throwIfClosed();
      yield entry;
    }
  }

  return {
    capabilities: { name: 'in-memory', durable: false, backup: false },
    async append(batch, options = {}) {
      throwIfClosed();
      throwIfAborted(options.signal, 'the append');
      const result = append(batch, options);
      pending = Promise.allSettled([pending, result]).then(() => {});
      return result;
    },
    async erase(erasure, options = {}) {
      throwIfClosed();
      throwIfAborted(options.signal, 'the erasure');
      const result = erase(erasure, options);
      pending = Promise.allSettled([pending, result]).then(() => {});
      return result;
    },
    async eraseScopes(selection, options = {}) {
      throwIfClosed();
      throwIfAborted(options.signal, 'the erasure');
      const result = eraseScopes(selection, options);
      pending = Promise.allSettled([pending, result]).then(() => {});
      return result;
    },
    subscribe(listener) {
      throwIfClosed();
      // A wrapper, so that one function subscribed twice is two subscriptions.
      const entry = (value: JournalEntry): void => listener(value);
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    read,
    async sources(filter, { signal } = {}) {
      throwIfAborted(signal, 'the call');
      throwIfClosed();
      return 'id' in filter
        ? tables.states((id) => id === filter.id)
        : tables.states((_, { state }) => state === filter.state);
    },
    async *keys(scope, { signal } = {}) {
      throwIfAborted(signal, 'the read');
      throwIfClosed();
      yield* tables.keys(scope);
    },
    async jobs(filter, { signal } = {}) {
      throwIfAborted(signal, 'the call');
      throwIfClosed();
      return tables.jobs(filter);
    },
    async lease(lease, { signal } = {}) {
      throwIfAborted(signal, 'the call');
      throwIfClosed();
      return tables.lease(lease, clock.now());
    },
    async scopes({ signal } = {}) {
      throwIfAborted(signal, 'the call');
      throwIfClosed();
      return tables.scopes();
    },
    async check({ signal } = {}) {
      throwIfAborted(signal, 'the check');
      throwIfClosed();
      return tables.check();
    },
    async repair({ signal } = {}) {
      throwIfAborted(signal, 'the repair');
      throwIfClosed();
      // Its tables have never been anywhere that could damage them.
      return { sources: 0, jobs: 0, keys: 0, filed: 0 };
    },
    async backup(_file, { signal } = {}) {
      throwIfAborted(signal, 'the backup');
      throwIfClosed();
      throw new RetentiveError(
        'OPTION_INVALID',
        'a journal in memory has no file to copy; export its scopes',
      );
    },
    async close() {
      closed = true;
      await pending;
    },
  };
};
