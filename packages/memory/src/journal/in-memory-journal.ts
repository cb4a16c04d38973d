import { type CallOptions, type Clock, type JobId, RetentiveError, throwIfAborted } from '@retentive/core';
import { forgottenBody, idKey, planBatch, refuseErasure } from './batch-rules.js';
import {
  draftBatch,
  draftErasure,
  draftScopeErasure,
  entriesOf,
  entryOf,
  erasedScopeEntry,
  erasedScopeOf,
  errorOf,
  jobStateOf,
  notify,
  parseBody,
} from './entry-draft.ts';
import type {
  AppendResult,
  ErasedScope,
  JobLease,
  JobRecord,
  Journal,
  JournalBatch,
  JournalEntry,
  JournalErasure,
  ReadOptions,
  ScopeKey,
  ScopeSelection,
  SequenceRange,
  SourceId,
  SourceState,
} from './journal.ts';
import { createJournalWalk } from './journal-check.ts';
import type {
  AppendOutcome,
  BatchDraft,
  EntryRow,
  EraseDraft,
  JobRow,
  SourceStanding,
} from './writer-protocol.ts';

/** What the in-memory journal needs. */
export interface InMemoryJournalOptions {
  readonly clock: Clock;
}

interface ScopeTable {
  readonly number: number;
  readonly scope: ScopeKey;
  readonly sources: Map<string, SourceStanding>;
  readonly keys: Map<string, { readonly hash: string; readonly source: string }>;
}

/**
 * A journal that ends with the process: the twin of the one in SQLite, with the same promises but durability. Bodies are
 * kept as JSON, so that nothing a caller changes afterwards reaches the record.
 */
