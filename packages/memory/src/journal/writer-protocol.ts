import type { ErrorCode } from '@retentive/core';

/** One entry on its way into a journal: its JSON text, and what the rules of sources need to know of it. */
export interface EntryDraft {
  readonly kind: string;
  /** The whole body. JSON escapes NUL and lone surrogates, so every string comes back as it was. */
  readonly body: string;
  /** The source that a `source`, `text`, `closed` or `resumed` entry is about. */
  readonly source?: string | undefined;
  /** The state that a `source` or `closed` entry brings. */
  readonly state?: SourceStateName | undefined;
  /** UTF-16 offset at which a `text` entry continues. */
  readonly offset?: number | undefined;
  /** UTF-16 length of the text that the entry adds. */
  readonly length?: number | undefined;
  /** Ms since epoch, where it is not that of the batch. */
  readonly recordedAt?: number | undefined;
  /** Keys of an imported source. */
  readonly keys?: readonly { readonly key: string; readonly hash: string }[] | undefined;
  /** What a `job` entry says. */
  readonly job?: JobDraft | undefined;
  /** The source that an entry is filed under without changing how it stands. */
  readonly about?: string | undefined;
}

/** How a job stands after an entry about it. */
export interface JobDraft {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly state: JobStateName;
  readonly attempts: number;
  /** Ms since epoch. */
  readonly runAfter?: number | undefined;
  readonly error?: string | undefined;
  /** JSON of the whole record. */
  readonly record: string;
}

/** A job is in the table while it waits, and when it was given up; `done` takes it out. */
export type JobStateName = 'queued' | 'done' | 'dead';

/** What the rules need of a job that is in the table. */
export interface JobStanding {
  readonly state: JobStateName;
  /** What it is about. */
  readonly source: string;
  /** It belongs to the scope of the batch. */
  readonly isOwn: boolean;
}

/** `open`, `complete` or `torn`; a copy of core's name, because the worker imports nothing of core. */
export type SourceStateName = 'open' | 'complete' | 'torn';

/** A batch on its way into a journal. */
export interface BatchDraft {
  readonly tenant: string;
  readonly user: string;
  /** Ms since epoch, whole. */
  readonly recordedAt: number;
  readonly keys: readonly { readonly key: string; readonly hash: string }[];
  readonly entries: readonly EntryDraft[];
  /** A batch that erases has no entries of its own; the journal writes the one that says so. */
  readonly erase?: EraseDraft | undefined;
  /** A batch that takes whole scopes out has no entries either. */
  readonly eraseScopes?: ScopeSelectionDraft | undefined;
}

/** Every scope of a tenant, or one user's. */
export interface ScopeSelectionDraft {
  readonly tenant: string;
  readonly user?: string | undefined;
}

/** A scope that is gone, the sequence at which it went, and how many entries it had. */
export interface ErasedScopeRow {
  readonly tenant: string;
  readonly user: string;
  readonly sequence: number;
  readonly entries: number;
}

/** What an erasure of whole scopes did. */
export interface ErasedScopes {
  readonly scopes: readonly ErasedScopeRow[];
  /** Everything is gone for readers, but the file could not be rewritten: the next opening does it. */
  readonly failure?: Failure | undefined;
}

/** An erasure on its way into a journal. */
export interface EraseDraft {
  readonly ids: readonly string[];
  readonly sources: readonly string[];
  readonly sequences: readonly number[];
  readonly replaced: readonly {
    readonly sequence: number;
    readonly kind: string;
    /** JSON of the whole body. */
    readonly body: string;
  }[];
}

/** What an erasure did: the entry that says so. */
export interface Erased {
  readonly sequence: number;
  readonly body: string;
  /** Everything is done, but the log could not be cut. */
  readonly failure?: Failure | undefined;
}

/** An error as data: what crosses the thread becomes a RetentiveError on the other side. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable?: boolean | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Name and text of the error of SQLite or of the system. */
  readonly cause?: string | undefined;
}

/** How a source stands in the journal. */
export interface SourceStanding {
  readonly state: SourceStateName;
  /** UTF-16 length of its text. */
  readonly length: number;
  /** Sequence of its first entry; 0 while that is not written yet. */
  readonly sequence: number;
  /** Hash that was given for the key `id:<id>`, if one was. */
  readonly hash?: string | undefined;
}

/** What a batch did: the sequence of its first entry, the source it repeats, what it erased, or why it was refused. */
export type AppendOutcome =
  | number
  | { readonly replayed: string }
  | { readonly erased: Erased }
  | { readonly erasedScopes: ErasedScopes }
  | { readonly failure: Failure };

/** An entry as a row: sequence, number of the scope, recorded at, JSON of the body. */
export type EntryRow = readonly [sequence: number, scope: number, recordedAt: number, body: string];

/** A scope with its number. */
export interface NumberedScope {
  readonly number: number;
  readonly tenant: string;
  readonly user: string;
}

/** A source as a row. */
export interface SourceRow {
  readonly scope: number;
  readonly id: string;
  readonly state: SourceStateName;
  readonly length: number;
  readonly sequence: number;
}

