import type { CallOptions } from '@retentive/core';
import type { ScopeKey } from '../journal/journal.ts';

/** The version of archives that this release writes, and the newest that it reads. */
export const ARCHIVE_VERSION = 1;

/** Opens an archive to be read from its start. An import reads it twice: once to check all of it, once to write. */
export type OpenArchive = () => AsyncIterable<string>;

/** Options of `import`. */
export interface ImportOptions extends CallOptions {
  /** Checks everything and writes nothing. Default false. */
  readonly dryRun?: boolean | undefined;
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
  /** Messages and documents that were written now. */
  readonly sources: number;
  /** Messages and documents that were still open when the archive was made; they stand torn now and can be resumed. */
  readonly torn: number;
}
