// The data folder: private to its user, and owned by one writer at a time.

import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { failureError } from './failure.js';
import { errorKind, openDatabase } from './sqlite-driver.js';

/** @typedef {{ pid: number, host: string, since: number }} Owner */

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** How long an owner that is just ending is waited for, in ms. A second owner must be told within a second. */
const LOCK_WAIT_MS = 250;

/** Makes names in a folder durable. @param {string} folder */
export const syncFolder = (folder) => {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** Makes the folder if absent. One that was made, or is empty, becomes private. @param {string} path */
export const prepareFolder = (path) => {
  const made = mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
  if (made !== undefined || readdirSync(path).length === 0) chmodSync(path, FOLDER_MODE);
  if (made !== undefined) syncFolder(dirname(path));
};

/**
 * Makes an empty private file if absent. One that exists is never opened: closing it would drop the locks that SQLite
 * holds on it in this process (POSIX locks belong to the process, not to the descriptor).
 * @param {string} file
 */
export const prepareFile = (file) => {
  try {
    closeSync(openSync(file, 'wx', FILE_MODE));
  } catch (error) {
    if (/** @type {{ code?: unknown }} */ (error).code !== 'EEXIST') throw error;
  }
  // The mode above passes through the umask; SQLite gives its log and index the mode of the database.
  chmodSync(file, FILE_MODE);
};

/** @param {string} file @returns {Partial<Owner>} */
const readOwner = (file) => {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8'));
    return typeof owner === 'object' && owner !== null ? owner : {};
  } catch {
    return {};
  }
};

/** @param {string} file @param {Owner} owner */
const writeOwner = (file, owner) => {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, JSON.stringify(owner), { mode: FILE_MODE });
  chmodSync(draft, FILE_MODE);
  renameSync(draft, file);
};

/** @param {string} path @param {Partial<Owner>} owner */
const lockedError = (path, owner) => {
  const { pid, host, since } = owner;
  const who = pid === undefined ? 'another process' : `process ${pid} on ${host}`;
  const when = typeof since === 'number' ? ` since ${new Date(since).toISOString()}` : '';
  return failureError({
    code: 'STORE_LOCKED',
    message: `the data folder ${path} is in use by ${who}${when}; a folder has one owner at a time`,
    retryable: true,
    details: { path, ...owner },
  });
};

/**
 * Takes the folder for this process. The lock is a transaction on an empty SQLite file: the system drops it when the
 * process dies, however it dies, so no stale lock can be left. `owner.json` only tells others whom to ask.
 * @param {string} path
 * @param {number} now ms since epoch
 * @returns {Promise<{ release(): void }>}
 */
export const lockFolder = async (path, now) => {
  const file = join(path, 'lock');
  const ownerFile = join(path, 'owner.json');
  prepareFile(file);
  const database = await openDatabase(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
    // No journal file beside the lock: nothing is ever written to it.
    database.exec('PRAGMA journal_mode = MEMORY');
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    database.close();
    throw errorKind(error) === 'busy' ? lockedError(path, readOwner(ownerFile)) : error;
  }
  writeOwner(ownerFile, { pid: process.pid, host: hostname(), since: now });
  return {
    release() {
      rmSync(ownerFile, { force: true });
      database.exec('ROLLBACK');
      database.close();
    },
  };
};
