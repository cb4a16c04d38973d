import { resolve as resolvePath } from 'node:path';
import { type Clock, isRetentiveError, RetentiveError, throwIfAborted } from '@retentive/core';
import { copyJournal } from './copy-journal.ts';
import { entryOf, jobStateOf } from './entry-draft.ts';
import type {
  Journal,
  JournalCopy,
  JournalEntry,
  JournalFault,
  LeasedJobs,
  ReadOptions,
  ScopeKey,
  SourceId,
} from './journal.ts';
import { createJournalWalk } from './journal-check.ts';
import { createSqliteWrites } from './sqlite-writes.ts';
import { openWriterLink } from './writer-link.ts';
import type { KeysPage, KeysRequest, Page, PageRequest } from './writer-protocol.ts';
import type { OpenWriterThread } from './writer-thread.ts';

/** What an acknowledgement outlives: the loss of power, or the death of the process only. */
export type Durability = 'full' | 'normal';

/** What the journal in SQLite needs. */
export interface SqliteJournalOptions {
  /** Data folder; made if absent. Folder mode 0700, files 0600. */
  readonly path: string;
  readonly clock: Clock;
  /** Most bytes of the journal file, at least {@link MIN_JOURNAL_BYTES}. Default: what the disk holds. */
  readonly maxBytes?: number | undefined;
  /**
   * `full` (default): acknowledged means synced to the disk; it survives the loss of power. `normal`: acknowledged means
   * handed to the system; it survives the death of the process, and a loss of power may take the last moments.
   */
  readonly durability?: Durability | undefined;
  /** How long to wait for another owner to let go, in ms; Infinity until it does. Default 0: STORE_LOCKED at once. */
  readonly waitMs?: number | undefined;
  /** Aborts the opening, which takes its few moments all the same and leaves the folder free. */
  readonly signal?: AbortSignal | undefined;
}

/** The least that `maxBytes` can be: the empty tables and a little text. */
export const MIN_JOURNAL_BYTES = 131_072;

/** Lets go of a wait when the signal aborts; what was waited for goes on unseen. */
const abortable = <T>(promise: Promise<T>, signal: AbortSignal | undefined, what: string): Promise<T> => {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(new RetentiveError('ABORTED', `${what} was aborted`, { cause: signal.reason }));
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
};

/**
 * Opens the journal in a data folder: SQLite in a thread of its own, write-ahead log, synced on every commit. Appends
 * that arrive while one transaction is being synced share the next. One owner a folder. `openThread`: another place for the writer.
 * @throws STORE_LOCKED, STORE_CORRUPT, STORE_VERSION_UNSUPPORTED, STORE_OPEN_FAILED, STORE_FULL, DEPENDENCY_MISSING,
 * OPTION_INVALID, ABORTED
 */