export const createInMemoryJournal = ({ clock }: InMemoryJournalOptions): Journal => {
  /** By sequence, from 1; empty where an entry was erased. */
  const rows: (EntryRow | undefined)[] = [];
  const filedUnder: number[] = [];
  const tables = new Map<string, ScopeTable>();
  /** Empty where a scope was erased. */
  const byNumber: (ScopeTable | undefined)[] = [];
  /** Sequences that went with their scope. */
  const erased: SequenceRange[] = [];
  const jobs = new Map<string, JobRow>();
  const leases = new Map<string, Pick<JobLease, 'owner' | 'until'>>();
  const listeners = new Set<(entry: JournalEntry) => void>();
  let closed = false;
  let pending = Promise.resolve();

  const throwIfClosed = (): void => {
    if (closed) throw new RetentiveError('STORE_CLOSED', 'the journal is closed');
  };

  const nameOf = ({ tenant, user }: ScopeKey): string => JSON.stringify([tenant, user]);

  const presentTables = (): readonly ScopeTable[] => byNumber.filter((table) => table !== undefined);

  const openTable = (scope: ScopeKey): ScopeTable => {
    const known = tables.get(nameOf(scope));
    if (known !== undefined) return known;
    const table: ScopeTable = { number: byNumber.length + 1, scope, sources: new Map(), keys: new Map() };
    tables.set(nameOf(scope), table);
    byNumber.push(table);
    return table;
  };

  const write = (draft: BatchDraft, standings: ReadonlyMap<string, SourceStanding>): number => {
    const first = rows.length + 1;
    const table = openTable({ tenant: draft.tenant, user: draft.user });
    const begun = new Map<string, number>();
    draft.entries.forEach((entry, index) => {
      rows.push([first + index, table.number, entry.recordedAt ?? draft.recordedAt, entry.body]);
      for (const { key, hash } of entry.keys ?? []) {
        if (key !== idKey(entry.source ?? '')) table.keys.set(key, { hash, source: entry.source ?? '' });
      }
      if (entry.kind === 'source' && entry.source !== undefined) begun.set(entry.source, first + index);
      const source = entry.source ?? entry.about ?? '';
      filedUnder.push(begun.get(source) ?? table.sources.get(source)?.sequence ?? 0);
      const { job } = entry;
      if (job === undefined) return;
      const { id, state, record } = job;
      leases.delete(id);
      const sequence = jobs.get(id)?.sequence ?? first + index;
      if (state === 'done') jobs.delete(id);
      else jobs.set(id, { scope: table.number, id, state, record, sequence });
    });
    for (const [id, standing] of standings) {
      table.sources.set(id, { ...standing, sequence: begun.get(id) ?? standing.sequence });
    }
    const source = draft.entries[0]?.source ?? '';
    for (const { key, hash } of draft.keys) if (key !== idKey(source)) table.keys.set(key, { hash, source });
    return first;
  };

  const apply = (draft: BatchDraft): AppendOutcome => {
    const table = tables.get(nameOf(draft));
    const plan = planBatch(draft, {
      source: (id) => table?.sources.get(id),
      key: (key) => table?.keys.get(key),
      job(id) {
        const job = jobs.get(id);
        if (job === undefined) return undefined;
        const { source } = JSON.parse(job.record) as JobRecord;
        return { state: job.state, source, isOwn: job.scope === table?.number };
      },
    });
    return 'standings' in plan ? write(draft, plan.standings) : plan;
  };

  const append = async (batch: JournalBatch, { signal }: CallOptions): Promise<AppendResult> => {
    const draft = draftBatch(batch, clock);
    // One turn of the microtask queue, as a place where an abort can still win; it keeps the order of the calls.
    await undefined;
    throwIfAborted(signal, 'the append');
    if (draft.entries.length === 0) return { entries: [] };
    const outcome = apply(draft);
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

  /** Entries about a source: its own, and the jobs and pins that name it. */
  const isAbout = (row: EntryRow, index: number, number: number, id: string, first: number): boolean => {
    if (row[1] !== number) return false;
    if (filedUnder[index] === first) return true;
    const body = parseBody(row[3], row[0]);
    return (body.kind === 'job' && body.job.source === id) || (body.kind === 'pin' && body.id === id);
  };

  const eraseSource = (table: ScopeTable, id: string): readonly number[] => {
    const first = table.sources.get(id)?.sequence ?? 0;
    const about = rows.flatMap((row, index) =>
      row !== undefined && isAbout(row, index, table.number, id, first) ? [row[0]] : [],
    );
    table.sources.delete(id);
    for (const [key, { source }] of table.keys) if (source === id) table.keys.delete(key);
    for (const [job, { scope, record }] of jobs) {
      if (scope === table.number && (JSON.parse(record) as { source: string }).source === id)
        jobs.delete(job);
    }
    return about;
  };

  const carryOut = (draft: BatchDraft, erase: EraseDraft): JournalEntry => {
    const { tenant, user, recordedAt } = draft;
    const table = tables.get(nameOf(draft));
    const refusal = refuseErasure(erase, {
      source: (id) => table?.sources.get(id),
      kind(sequence) {
        const row = rows[sequence - 1];
        return row === undefined || row[1] !== table?.number ? undefined : parseBody(row[3], sequence).kind;
      },
    });
    if (refusal !== undefined) throw errorOf(refusal.failure);
    const own = openTable({ tenant, user });
    const gone = [...erase.sequences, ...erase.sources.flatMap((id) => eraseSource(own, id))];
    for (const sequence of gone) rows[sequence - 1] = undefined;
    for (const { sequence, body } of erase.replaced) {
      const row = rows[sequence - 1] as EntryRow;
      rows[sequence - 1] = [sequence, row[1], row[2], body];
    }
    const row: EntryRow = [rows.length + 1, own.number, recordedAt, forgottenBody(erase, gone)];
    rows.push(row);
    filedUnder.push(0);
    return entryOf(row, own.scope);
  };

  const erase = async (erasure: JournalErasure, { signal }: CallOptions): Promise<JournalEntry> => {
    const draft = draftErasure(erasure, clock);
    // As in `append`.
    await undefined;
    throwIfAborted(signal, 'the erasure');
    const entry = carryOut(draft, draft.erase);
    notify(listeners, [entry]);
    return entry;
  };

  const eraseTable = (table: ScopeTable): number => {
    let entries = 0;
    rows.forEach((row, index) => {
      if (row === undefined || row[1] !== table.number) return;
      const body = parseBody(row[3], row[0]);
      // What was forgotten before is said to be gone by an entry that goes now.
      if (body.kind === 'forgotten') erased.push(...body.sequences);
      erased.push([row[0], row[0]]);
      rows[index] = undefined;
      entries += 1;
    });
    for (const [job, { scope }] of jobs) if (scope === table.number) jobs.delete(job);
    tables.delete(nameOf(table.scope));
    byNumber[table.number - 1] = undefined;
    return entries;
  };

  const eraseScopes = async (
    selection: ScopeSelection,
    { signal }: CallOptions,
  ): Promise<readonly ErasedScope[]> => {
    const { recordedAt } = draftScopeErasure(selection, clock);
    // As in `append`.
    await undefined;
    throwIfAborted(signal, 'the erasure');
    const { tenant, user } = selection;
    const found = presentTables().filter(
      ({ scope }) => scope.tenant === tenant && (user === undefined || scope.user === user),
    );
    const gone = found.map((table) => {
      const entries = eraseTable(table);
      rows.push(undefined);
      filedUnder.push(0);
      const sequence = rows.length;
      erased.push([sequence, sequence]);
      return { ...table.scope, sequence, entries };
    });
    notify(
      listeners,
      gone.map((row) => erasedScopeEntry(row, recordedAt)),
    );
    return gone.map(erasedScopeOf);
  };

  const states = (accept: (id: string, standing: SourceStanding) => boolean): readonly SourceState[] =>
    presentTables()
      .flatMap(({ scope, sources }) =>
        [...sources]
          .filter(([id, standing]) => accept(id, standing))
          .map(([id, standing]) => ({ scope, id: id as SourceId, ...standing })),
      )
      .toSorted((a, b) => a.sequence - b.sequence)
      .map(({ scope, id, state, length }) => ({ scope, id, state, length }));

  async function* read(options: ReadOptions = {}): AsyncGenerator<JournalEntry, void, undefined> {
    const { scope, source, kinds, after = 0, signal } = options;
    throwIfAborted(signal, 'the read');
    throwIfClosed();
    await undefined;
    const until = Math.min(options.until ?? rows.length, rows.length);
    const number = scope === undefined ? undefined : (tables.get(nameOf(scope))?.number ?? 0);
    for (let index = Math.max(0, after); index < until; index += 1) {
      const row = rows[index];
      if (row === undefined) continue;
      const table = byNumber[row[1] - 1] as ScopeTable;
      if (number !== undefined && row[1] !== number) continue;
      if (source !== undefined && table.sources.get(source)?.sequence !== filedUnder[index]) continue;
      throwIfAborted(signal, 'the read');
      throwIfClosed();
      const entry = entryOf(row, table.scope);
      if (kinds === undefined || kinds.includes(entry.body.kind)) yield entry;
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
        ? states((id) => id === filter.id)
        : states((_, { state }) => state === filter.state);
    },
    async *keys(scope, { signal } = {}) {
      throwIfAborted(signal, 'the read');
      throwIfClosed();
      const table = tables.get(nameOf(scope));
      for (const [id, { hash }] of table?.sources ?? []) {
        if (hash !== undefined) yield { key: idKey(id), hash, source: id as SourceId };
      }
      for (const [key, { hash, source }] of table?.keys ?? [])
        yield { key, hash, source: source as SourceId };
    },
    async jobs({ state: wanted, tenant, type, limit }, { signal } = {}) {
      throwIfAborted(signal, 'the call');
      throwIfClosed();
      return [...jobs.values()]
        .filter(({ state }) => state === wanted)
        .toSorted((a, b) => a.sequence - b.sequence)
        .map(({ scope, record }) => jobStateOf((byNumber[scope - 1] as ScopeTable).scope, record))
        .filter(
          ({ scope, job }) => (tenant ?? scope.tenant) === scope.tenant && (type ?? job.type) === job.type,
        )
        .slice(0, limit);
    },
    async lease({ scope, jobs: wanted, owner, until }, { signal } = {}) {
      throwIfAborted(signal, 'the call');
      throwIfClosed();
      const now = clock.now();
      const number = tables.get(nameOf(scope))?.number;
      const waits = (id: JobId): boolean =>
        jobs.get(id)?.state === 'queued' && jobs.get(id)?.scope === number;
      const taken = wanted.filter((id) => {
        const held = leases.get(id);
        return waits(id) && (held === undefined || held.owner === owner || held.until <= now);
      });
      for (const id of taken) leases.set(id, { owner, until });
      return { taken, gone: wanted.filter((id) => !waits(id)) };
    },
    async scopes({ signal } = {}) {
      throwIfAborted(signal, 'the call');
      throwIfClosed();
      return presentTables().map(({ scope }) => scope);
    },
    async check({ signal } = {}) {
      throwIfAborted(signal, 'the check');
      throwIfClosed();
      const walk = createJournalWalk();
      rows.forEach((row, index) => {
        if (row !== undefined) walk.entry(row, filedUnder[index] ?? 0);
      });
      const sources = presentTables().flatMap((table) =>
        [...table.sources].map(([id, { state, length, sequence }]) => ({
          scope: table.number,
          id,
          state,
          length,
          sequence,
        })),
      );
      return walk.finish({ sources, jobs: [...jobs.values()], danglingKeys: 0, erased });
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
