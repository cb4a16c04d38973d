import type {
  CallOptions,
  Content,
  DocumentHeader,
  DocumentId,
  JobId,
  MessageHeader,
  MessageId,
  MessageState,
  ModelCost,
  Operation,
  SentContext,
} from '@retentive/core';

/** The two walls of a scope. */
export interface ScopeKey {
  readonly tenant: string;
  readonly user: string;
}

/** The id of something whose text is streamed in. */
export type SourceId = MessageId | DocumentId;

/** What is known of a source before its text. */
export type SourceHeader =
  | ({ readonly type: 'message' } & MessageHeader)
  | ({ readonly type: 'document' } & DocumentHeader);

/** Where a chunk ends, as UTF-16 offset in its source, and its tokens. Chunking happens once, at the journal's door. */
export type Cut = readonly [end: number, tokens: number];

/** How a piece of background work stands. `dead` ones wait for a person. */
export interface JobRecord {
  readonly id: JobId;
  /** What is to be done, with the version of the worker, such as `extract:rules-1`. */
  readonly type: string;
  readonly source: SourceId;
  readonly state: 'queued' | 'done' | 'dead';
  /** Tries so far. */
  readonly attempts: number;
  /** Not before this moment, ms since epoch. */
  readonly runAfter?: number | undefined;
  readonly error?: string | undefined;
  /** What the work could not do, such as `extraction:language`. */
  readonly degraded?: readonly string[] | undefined;
  /** What this try asked of a model, for all the messages that were read together: it stands at the first of them. */
  readonly cost?: JobCost | undefined;
}

/** What reading messages cost, and how much came of it. */
export interface JobCost extends ModelCost {
  readonly messages: number;
  readonly operations: number;
}

/** What an entry says happened. */
export type EntryBody =
  /** A source begins; one that is `complete` at once carries all its text. */
  | {
      readonly kind: 'source';
      readonly source: SourceHeader;
      readonly state: 'open' | 'complete';
      readonly text: string;
      readonly cuts: readonly Cut[];
      /** Kept where the content was not plain text. */
      readonly parts?: Exclude<Content, string> | undefined;
    }
  /** More text of an open source, from `offset` on; `cuts` are the chunks that it closes. */
  | {
      readonly kind: 'text';
      readonly id: SourceId;
      readonly offset: number;
      readonly text: string;
      readonly cuts: readonly Cut[];
    }
  /** The source ends; the last cuts close what was pending. */
  | {
      readonly kind: 'closed';
      readonly id: SourceId;
      readonly state: 'complete' | 'torn';
      /** Durable length that the writer knows of: one that another writer has overtaken cannot end the source. */
      readonly length: number;
      readonly cuts: readonly Cut[];
    }
  /** A torn source goes on; its chunks after `keep` cuts are open again. */
  | { readonly kind: 'resumed'; readonly id: SourceId; readonly keep: number }
  | { readonly kind: 'operation'; readonly operation: Operation }
  /** Background work on a source: queued with what caused it, ended in the same batch as its effects. */
  | { readonly kind: 'job'; readonly job: JobRecord }
  /** Keeps a source in the working set whatever its score, or lets go of it. */
  | { readonly kind: 'pin'; readonly id: SourceId; readonly pinned: boolean }
  | { readonly kind: 'context'; readonly context: SentContext }
  | { readonly kind: 'access'; readonly items: readonly string[] }
  /**
   * What a model gave for an input, told by its hash: replays and retries read it here instead of asking again. One about a
   * `source` is filed under it, read with it and erased with it.
   */
  | {
      readonly kind: 'output';
      readonly producer: string;
      readonly input: string;
      readonly output: string;
      readonly source?: SourceId | undefined;
    }
  /** Entries were taken out for good; written by `erase` alone. */
  | {
      readonly kind: 'forgotten';
      /** What was asked to be forgotten. */
      readonly ids: readonly string[];
      /** The entries that are gone. */
      readonly sequences: readonly SequenceRange[];
      /** Entries that were given another body, in their old place. */
      readonly replaced: readonly number[];
    };

/** Sequences from the first to the last, both included. */
export type SequenceRange = readonly [first: number, last: number];

/** One entry of the journal. Sequences start at 1 and grow; the only gaps are what was erased. */
export interface JournalEntry {
  readonly sequence: number;
  readonly scope: ScopeKey;
  /** Ms since epoch, by the clock of the journal. */
  readonly recordedAt: number;
  readonly body: EntryBody;
}

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
