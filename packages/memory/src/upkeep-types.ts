import type { CallOptions, Scope } from '@retentive/core';
import type { EntryBody, JobRecord, JournalFault } from './journal/journal.ts';

/** What `reembed` did: scopes of the journal, and vectors that were made. */
export interface ReembedReport {
  readonly scopes: number;
  readonly vectors: number;
}

/** Options of `reembed`. */
export interface ReembedOptions extends CallOptions {
  /** Called after each scope with what is done so far, and how many scopes there are. */
  readonly onProgress?: ((done: ReembedReport & { readonly of: number }) => void) | undefined;
}

/** Options of `doctor`. */
export interface DoctorOptions extends CallOptions {
  /** Makes anew what is not as the journal has it. Default false: looks only. */
  readonly repair?: boolean | undefined;
}

/** A projection as `doctor` found it. */
export interface ProjectionReport {
  readonly projection:
    | 'messages'
    | 'postings'
    | 'facts'
    | 'core'
    | 'jobs'
    | 'retention'
    | 'archive'
    | 'vectors';
  /** Scopes in which it was compared: those in use, for vectors those that have a folder, for an archive also those that have a file. */
  readonly compared: number;
  /** Scopes in which it was not what the journal gives, or, for an archive, its file cannot be written. */
  readonly wrong: number;
}

/** What `doctor` found. */
export interface DoctorReport {
  /** Nothing is wrong, or nothing is left of it after a repair. */
  readonly ok: boolean;
  readonly path?: string | undefined;
  readonly scopes: number;
  readonly messages: { readonly open: number; readonly complete: number; readonly torn: number };
  readonly jobs: { readonly queued: number; readonly dead: number };
  /** What is wrong; after a repair, what is left. */
  readonly faults: readonly JournalFault[];
  readonly projections: readonly ProjectionReport[];
  /** What a repair made anew, with how many rows or scopes; empty without one. */
  readonly repaired: readonly { readonly what: string; readonly count: number }[];
}

/** Options of `jobs`. */
export interface JobsOptions extends CallOptions {
  /** Default `dead`. */
  readonly state?: 'queued' | 'dead' | undefined;
  readonly tenant?: string | undefined;
  /** The first so many. Default all. */
  readonly limit?: number | undefined;
}

/** A piece of background work. */
export interface JobInfo extends JobRecord {
  readonly scope: Pick<Scope, 'tenant' | 'user'>;
}

/** Options of `retryJobs`. */
export interface RetryJobsOptions extends CallOptions {
  readonly ids?: readonly string[] | undefined;
  readonly tenant?: string | undefined;
}

/** Options of `stats`. */
export interface StatsOptions extends CallOptions {
  /** Of this user only. Default all. */
  readonly scope?: Pick<Scope, 'tenant' | 'user'> | undefined;
}

/** What one extractor asked of its model. A sum is of what is known; it is null where nothing is. */
export interface WritingStats {
  /** Name and version. */
  readonly extractor: string;
  readonly calls: number;
  /** Calls of which the provider did not say the tokens. */
  readonly uncountedCalls: number;
  /** Calls without a price, or without tokens to price. */
  readonly unpricedCalls: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Millionths of a dollar. */
  readonly microdollars: number | null;
  /** Messages that were read by calls, failed tries counted again. */
  readonly messages: number;
  /** Operations that came of it. */
  readonly operations: number;
  /** What an operation cost in the mean: null where a price is missing or nothing was written. */
  readonly microdollarsPerOperation: number | null;
}

/** What consolidation in the background did in this process since the memory was opened. Tokens are as the provider counts them. */
export interface ConsolidationStats {
  /** Parts of scopes that were looked at. */
  readonly parts: number;
  /** Those that failed, and are tried again. */
  readonly failedParts: number;
  readonly operations: number;
  readonly modelCalls: number;
  readonly failedCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What a memory did and what it took. What was forgotten or erased is gone from it. */
export interface MemoryStats {
  /** Jobs that ended. */
  readonly jobs: { readonly done: number; readonly dead: number };
  /** By extractor, those that asked a model only. */
  readonly writing: readonly WritingStats[];
  /** Of all scopes; absent where memory does not consolidate by itself, and in what is asked of one user. */
  readonly consolidation?: ConsolidationStats | undefined;
}

/** What `backup` wrote. */
export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
  /** The newest entry of the journal that is in it. */
  readonly sequence: number;
}

/** Options of `changes`. */
export interface ChangesOptions extends CallOptions {
  /** The sequence of the last change that was dealt with. Default 0: from the beginning. */
  readonly after?: number | undefined;
  /** Only those of this user. Default all. */
  readonly scope?: Pick<Scope, 'tenant' | 'user'> | undefined;
  /** False: ends with what there is when it is called. Default true: waits for more. */
  readonly follow?: boolean | undefined;
}

/** One entry of the journal, as a consumer sees it. Later releases may add kinds: pass over those you do not know. */
export interface MemoryChange {
  readonly sequence: number;
  readonly scope: Pick<Scope, 'tenant' | 'user'>;
  /** Ms since epoch. */
  readonly recordedAt: number;
  readonly body: EntryBody;
}
