import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScopeKey } from '../journal/journal.ts';
import { scopeNameIn, scopeNameOf } from '../journal/scope-name.ts';

/** Folders of the data folder whose files belong to one scope each. Nothing else is ever looked at. */
const PROJECTION_FOLDERS = ['archive', 'vectors'] as const;

const filesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** Removes the files of projections whose scope it is true for. */
const removeFiles = async (dataFolder: string, isGone: (name: string) => boolean): Promise<void> => {
  for (const folder of PROJECTION_FOLDERS) {
    for (const file of await filesIn(join(dataFolder, folder))) {
      const name = scopeNameIn(file);
      if (name === undefined || !isGone(name)) continue;
      await rm(join(dataFolder, folder, file), { recursive: true, force: true });
    }
  }
};

/**
 * Removes whatever projections keep of a scope on disk. Their files stand in {@link PROJECTION_FOLDERS}, named by the scope:
 * a projection that keeps to this need not be told of an erasure.
 */
export const removeScopeFiles = (dataFolder: string, key: ScopeKey): Promise<void> => {
  const gone = scopeNameOf(key);
  return removeFiles(dataFolder, (name) => name === gone);
};

/**
 * Removes the files of scopes that the journal does not have: a process that died while it erased one may have left them,
 * and nothing else would ever look at them again. What cannot be removed now is tried at the next opening.
 */
export const removeOrphanFiles = async (dataFolder: string, keys: readonly ScopeKey[]): Promise<void> => {
  const names = new Set(keys.map(scopeNameOf));
  await removeFiles(dataFolder, (name) => !names.has(name)).catch(() => {});
};
