// A copy of a whole database while others write to it: what was committed when it began, in one private file.

import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './data-folder.js';
import { openDatabase } from './sqlite-driver.js';

/** @import { Driver } from './sqlite-driver.js' */

/** @param {string} file */
const syncFile = (file) => {
  // Windows syncs only what may be written to.
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** The draft of a copy, beside where it will stand: that it grows shows how far the copy is. @param {string} file */
export const draftOfCopy = (file) => `${file}.part`;

/**
 * Writes what is committed now to `file`, which appears whole or not at all; one that was there is replaced. The copy
 * is compact and mode 0600.
 * @param {Driver} database
 * @param {string} file
 */
export const copyDatabase = (database, file) => {
  const draft = draftOfCopy(file);
  rmSync(draft, { force: true });
  try {
    // Made first, so that no byte of it is ever in a file that others can read.
    closeSync(openSync(draft, 'wx', 0o600));
    chmodSync(draft, 0o600);
    database.prepare('VACUUM INTO ?').run(draft);
    syncFile(draft);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
};

/** The newest entry that a copy holds; it is read, and so it is a journal. @param {string} file @returns {Promise<number>} */
export const lastSequenceIn = async (file) => {
  const copy = await openDatabase(file);
  try {
    return Number(copy.prepare('SELECT coalesce(max(sequence), 0) FROM entries').get()?.[0]);
  } finally {
    copy.close();
  }
};
