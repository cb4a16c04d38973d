import * as nodeFiles from 'node:fs/promises';
import { dirname } from 'node:path';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Files that are whole or as they were before, private to their user. */
export interface SnapshotFiles {
  exists(path: string): Promise<boolean>;
  read(path: string): Promise<Buffer>;
  /**
   * Replaces the file at once: a reader, or the next start after a crash, finds the old bytes or the new ones. Each block is
   * written before the next is asked for: they may all lie in the same memory.
   */
  replace(path: string, blocks: Iterable<Uint8Array>): Promise<void>;
  makeFolder(path: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** What of `node:fs/promises` is used: tests put one in its place that fails. */
export type FileSystem = Pick<
  typeof nodeFiles,
  'chmod' | 'mkdir' | 'open' | 'readFile' | 'rename' | 'rm' | 'stat'
>;

/** Makes the files; nothing is touched until the first call. */
export const createSnapshotFiles = (system: FileSystem = nodeFiles): SnapshotFiles => {
  const { chmod, mkdir, open, readFile, rename, rm, stat } = system;

  const syncFolder = async (path: string): Promise<void> => {
    // Windows opens no folders; there the rename itself is journaled.
    if (process.platform === 'win32') return;
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  };

  return {
    async exists(path) {
      try {
        await stat(path);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
        throw error;
      }
    },
    read: (path) => readFile(path),
    async replace(path, blocks) {
      const draft = `${path}.new`;
      await rm(draft, { force: true });
      try {
        const file = await open(draft, 'wx', FILE_MODE);
        try {
          for (const block of blocks) await file.writeFile(block);
          await file.datasync();
        } finally {
          await file.close();
        }
        await rename(draft, path);
      } catch (error) {
        // A full disk should get its space back; the error that counts is the first one.
        await rm(draft, { force: true }).catch(() => {});
        throw error;
      }
      await syncFolder(dirname(path));
    },
    async makeFolder(path) {
      const made = await mkdir(path, { recursive: true, mode: FOLDER_MODE });
      await chmod(path, FOLDER_MODE);
      if (made === undefined) return;
      for (let folder = path; folder.length >= made.length; folder = dirname(folder)) {
        await syncFolder(dirname(folder));
      }
    },
    async remove(path) {
      await rm(path, { recursive: true, force: true });
    },
  };
};
