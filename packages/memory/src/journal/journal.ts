import type { CallOptions, JobId, MessageState } from '@retentive/core';
import type { EntryBody, JobRecord, JournalEntry, ScopeKey, SourceId } from './journal-entry.ts';

export type {
  Cut,
  EntryBody,
  JobCost,
  JobRecord,
  JournalEntry,
  ScopeKey,
  SequenceRange,
  SourceHeader,
  SourceId,
} from './journal-entry.ts';

/** A key that stands for a source in its scope, with the hash of what was sent under it. */
export interface SourceKey {
  readonly key: string;
  readonly hash: string;
}

/** What was recorded with an entry when it was first written, elsewhere. */
export interface RecordedEntry {
  /** Ms since epoch. */
  readonly at: number;
  /** Keys of the source that the entry begins. */
  readonly keys?: readonly SourceKey[] | undefined;
}

/** Entries that become durable together or not at all. */
export interface JournalBatch {
  readonly scope: ScopeKey;
  readonly entries: readonly EntryBody[];
  /**
   * Unique keys in the scope for the source that the batch begins (its first entry). If one exists with the same
   * `hash`, nothing is written and the first source is named in `replayed`; with another, IDEMPOTENCY_CONFLICT.
   */
  readonly keys?: readonly SourceKey[] | undefined;
  /**
   * For imports, as long as `entries`: what each was recorded with, in place of the clock's time and of `keys`. A key that
   * stands for another source already is IDEMPOTENCY_CONFLICT; nothing is replayed.
   */
  readonly recorded?: readonly RecordedEntry[] | undefined;
}

/** What to take out of one scope for good. */
export interface JournalErasure {
  readonly scope: ScopeKey;
  /** Names for what goes, kept in the entry that says so. */
  readonly ids: readonly string[];
  /** Sources that go with everything about them: text, keys, jobs, pins. */
  readonly sources: readonly SourceId[];
  /** Further entries that go: operations, contexts, accesses, outputs. */
  readonly sequences: readonly number[];
  /** Further entries that stay in their place, with another body of the same kind. */
  readonly replaced: readonly { readonly sequence: number; readonly body: EntryBody }[];
}

/** Whole scopes to take out: every scope of a tenant, or that of one user. */
export interface ScopeSelection {
  readonly tenant: string;
  readonly user?: string | undefined;
}

/** A scope that went, and how many entries it had. */
export interface ErasedScope {
  readonly scope: ScopeKey;
  /** Its place in the order of the journal. */
  readonly sequence: number;
  readonly entries: number;
}

/** What an append did. */
export interface AppendResult {
  /** As written; empty when replayed. */
  readonly entries: readonly JournalEntry[];
  readonly replayed?: SourceId | undefined;
}

/** A source as the journal tracks it. */
export interface SourceState {
  readonly scope: ScopeKey;
  readonly id: SourceId;
  readonly state: MessageState;
  /** UTF-16 length of the durable text. */
  readonly length: number;
}

/** A job that is not done, as the journal tracks it. */
export interface JobState {
  readonly scope: ScopeKey;
  readonly job: JobRecord;
}

/** Which jobs to list. */
export interface JobFilter {
  readonly state: 'queued' | 'dead';
  readonly tenant?: string | undefined;
  readonly type?: string | undefined;
  /** The first so many; default all. */
  readonly limit?: number | undefined;
}

/** Jobs of one scope that somebody wants to work on. */
export interface JobLease {
  readonly scope: ScopeKey;
  readonly jobs: readonly JobId[];
  /** Who works on them; the same owner may take its own again, which makes the lease longer. */
  readonly owner: string;
  /** Until when nobody else may, ms since epoch. */
  readonly until: number;
}

/** What came of a {@link JobLease}; what is in neither list is held by somebody else. */
export interface LeasedJobs {
  readonly taken: readonly JobId[];
  /** These do not wait: they are done, were given up, or never were. */
  readonly gone: readonly JobId[];
}

/** A copy of a journal. */
export interface JournalCopy {
  readonly file: string;
  readonly bytes: number;
  /** The newest entry in it. */
  readonly sequence: number;
}

/** Options of {@link Journal.backup}. */
export interface BackupOptions extends CallOptions {
  /** Called now and then with the bytes that are written, and about how many there will be. */
  readonly onProgress?: ((progress: { readonly bytes: number; readonly of: number }) => void) | undefined;
}

/** What a repair changed: rows beside the entries that said something else than they. */
export interface JournalRepair {
  readonly sources: number;
  readonly jobs: number;
  readonly keys: number;
  /** Entries that were filed under another source. */
  readonly filed: number;
}

/** What to read. Bounds are exclusive `after` and inclusive `until`. */
export interface ReadOptions extends CallOptions {
  readonly scope?: ScopeKey | undefined;
  readonly source?: SourceId | undefined;
  /** Entries of these kinds only. */
  readonly kinds?: readonly EntryBody['kind'][] | undefined;
  readonly after?: number | undefined;
  readonly until?: number | undefined;
}

/** A fault that a check found. */
export interface JournalFault {
  readonly check: string;
  readonly problem: string;
}

