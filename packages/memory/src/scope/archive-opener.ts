import { join } from 'node:path';
import type { MemoryEventBus } from '@retentive/core';
import type { ChunkArchive } from '../episodic/chunk-archive.ts';
import { createInMemoryChunkArchive } from '../episodic/in-memory-chunk-archive.ts';
import type { ScopeKey } from '../journal/journal.ts';
import { scopeNameOf } from '../journal/scope-name.ts';

/** Opens the archive of a scope; `onLost` is told when it can no longer be read. */
export type OpenChunkArchive = (key: ScopeKey, onLost: () => void) => Promise<ChunkArchive>;

/** Raised when the same journal and capacity archive other chunks than before, or file them under other words. */
const CHOICE_VERSION = 1;

/** The file of a scope's archive: `<data>/archive/<name>.db`. */
const archiveFileOf = (dataFolder: string, key: ScopeKey): string =>
  join(dataFolder, 'archive', `${scopeNameOf(key)}.db`);

/** Makes what opens archives: files in the data folder at `path`, or memory of this process. */
export const createArchiveOpener =
  (path: string | undefined, capacity: number, events: MemoryEventBus): OpenChunkArchive =>
  async (key, onLost) => {
    if (path === undefined) return createInMemoryChunkArchive();
    // Loaded at the first use, so that importing this package loads no database.
    const [{ createSqliteChunkArchive }, { loadSqliteFiles }] = await Promise.all([
      import('../episodic/sqlite-chunk-archive.ts'),
      import('../journal/load-sqlite.ts'),
    ]);
    return createSqliteChunkArchive({
      file: archiveFileOf(path, key),
      files: await loadSqliteFiles(),
      fingerprint: `${CHOICE_VERSION}/${capacity}`,
      onLost(reason) {
        events.emit('projection:rebuilt', { projection: 'archive', reason });
        onLost();
      },
      onFault(reason) {
        const { tenant, user } = key;
        events.emit('projection:unwritten', { projection: 'archive', reason, scope: { tenant, user } });
      },
    });
  };
