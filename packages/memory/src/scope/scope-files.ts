import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
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

/** Where scopes are named that something is just being taken out of. */
const MARKS = 'erasing';

/**
 * Marks a scope before something is taken out of it, and gives what takes the mark away once its projections are without
 * it, too. The mark outlives the loss of power.
 */
export const markErasure = async (dataFolder: string, key: ScopeKey): Promise<() => Promise<void>> => {
  const folder = join(dataFolder, MARKS);
  const mark = join(folder, scopeNameOf(key));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(mark, '', { mode: 0o600 });
  // Windows cannot sync a folder, and keeps its entries by itself.
  if (process.platform !== 'win32') {
    for (const path of [folder, dataFolder]) {
      const opened = await open(path, 'r');
      await opened.sync().finally(() => opened.close());
    }
  }
  return () => rm(mark, { force: true });
};

/**
 * Removes the projections of scopes that were marked: the process died while something was taken out of them, and their
 * files may still hold it. The journal has what stays. What cannot be removed now is tried at the next opening.
 */
export const finishErasures = async (dataFolder: string): Promise<void> => {
  const folder = join(dataFolder, MARKS);
  for (const name of await filesIn(folder)) {
    if (scopeNameIn(name) !== name) continue;
    await removeFiles(dataFolder, (of) => of === name)
      .then(() => rm(join(folder, name), { force: true }))
      .catch(() => {});
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
