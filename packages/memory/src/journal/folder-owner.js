// Who owns a data folder, for others to read. The lock decides; this record only tells whom to ask, and one that was left
// by a process that was killed says nothing once the lock is free. Imports nothing of the store: the main thread reads it.

import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** @typedef {{ readonly url: string, readonly instance: string }} DaemonAddress */
/** @typedef {{ readonly pid: number, readonly host: string, readonly since: number, readonly daemon?: DaemonAddress | undefined }} FolderOwner */

const OWNER_FILE = 'owner.json';
const FILE_MODE = 0o600;

/** @param {unknown} value @returns {DaemonAddress | undefined} */
const daemonOf = (value) => {
  const { url, instance } = /** @type {Partial<DaemonAddress>} */ (value ?? {});
  return typeof url === 'string' && typeof instance === 'string' ? { url, instance } : undefined;
};

/**
 * The owner as the folder's record has it: of this moment only while the folder is locked. Undefined without a record, or
 * with one that cannot be read.
 * @param {string} path
 * @returns {FolderOwner | undefined}
 */
export const readFolderOwner = (path) => {
  try {
    const { pid, host, since, daemon } = JSON.parse(readFileSync(join(path, OWNER_FILE), 'utf8'));
    if (!Number.isInteger(pid) || typeof host !== 'string' || !Number.isFinite(since)) return undefined;
    const address = daemonOf(daemon);
    return { pid, host, since, ...(address === undefined ? {} : { daemon: address }) };
  } catch {
    return undefined;
  }
};

/** @param {string} path @param {FolderOwner} owner */
const writeOwner = (path, owner) => {
  const file = join(path, OWNER_FILE);
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, JSON.stringify(owner), { mode: FILE_MODE });
  chmodSync(draft, FILE_MODE);
  renameSync(draft, file);
};

/** Writes this process down as the owner; only its owner may. @param {string} path @param {number} since ms since epoch */
export const recordOwner = (path, since) =>
  writeOwner(path, { pid: process.pid, host: hostname(), since: since });

/**
 * Adds to the record where the owner can be asked, or takes that out; only the owner may.
 * @param {string} path
 * @param {DaemonAddress | undefined} daemon
 */
export const recordDaemon = (path, daemon) => {
  const { pid = process.pid, host = hostname(), since = 0 } = readFolderOwner(path) ?? {};
  writeOwner(path, { pid, host, since, ...(daemon === undefined ? {} : { daemon }) });
};

/** @param {string} path */
export const removeOwner = (path) => rmSync(join(path, OWNER_FILE), { force: true });
