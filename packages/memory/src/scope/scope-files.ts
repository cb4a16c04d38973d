import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { vectorFolderOf } from '../index/vectors/vector-folder.ts';
import type { ScopeKey } from '../journal/journal.ts';

/**
 * Removes whatever projections keep of a scope on disk. Their files stand in folders of the data folder, and their names
 * begin with the hash of the scope: a projection that keeps to this need not be told of an erasure.
 */
export const removeScopeFiles = async (dataFolder: string, key: ScopeKey): Promise<void> => {
  const name = basename(vectorFolderOf(dataFolder, key));
  const entries = await readdir(dataFolder, { withFileTypes: true });
  for (const folder of entries.filter((entry) => entry.isDirectory())) {
    const kept = await readdir(join(dataFolder, folder.name));
    for (const file of kept.filter((other) => other.startsWith(name))) {
      await rm(join(dataFolder, folder.name, file), { recursive: true, force: true });
    }
  }
};
