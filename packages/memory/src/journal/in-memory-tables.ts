import type { JobId } from '@retentive/core';
import { forgottenBody, idKey, planBatch, refuseErasure } from './batch-rules.js';
import { entryOf, errorOf, jobStateOf, parseBody } from './entry-draft.ts';
import type {
  JobFilter,
  JobLease,
  JobRecord,
  JobState,
  JournalEntry,
  JournalFault,
  LeasedJobs,
  ReadOptions,
  ScopeKey,
  ScopeSelection,
  SequenceRange,
  SourceId,
  SourceKey,
  SourceState,
} from './journal.ts';
import { createJournalWalk } from './journal-check.ts';
import type {
  AppendOutcome,
  BatchDraft,
  EntryRow,
  EraseDraft,
  ErasedScopeRow,
  JobRow,
  SourceStanding,
} from './writer-protocol.ts';

interface ScopeTable {
  readonly number: number;
  readonly scope: ScopeKey;
  readonly sources: Map<string, SourceStanding>;
  readonly keys: Map<string, { readonly hash: string; readonly source: string }>;
}

/**
 * The tables of a journal in memory: entries with what stands beside them, changed by whole drafts. Bodies are kept as JSON, so that
 * nothing a caller changes afterwards reaches the record. Nothing here waits.
 */
export const createInMemoryTables = () => {
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

  const states = (accept: (id: string, standing: SourceStanding) => boolean): readonly SourceState[] =>
    presentTables()
      .flatMap(({ scope, sources }) =>
        [...sources]
          .filter(([id, standing]) => accept(id, standing))
          .map(([id, standing]) => ({ scope, id: id as SourceId, ...standing })),
      )
      .toSorted((a, b) => a.sequence - b.sequence)
      .map(({ scope, id, state, length }) => ({ scope, id, state, length }));

  return {
    /** A batch, whole or not at all; a number is the sequence of its first entry. */
    append: apply,
    /** Takes entries out, and gives the one that says so. @throws MESSAGE_NOT_FOUND, OPTION_INVALID */
    erase: carryOut,
    /** Takes whole scopes out. */
    eraseScopes: ({ tenant, user }: ScopeSelection): readonly ErasedScopeRow[] =>
      presentTables()
        .filter(({ scope }) => scope.tenant === tenant && (user === undefined || scope.user === user))
        .map((table) => {
          const entries = eraseTable(table);
          rows.push(undefined);
          filedUnder.push(0);
          const sequence = rows.length;
          erased.push([sequence, sequence]);
          return { ...table.scope, sequence, entries };
        }),
    /** The newest sequence that was given. */
    last: (): number => rows.length,
    /** Entries as they stand when each is asked for. */
    *entries({ scope, source, kinds, after = 0, until = rows.length }: ReadOptions): Generator<JournalEntry> {
      const number = scope === undefined ? undefined : (tables.get(nameOf(scope))?.number ?? 0);
      for (let index = Math.max(0, after); index < Math.min(until, rows.length); index += 1) {
        const row = rows[index];
        if (row === undefined) continue;
        const table = byNumber[row[1] - 1] as ScopeTable;
        if (number !== undefined && row[1] !== number) continue;
        if (source !== undefined && table.sources.get(source)?.sequence !== filedUnder[index]) continue;
        const entry = entryOf(row, table.scope);
        if (kinds === undefined || kinds.includes(entry.body.kind)) yield entry;
      }
    },
    states,
    *keys(scope: ScopeKey): Generator<SourceKey & { readonly source: SourceId }> {
      const table = tables.get(nameOf(scope));
      for (const [id, { hash }] of table?.sources ?? []) {
        if (hash !== undefined) yield { key: idKey(id), hash, source: id as SourceId };
      }
      for (const [key, { hash, source }] of table?.keys ?? [])
        yield { key, hash, source: source as SourceId };
    },
    jobs: ({ state: wanted, tenant, type, limit }: JobFilter): readonly JobState[] =>
      [...jobs.values()]
        .filter(({ state }) => state === wanted)
        .toSorted((a, b) => a.sequence - b.sequence)
        .map(({ scope, record }) => jobStateOf((byNumber[scope - 1] as ScopeTable).scope, record))
        .filter(
          ({ scope, job }) => (tenant ?? scope.tenant) === scope.tenant && (type ?? job.type) === job.type,
        )
        .slice(0, limit),
    lease({ scope, jobs: wanted, owner, until }: JobLease, now: number): LeasedJobs {
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
    scopes: (): readonly ScopeKey[] => presentTables().map(({ scope }) => scope),
    check(): readonly JournalFault[] {
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
  };
};
