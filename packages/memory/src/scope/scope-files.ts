import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScopeKey } from '../journal/journal.ts';
import { scopeNameIn, scopeNameOf } from '../journal/scope-name.ts';

/** Removes the files of projections, in folders of the data folder, whose scope it is true for. */
const removeFiles = async (dataFolder: string, isGone: (name: string) => boolean): Promise<void> => {
  const entries = await readdir(dataFolder, { withFileTypes: true });
  for (const folder of entries.filter((entry) => entry.isDirectory())) {
    for (const file of await readdir(join(dataFolder, folder.name))) {
      const name = scopeNameIn(file);
      if (name === undefined || !isGone(name)) continue;
      await rm(join(dataFolder, folder.name, file), { recursive: true, force: true });
    }
  }
};

/**
 * Removes whatever projections keep of a scope on disk. Their files stand in folders of the data folder, and are named by
 * the scope: a projection that keeps to this need not be told of an erasure.
 */
export const removeScopeFiles = (dataFolder: string, key: ScopeKey): Promise<void> => {
  const gone = scopeNameOf(key);
  return removeFiles(dataFolder, (name) => name === gone);
};

/**
 * Removes the files of scopes that the journal does not have: a process that died while it erased one may have left them,
 * and nothing else would ever look at them again.
 */
export const removeOrphanFiles = (dataFolder: string, keys: readonly ScopeKey[]): Promise<void> => {
  const names = new Set(keys.map(scopeNameOf));
  return removeFiles(dataFolder, (name) => !names.has(name));
};