/** A job as a row. */
export interface JobRow {
  readonly scope: number;
  readonly id: string;
  readonly state: JobStateName;
  /** JSON of the record. */
  readonly record: string;
  /** Of its first entry. */
  readonly sequence: number;
}

/** Which entries a page holds: those in (after, until] of a scope or source. */
export interface PageRequest {
  readonly after: number;
  /** Default: the newest entry there is; the answer says which that was. */
  readonly until?: number | undefined;
  readonly scope?: { readonly tenant: string; readonly user: string } | undefined;
  readonly source?: string | undefined;
  readonly kinds?: readonly string[] | undefined;
}

/** A page of entries. `done` says that no entry is left up to `until`. */
export interface Page {
  readonly rows: readonly EntryRow[];
  /** The scopes that occur in `rows`. */
  readonly scopes: readonly NumberedScope[];
  readonly until: number;
  readonly done: boolean;
}

/** Which keys a page holds: those of a scope after the last one of the page before, ids first. */
export interface KeysRequest {
  readonly scope: { readonly tenant: string; readonly user: string };
  readonly after?: { readonly table: 'ids' | 'keys'; readonly key: string } | undefined;
}

/** A page of keys; `next` is where the following one begins. */
export interface KeysPage {
  readonly rows: readonly (readonly [key: string, hash: string, source: string])[];
  readonly next?: KeysRequest['after'];
}

/** Everything but the entries, at one moment, for the check. */
export interface AuditState {
  readonly sources: readonly SourceRow[];
  readonly jobs: readonly JobRow[];
  /** Keys that name no source. */
  readonly danglingKeys: number;
  /** Sequences that went with their whole scope. */
  readonly erased: readonly (readonly [first: number, last: number])[];
}

/** A page of entries with the sequence of the source each row is filed under (0 for none), and the rest at the end. */
export interface AuditPage {
  readonly rows: readonly EntryRow[];
  readonly filedUnder: readonly number[];
  /** Given with the last page, read in the same moment as it. */
  readonly state?: AuditState | undefined;
}

/** Which jobs to list. */
export interface JobsRequest {
  readonly state: JobStateName;
  readonly tenant?: string | undefined;
  readonly type?: string | undefined;
  readonly limit?: number | undefined;
}

/** Jobs of a scope that somebody takes. Times in ms since epoch. */
export interface LeaseRequest {
  readonly scope: { readonly tenant: string; readonly user: string };
  readonly jobs: readonly string[];
  readonly owner: string;
  readonly until: number;
  readonly now: number;
}

/** Ids of jobs that were taken, and of those that do not wait. */
export interface LeaseAnswer {
  readonly taken: readonly string[];
  readonly gone: readonly string[];
}

/** Rows that a repair changed. */
export interface RepairCounts {
  readonly sources: number;
  readonly jobs: number;
  readonly keys: number;
  readonly filed: number;
}

/** The calls that the worker answers, besides appends. */
export interface WriterCalls {
  readonly page: { readonly input: PageRequest; readonly output: Page };
  readonly sources: {
    readonly input: { readonly id: string } | { readonly state: SourceStateName };
    readonly output: readonly (SourceRow & { readonly tenant: string; readonly user: string })[];
  };
  readonly keys: { readonly input: KeysRequest; readonly output: KeysPage };
  readonly jobs: {
    readonly input: JobsRequest;
    readonly output: readonly (JobRow & { readonly tenant: string; readonly user: string })[];
  };
  readonly lease: { readonly input: LeaseRequest; readonly output: LeaseAnswer };
  readonly scopes: { readonly input: undefined; readonly output: readonly NumberedScope[] };
  /** What SQLite's own check says; empty when sound. */
  readonly integrity: { readonly input: undefined; readonly output: readonly string[] };
  readonly audit: { readonly input: { readonly after: number }; readonly output: AuditPage };
  readonly repair: { readonly input: undefined; readonly output: RepairCounts };
  readonly close: { readonly input: undefined; readonly output: undefined };
}

/** What the worker is told. */
export type WriterRequest =
  | { readonly appends: readonly BatchDraft[] }
  | { readonly call: number; readonly name: keyof WriterCalls; readonly input: unknown };

/** What the worker says. Outcomes come in the order of the appends. */
export type WriterReply =
  | { readonly opened: true }
  | { readonly refused: Failure }
  | { readonly outcomes: readonly AppendOutcome[] }
  | { readonly call: number; readonly output: unknown }
  | { readonly call: number; readonly failure: Failure };

/** What the worker is started with. */
export interface WriterOptions {
  /** Absolute path of the data folder. */
  readonly path: string;
  readonly maxBytes?: number | undefined;
  /** Default `full`. */
  readonly durability?: 'full' | 'normal' | undefined;
  /** How long to wait for another owner to let go of the folder, in ms. Default 0. */
  readonly waitMs?: number | undefined;
  /** Ms since epoch; noted as the owner's `since` and as the time a new journal was made. */
  readonly now: number;
}

/** What a thread that copies the journal is started with, and what it says. */
export interface CopyOptions {
  readonly from: string;
  readonly to: string;
}
export type CopyReply =
  | { readonly copied: { readonly bytes: number; readonly sequence: number } }
  | { readonly refused: Failure };
