import { access, constants, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MemoryEventBus } from '@retentive/core';
import { createInMemoryScopeArchive } from '../episodic/in-memory-scope-archive.ts';
import type { ScopeArchive } from '../episodic/scope-archive.ts';
import type { ScopeKey } from '../journal/journal.ts';
import { scopeNameOf } from '../journal/scope-name.ts';
import type { Decay } from '../retention/decay.ts';
import { fingerprintOf, type RetentionWeights } from '../retention/score.ts';

/** Opens the archive of a scope; `onLost` is told when it can no longer be read. */
export type OpenScopeArchive = (key: ScopeKey, onLost: () => void) => Promise<ScopeArchive>;

/** Raised when the same journal and settings archive other chunks than before, or file them under other words. */
const CHOICE_VERSION = 5;

/** What decides which chunks stay. */
interface RetentionChoice {
  readonly capacity: number;
  readonly decay: Decay;
  readonly sinks: number;
  readonly spans: boolean;
  readonly weights: RetentionWeights;
}

/** The file of a scope's archive: `<data>/archive/<name>.db`. */
const archiveFileOf = (dataFolder: string, key: ScopeKey): string =>
  join(dataFolder, 'archive', `${scopeNameOf(key)}.db`);

/** Whether it is there and can be read and written; undefined where it is not there. */
const problemOf = async (
  path: string,
  isRight: (found: Awaited<ReturnType<typeof stat>>) => boolean,
): Promise<'sound' | { readonly wrong: string } | undefined> => {
  try {
    if (!isRight(await stat(path))) return { wrong: `${path} is something else` };
    await access(path, constants.R_OK | constants.W_OK);
    return 'sound';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : { wrong: message };
  }
};

/**
 * Looks whether the archive of a scope that is not in use could be written, and touches nothing: `unused` where it has none.
 */
export const probeArchive = async (
  dataFolder: string,
  key: ScopeKey,
): Promise<'unused' | 'sound' | { readonly wrong: string }> => {
  const file = archiveFileOf(dataFolder, key);
  const folder = await problemOf(dirname(file), (found) => found.isDirectory());
  if (folder !== 'sound') return folder ?? 'unused';
  return (await problemOf(file, (found) => found.isFile())) ?? 'unused';
};

/** What an archive depends on, beside the journal: one that was made otherwise is made anew, its checkpoint with it. */
export interface ArchiveChoice extends RetentionChoice {
  /** Id of the source of surprisal. */
  readonly surprisal: string;
  /** Whether what is open of a session is kept in mind, to be closed as episodes. */
  readonly episodes: boolean;
}

/** Makes what opens archives: files in the data folder at `path`, or memory of this process. */
export const createArchiveOpener =
  (
    path: string | undefined,
    { capacity, decay, sinks, spans, weights, surprisal, episodes }: ArchiveChoice,
    events: MemoryEventBus,
  ): OpenScopeArchive =>
  async (key, onLost) => {
    if (path === undefined) return createInMemoryScopeArchive();
    // Loaded at the first use, so that importing this package loads no database.
    const [{ createSqliteScopeArchive }, { loadSqliteFiles }] = await Promise.all([
      import('../episodic/sqlite-scope-archive.ts'),
      import('../journal/load-sqlite.ts'),
    ]);
    return createSqliteScopeArchive({
      file: archiveFileOf(path, key),
      files: await loadSqliteFiles(),
      fingerprint: [
        CHOICE_VERSION,
        capacity,
        decay.per,
        decay.ratio,
        sinks,
        spans ? 'spans' : 'whole',
        fingerprintOf(weights),
        surprisal,
        episodes ? 'episodes' : 'none',
      ].join('/'),
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
