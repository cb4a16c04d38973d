// The data folder: private to its user, and owned by one writer at a time.

import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failureError } from './failure.js';
import { readFolderOwner, recordOwner, removeOwner } from './folder-owner.js';
import { errorKind, openDatabase } from './sqlite-driver.js';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** How long an owner that is just ending is waited for, in ms. A second owner must be told within a second. */
const LOCK_WAIT_MS = 250;
/** How often one that waits looks again, in ms: a lock whose owner died is taken over within two seconds. */
const LOCK_POLL_MS = 50;

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

/** The refusal that a second owner gets: who has the folder, and what to do. @param {string} path */
const lockedError = (path) => {
  const owner = readFolderOwner(path);
  const details = { path, pid: owner?.pid, host: owner?.host, since: owner?.since, url: owner?.daemon?.url };
  const who =
    owner === undefined
      ? 'another process'
      : `process ${owner.pid} on ${owner.host} since ${new Date(owner.since).toISOString()}`;
  const advice =
    owner?.daemon === undefined
      ? 'wait for it or stop it; retentive serve lets several processes use one folder'
      : `it serves the folder at ${owner.daemon.url}: go through that address, or stop it`;
  return failureError({
    code: 'STORE_LOCKED',
    message: `the data folder ${path} is in use by ${who}; a folder has one owner at a time: ${advice}`,
    retryable: true,
    details: Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)),
  });
};

/**
 * Takes the lock, or waits for it. One that is just ending is waited for in any case.
 * @param {import('./sqlite-driver.js').Driver} database
 * @param {LockOptions} options
 * @returns {Promise<boolean>} false when somebody else has it still
 */
const beginOwning = async (database, { waitMs, pause }) => {
  const deadline = performance.now() + waitMs;
  database.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
  while (true) {
    try {
      database.exec('BEGIN IMMEDIATE');
      return true;
    } catch (error) {
      if (errorKind(error) !== 'busy') throw error;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0 || !(await pause(Math.min(leftMs, LOCK_POLL_MS)))) return false;
      // From here on the waiting is done between the calls, where it can be given up.
      database.exec('PRAGMA busy_timeout = 0');
    }
  }
};

/**
 * How long to wait for the lock, beside the moment that everybody waits; `pause` gives false when the waiting is given up.
 * @typedef {{ readonly now: number, readonly waitMs: number, readonly pause: (ms: number) => Promise<boolean> }} LockOptions
 */

/**
 * Takes the folder for this process. The lock is a transaction on an empty SQLite file: the system drops it when the
 * process dies, however it dies, so no stale lock can be left, whatever a record of an owner says.
 * @param {string} path
 * @param {LockOptions} options `now` in ms since epoch
 * @returns {Promise<{ release(): void }>}
 */
export const lockFolder = async (path, options) => {
  const file = join(path, 'lock');
  prepareFile(file);
  const database = await openDatabase(file);
  try {
    // No journal file beside the lock: nothing is ever written to it.
    database.exec('PRAGMA journal_mode = MEMORY');
    if (!(await beginOwning(database, options))) throw lockedError(path);
  } catch (error) {
    database.close();
    throw errorKind(error) === 'busy' ? lockedError(path) : error;
  }
  recordOwner(path, options.now);
  return {
    release() {
      removeOwner(path);
      database.exec('ROLLBACK');
      database.close();
    },
  };
};
