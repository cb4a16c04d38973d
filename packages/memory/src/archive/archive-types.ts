import type { CallOptions } from '@retentive/core';
import type { ScopeKey } from '../journal/journal.ts';

/** The version of archives that this release writes, and the newest that it reads. */
export const ARCHIVE_VERSION = 1;

/**
 * Opens an archive to be read from its start. An import reads it twice, once to check all of it and once to write, and
 * once more before that where something was forgotten in the scope.
 */
export type OpenArchive = () => AsyncIterable<string>;

/** Options of `import`. */
export interface ImportOptions extends CallOptions {
  /** Checks everything and writes nothing. Default false. */
  readonly dryRun?: boolean | undefined;
  /** Brings back what was forgotten in this scope, if the archive has it. Default false: it stays forgotten. */
  readonly restoreForgotten?: boolean | undefined;
  /** Takes an archive of another scope too. Default false: it is refused. */
  readonly rescope?: boolean | undefined;
}

/** What an import did, or under `dryRun` would do. */
export interface ImportReport {
  readonly dryRun: boolean;
  /** The scope that was exported. */
  readonly from: ScopeKey;
  /** Entries of the archive. */
  readonly entries: number;
  /** Entries written now. */
  readonly imported: number;
  /** Entries that were here already. */
  readonly known: number;
  /** Entries that were left out, because what they are about was forgotten here. */
  readonly forgotten: number;
  /** Messages and documents that were written now. */
  readonly sources: number;
  /** Messages and documents that were still open when the archive was made; they stand torn now and can be resumed. */
  readonly torn: number;
}