/** What a journal can do, as data. */
export interface JournalCapabilities {
  readonly name: string;
  /** Acknowledged entries survive the process. */
  readonly durable: boolean;
  /** It can be copied while it is written to. */
  readonly backup: boolean;
}

/**
 * The append-only record of everything that happened: the single source of truth. Rejects only with RetentiveError:
 * STORE_CLOSED after close, ABORTED, STORE_WRITE_FAILED, STORE_FULL, STORE_READ_FAILED, and as said below.
 */
export interface Journal {
  readonly capabilities: JournalCapabilities;
  /**
   * Writes a batch in one transaction and resolves when it is durable. Appends are sequenced in the order of the calls.
   * IDEMPOTENCY_CONFLICT as said at `keys` (a source id counts as a key); MESSAGE_NOT_FOUND for text of an unknown
   * source; MESSAGE_CLOSED for text of one that is not open; OFFSET_INVALID when `offset`, or the `length` of an
   * end, is not its length. A job
   * begins as `queued`, for a source of its scope (else MESSAGE_NOT_FOUND); one that is `done` takes nothing more, and
   * a dead one only `queued` again (else IDEMPOTENCY_CONFLICT): effects in a batch with `done` happen once. On any
   * failure nothing of the batch is written. An abort before the write began leaves nothing; after it, it is ignored.
   */
  append(batch: JournalBatch, options?: CallOptions): Promise<AppendResult>;
  /**
   * Takes entries out in one transaction, which ends with an entry `forgotten`, and gives that entry; it is sequenced
   * among the appends, and listeners hear of it alone. When it resolves, no file of the journal has a byte of what went.
   * The entries that stay keep sequence and time. MESSAGE_NOT_FOUND for a source that is not in the scope;
   * OPTION_INVALID for one that is open, and for entries that cannot go or be replaced; on both nothing happens. When it
   * rejects with STORE_WRITE_FAILED after listeners heard, only the log could not be cut: the next opening does it.
   * An abort before the write began leaves everything; after it, it is ignored.
   */
  erase(erasure: JournalErasure, options?: CallOptions): Promise<JournalEntry>;
  /**
   * Takes whole scopes out in one transaction: entries, sources, keys, jobs and labels. The journal is then as if they had
   * never been, but for sequences that nobody else is given. Open sources go too; writes to them are MESSAGE_NOT_FOUND.
   * Listeners hear of each scope, in its turn, by an entry `forgotten` without ids that is kept nowhere. When it resolves,
   * no file of the journal has a byte of what went: it is rewritten for this, which takes as long as a copy. When it
   * rejects with STORE_WRITE_FAILED or STORE_FULL after listeners heard, only that is left, and the next opening does it.
   */
  eraseScopes(selection: ScopeSelection, options?: CallOptions): Promise<readonly ErasedScope[]>;
  /**
   * Calls `listener` once for each entry committed from now on, in order of sequence, before its append resolves.
   * Gives the way to stop.
   */
  subscribe(listener: (entry: JournalEntry) => void): () => void;
  /** Entries in order of sequence, as they stood at the first `next()`; less what is erased meanwhile. */
  read(options?: ReadOptions): AsyncIterable<JournalEntry>;
  /** Sources by id (in every scope that has it) or by state, oldest first. */
  sources(
    filter: { readonly id: SourceId } | { readonly state: MessageState },
    options?: CallOptions,
  ): Promise<readonly SourceState[]>;
  /** The keys of a scope's sources, in no order that means anything, as they stood at the first `next()` or later. */
  keys(scope: ScopeKey, options?: CallOptions): AsyncIterable<SourceKey & { readonly source: SourceId }>;
  /** Jobs that wait, or that were given up, in every scope, in order of their first entry. */
  jobs(filter: JobFilter, options?: CallOptions): Promise<readonly JobState[]>;
  /**
   * Takes jobs for an owner: queued ones that nobody else holds, or whose lease has run out by the journal's clock. Any entry about a job ends its lease. A lease keeps two workers from the same work and is no
   * promise: effects happen once because of `append`, whoever holds what. It need not outlive the journal's owner.
   */
  lease(lease: JobLease, options?: CallOptions): Promise<LeasedJobs>;
  /** Every scope that has an entry, in order of its first one. */
  scopes(options?: CallOptions): Promise<readonly ScopeKey[]>;
  /** Looks the whole journal through; empty when sound. */
  check(options?: CallOptions): Promise<readonly JournalFault[]>;
  /** Makes everything beside the entries (sources, jobs, indexes) anew from them. What is wrong in entries stays wrong. */
  repair(options?: CallOptions): Promise<JournalRepair>;
  /**
   * Copies what is durable now, and so at least all that was acknowledged before, into one file, while appends go on. It
   * appears whole or not at all, mode 0600, in place of one that was there. Erasures wait until it is done.
   * OPTION_INVALID where `capabilities.backup` is false; STORE_FULL, STORE_WRITE_FAILED
   */
  backup(file: string, options?: BackupOptions): Promise<JournalCopy>;
  /** Waits for what was appended, then releases everything. Idempotent. */
  close(): Promise<void>;
}
