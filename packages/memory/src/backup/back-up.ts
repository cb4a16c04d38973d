import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { RetentiveError, throwIfAborted } from '@retentive/core';
import type { BackupOptions, Journal } from '../journal/journal.ts';
import { orAborted } from '../or-aborted.ts';
import type { BackupReport } from '../upkeep-types.ts';

/** The journal's file in a data folder, and the one by which its owner holds it. */
const JOURNAL_FILE = 'journal.db';
const LOCK_FILE = 'lock';

const kindOf = async (path: string): Promise<'file' | 'folder' | undefined> => {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
};

/** The file that a backup of `folder` to `path` is; the folder that it is in is made where `path` names one. */
const prepareTarget = async (folder: string, path: string): Promise<string> => {
  if (typeof path !== 'string' || path === '') {
    throw new RetentiveError(
      'OPTION_INVALID',
      `a backup needs a file or a folder, got ${JSON.stringify(path)}`,
    );
  }
  const isFolder = /[/\\]$/u.test(path) || (await kindOf(path)) === 'folder';
  const file = resolve(isFolder ? join(path, JOURNAL_FILE) : path);
  // An open journal must never have another file put in its place, this one's least of all.
  if (dirname(file) === resolve(folder) || (await kindOf(join(dirname(file), LOCK_FILE))) !== undefined) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `${dirname(file)} is a data folder that is or was in use; a backup wants a place of its own`,
      { details: { path: file } },
    );
  }
  if ((await kindOf(file)) === 'folder') {
    throw new RetentiveError('OPTION_INVALID', `${file} is a folder, where the copy is to be a file`);
  }
  // One that was there keeps its mode: it is its owner's to choose.
  if (isFolder) await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return file;
};

/** Copies an open journal to a file, or into a folder as a data folder. @throws OPTION_INVALID, and as the journal does */
export const backUp = async (
  journal: Journal,
  folder: string | undefined,
  path: string,
  options: BackupOptions,
): Promise<BackupReport> => {
  throwIfAborted(options.signal, 'the backup');
  if (folder === undefined) {
    throw new RetentiveError('OPTION_INVALID', 'this memory has no file to copy; export its scopes instead');
  }
  return journal.backup(await prepareTarget(folder, path), options);
};

/**
 * As `Memory.backup`, of a data folder that nobody need have open: its owner, in another process, goes on writing. What the
 * owner forgets while the copy is made is in the copy, and the owner cuts its log when it is opened next.
 * @throws FILE_NOT_FOUND where there is no journal, and as `Memory.backup` does
 */
export const backUpFolder = async (
  folder: string,
  path: string,
  options: BackupOptions = {},
): Promise<BackupReport> => {
  throwIfAborted(options.signal, 'the backup');
  if ((await kindOf(join(folder, JOURNAL_FILE))) !== 'file') {
    throw new RetentiveError('FILE_NOT_FOUND', `there is no memory in ${folder}`, { details: { folder } });
  }
  const file = await prepareTarget(folder, path);
  const { copyJournal } = await import('../journal/copy-journal.ts');
  return orAborted(copyJournal(folder, file, options), options.signal, 'the backup');
};
