import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { draftOfCopy } from './copy-database.js';
import type { BackupOptions, JournalCopy } from './journal.ts';
import { JOURNAL_FILE } from './schema.js';
import { copyInThread } from './writer-thread.ts';

/** How often the size of a growing copy is looked at, in ms. */
const GROWTH_LOOK_MS = 100;

const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
};

/** Tells how large a file has become, now and then, until it is stopped. */
const watchGrowth = (file: string, onBytes: (bytes: number) => void): (() => void) => {
  const timer = setInterval(() => {
    void sizeOf(file).then(onBytes);
  }, GROWTH_LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
};

/**
 * Copies the journal of a data folder as it is now to a file, whoever owns the folder and goes on writing.
 * @throws STORE_WRITE_FAILED, STORE_FULL, STORE_CORRUPT, DEPENDENCY_MISSING
 */
export const copyJournal = async (
  folder: string,
  file: string,
  { onProgress }: Pick<BackupOptions, 'onProgress'>,
): Promise<JournalCopy> => {
  const from = join(folder, JOURNAL_FILE);
  const to = resolve(file);
  const of = (await sizeOf(from)) + (await sizeOf(`${from}-wal`));
  let isOver = false;
  const stop = watchGrowth(draftOfCopy(to), (bytes) => {
    // A look that was under way at the end would tell of less than the whole.
    if (!isOver) onProgress?.({ bytes: Math.min(bytes, of), of });
  });
  try {
    const { bytes, sequence } = await copyInThread({ from, to });
    isOver = true;
    onProgress?.({ bytes, of: bytes });
    return { file: to, bytes, sequence };
  } finally {
    isOver = true;
    stop();
  }
};
