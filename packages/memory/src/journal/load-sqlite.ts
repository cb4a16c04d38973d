import { RetentiveError } from '@retentive/core';
import type { OpenDatabase } from './sqlite-driver.js';
import { workerLocations } from './worker-location.ts';

/** What makes and opens private database files. */
export interface SqliteFiles {
  readonly open: OpenDatabase;
  /** Makes a folder of mode 0700 if absent. */
  readonly prepareFolder: (path: string) => void;
  /** Makes an empty file of mode 0600 if absent. */
  readonly prepareFile: (file: string) => void;
}

type WorkerModule = typeof import('./writer-worker.js');

/** Loads the binding from where the journal's worker is, whose imports no bundler takes apart. @throws DEPENDENCY_MISSING */
export const loadSqliteFiles = async (): Promise<SqliteFiles> => {
  let missing: unknown;
  for (const { href } of workerLocations()) {
    try {
      const { loadSqlite, prepareFile, prepareFolder } = (await import(
        /* @vite-ignore */ href
      )) as WorkerModule;
      return { open: await loadSqlite(), prepareFile, prepareFolder };
    } catch (cause) {
      missing = cause;
    }
  }
  throw new RetentiveError(
    'DEPENDENCY_MISSING',
    'SQLite could not be loaded for the archive: a bundled app needs @retentive/memory installed beside it',
    { cause: missing },
  );
};