export const openSqliteJournal = async (
  options: SqliteJournalOptions,
  openThread?: OpenWriterThread,
): Promise<Journal> => {
  const { clock, maxBytes, durability = 'full', waitMs, signal } = options;
  throwIfAborted(signal, 'opening');
  if (maxBytes !== undefined && !(Number.isFinite(maxBytes) && maxBytes >= MIN_JOURNAL_BYTES)) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `maxBytes must be at least ${MIN_JOURNAL_BYTES}, got ${maxBytes}`,
    );
  }
  if (durability !== 'full' && durability !== 'normal') {
    throw new RetentiveError('OPTION_INVALID', `durability is full or normal, got ${String(durability)}`);
  }
  if (waitMs !== undefined && !(waitMs >= 0)) {
    throw new RetentiveError('OPTION_INVALID', `waitMs must be 0 or more, got ${waitMs}`);
  }
  const path = resolvePath(options.path);
  const writer = { path, maxBytes, durability, waitMs, now: Math.trunc(clock.now()) };
  const link = await openWriterLink(writer, { signal }, openThread).catch((error: unknown) => {
    throwIfAborted(signal, 'opening');
    throw error;
  });
  if (signal?.aborted) await link.close();
  throwIfAborted(signal, 'opening');
  const listeners = new Set<(entry: JournalEntry) => void>();
  let closing: Promise<void> | undefined;
  /** The copy under way; another one, an erasure and the end wait for it. */
  let copying: Promise<unknown> | undefined;

  const throwIfClosed = (): void => {
    if (closing !== undefined) throw new RetentiveError('STORE_CLOSED', `the journal in ${path} is closed`);
  };

  const writes = createSqliteWrites(link, clock, listeners);

  const page = (request: PageRequest, wanted: AbortSignal | undefined): Promise<Page> => {
    throwIfAborted(wanted, 'the read');
    throwIfClosed();
    const asked = link.call('page', request);
    // Asked for ahead of its use, so a failure may come before anyone looks.
    asked.catch(() => {});
    return abortable(asked, wanted, 'the read');
  };

  async function* read(request: ReadOptions = {}): AsyncGenerator<JournalEntry, void, undefined> {
    const { scope, source, kinds, after = 0, signal: wanted } = request;
    let next = page({ after, until: request.until, scope, source, kinds }, wanted);
    while (true) {
      const { rows, scopes, until, done } = await next;
      const last = rows.at(-1)?.[0] ?? until;
      // The writer fetches the next page while the caller works on this one.
      if (!done) next = page({ after: last, until, scope, source, kinds }, wanted);
      const known = new Map(scopes.map(({ number, tenant, user }) => [number, { tenant, user }]));
      for (const row of rows) {
        throwIfAborted(wanted, 'the read');
        throwIfClosed();
        yield entryOf(row, known.get(row[1]) as ScopeKey);
      }
      if (done) return;
    }
  }

  const check = async (wanted: AbortSignal | undefined): Promise<readonly JournalFault[]> => {
    const walk = createJournalWalk();
    try {
      const problems = await abortable(link.call('integrity', undefined), wanted, 'the check');
      for (const problem of problems) walk.report('integrity', problem);
      let after = 0;
      while (true) {
        throwIfClosed();
        const { rows, filedUnder, state } = await abortable(
          link.call('audit', { after }),
          wanted,
          'the check',
        );
        rows.forEach((row, index) => {
          walk.entry(row, filedUnder[index] ?? 0);
        });
        if (state !== undefined) return walk.finish(state);
        after = rows.at(-1)?.[0] ?? after;
      }
    } catch (error) {
      // Damage so bad that the rest cannot be read is a finding, not a failure to look.
      if (!isRetentiveError(error, 'STORE_CORRUPT')) throw error;
      walk.report('integrity', error.message);
      return walk.finish();
    }
  };

  return {
    capabilities: { name: 'sqlite', durable: true, backup: true },
    async append(batch, callOptions = {}) {
      throwIfClosed();
      throwIfAborted(callOptions.signal, 'the append');
      return writes.append(batch, callOptions);
    },
    async erase(erasure, callOptions = {}) {
      throwIfClosed();
      throwIfAborted(callOptions.signal, 'the erasure');
      // A copy holds the log, which an erasure has to cut.
      if (copying !== undefined) await copying;
      throwIfClosed();
      return writes.erase(erasure, callOptions);
    },
    async eraseScopes(selection, callOptions = {}) {
      throwIfClosed();
      throwIfAborted(callOptions.signal, 'the erasure');
      return writes.eraseScopes(selection, callOptions);
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
    async sources(filter, { signal: wanted } = {}) {
      throwIfClosed();
      throwIfAborted(wanted, 'the call');
      const rows = await abortable(link.call('sources', filter), wanted, 'the call');
      return rows.map(({ tenant, user, id, state, length }) => ({
        scope: { tenant, user },
        id: id as SourceId,
        state,
        length,
      }));
    },
    async *keys(scope, { signal: wanted } = {}) {
      let after: KeysRequest['after'];
      do {
        throwIfAborted(wanted, 'the read');
        throwIfClosed();
        const page: KeysPage = await abortable(link.call('keys', { scope, after }), wanted, 'the read');
        for (const [key, hash, source] of page.rows) yield { key, hash, source: source as SourceId };
        after = page.next;
      } while (after !== undefined);
    },
    async jobs(filter, { signal: wanted } = {}) {
      throwIfClosed();
      throwIfAborted(wanted, 'the call');
      const rows = await abortable(link.call('jobs', filter), wanted, 'the call');
      return rows.map((row) => jobStateOf(row, row.record));
    },
    async lease(request, { signal: wanted } = {}) {
      throwIfClosed();
      throwIfAborted(wanted, 'the call');
      const { taken, gone } = await abortable(
        link.call('lease', { ...request, now: Math.trunc(clock.now()) }),
        wanted,
        'the call',
      );
      return { taken, gone } as LeasedJobs;
    },
    async scopes({ signal: wanted } = {}) {
      throwIfClosed();
      throwIfAborted(wanted, 'the call');
      const rows = await abortable(link.call('scopes', undefined), wanted, 'the call');
      return rows.map(({ tenant, user }) => ({ tenant, user }));
    },
    async check({ signal: wanted } = {}) {
      throwIfClosed();
      throwIfAborted(wanted, 'the check');
      return check(wanted);
    },
    async repair({ signal: wanted } = {}) {
      throwIfClosed();
      throwIfAborted(wanted, 'the repair');
      return abortable(link.call('repair', undefined), wanted, 'the repair');
    },
    async backup(file, { signal: wanted, onProgress } = {}) {
      throwIfClosed();
      throwIfAborted(wanted, 'the backup');
      const before = copying;
      const copy = async (): Promise<JournalCopy> => {
        await before;
        return copyJournal(path, file, { onProgress });
      };
      const copied = copy();
      const ended = copied
        .catch(() => {})
        .then(() => {
          if (copying === ended) copying = undefined;
        });
      copying = ended;
      return abortable(copied, wanted, 'the backup');
    },
    close() {
      closing ??= copying === undefined ? link.close() : copying.then(() => link.close());
      return closing;
    },
  };
};
