import type { CallOptions } from '@retentive/core';

/** What `forget` removed. */
export interface ForgetReport {
  readonly messages: number;
  readonly facts: number;
  readonly entries: number;
}

/** Options of `sweep`. */
export interface SweepOptions extends CallOptions {
  /** Most items to take out in this call. Default 1,000. */
  readonly limit?: number | undefined;
}

/** What a sweep removed. */
export interface SweepReport {
  /** Scopes in which something had expired. */
  readonly scopes: number;
  readonly messages: number;
  readonly documents: number;
  readonly facts: number;
  /** Of the journal, those of examples among them. */
  readonly entries: number;
  /** False where more has expired than the limit allowed. */
  readonly done: boolean;
}

/** Options of `erase`. */
export interface EraseOptions extends CallOptions {
  /** Says what would go, and takes nothing. Default false. */
  readonly dryRun?: boolean | undefined;
}

/** What went, or would go, of one user. */
export interface ErasedScopeReport {
  readonly tenant: string;
  readonly user: string;
  readonly agent?: string | undefined;
  readonly thread?: string | undefined;
  readonly messages: number;
  readonly documents: number;
  readonly facts: number;
  /** Entries of the journal. */
  readonly entries: number;
}

/** What an erasure removed, or under `dryRun` would remove. */
export interface EraseReport {
  readonly dryRun: boolean;
  readonly scopes: readonly ErasedScopeReport[];
  readonly messages: number;
  readonly documents: number;
  readonly facts: number;
  readonly entries: number;
}
