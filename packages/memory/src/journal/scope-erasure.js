// Takes whole scopes out of a journal file. An erasure of single items overwrites them where they lie; with a whole scope
// its labels, ids and keys go too, from every table and index, and what SQLite moved between pages over the years. So the
// rows are deleted, and then the file is rewritten from what is left.

import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** @import { Driver } from './sqlite-driver.js' */
/** @import { StoreMemory } from './journal-store.js' */
/** @import { ErasedScopeRow, ScopeSelectionDraft } from './writer-protocol.ts' */

/** The scope that rows of erased scopes are kept under: they hold a sequence and nothing else. Its labels are none. */
export const ERASED_SCOPE = 0;

/** The row of `meta` that says that the file has yet to be rewritten. */
const PENDING = 'rewrite_pending';

/** @param {Driver} database */
export const isRewritePending = (database) =>
  database.prepare('SELECT 1 FROM meta WHERE name = ?').get(PENDING) !== undefined;

/**
 * Copies that were made of the journal beside it, before a migration: they have what is to go, and nobody needs them once
 * the journal is open. @param {string} file
 */
const removeCopies = (file) => {
  const [folder, name] = [dirname(file), basename(file)];
  for (const other of readdirSync(folder)) {
    if (other.startsWith(`${name}.`) && other.includes('.backup'))
      rmSync(join(folder, other), { force: true });
  }
};

/**
 * Rewrites the file from its live rows, removes copies of it and empties the log: afterwards neither has a byte of what was deleted. Does
 * nothing when nothing is pending, so the next opening finishes what a kill or a full disk broke off.
 * @param {Driver} database
 * @param {string} file
 */
export const rewriteIfPending = (database, file) => {
  if (!isRewritePending(database)) return;
  removeCopies(file);
  database.exec('VACUUM');
  database.prepare('DELETE FROM meta WHERE name = ?').run(PENDING);
  database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
};

/** @param {Driver} database @param {StoreMemory} memory */
export const createScopeErasure = (database, memory) => {
  const count = database.prepare("SELECT count(*) FROM entries WHERE scope = ? AND kind <> 'erased'");
  const insertPlace = database.prepare(
    "INSERT INTO entries (sequence, scope, kind, source, recorded_at, body) VALUES (?, ?, 'erased', NULL, 0, '')",
  );
  const empty = database.prepare(
    "UPDATE entries SET scope = ?, kind = 'erased', source = NULL, recorded_at = 0, body = '' WHERE scope = ?",
  );
  const insertNobody = database.prepare("INSERT OR IGNORE INTO scopes (id, tenant, user) VALUES (?, '', '')");
  const markPending = database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, '1')");
  const deletions = ['sources', 'keys', 'jobs'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE scope = ?`),
  );
  const deleteScope = database.prepare('DELETE FROM scopes WHERE id = ?');

  /** @param {number} scope @returns {number} entries that went */
  const eraseOne = (scope) => {
    const entries = Number(count.get(scope)?.[0]);
    empty.run(ERASED_SCOPE, scope);
    for (const deletion of deletions) deletion.run(scope);
    deleteScope.run(scope);
    memory.dropScope(scope);
    return entries;
  };

  /**
   * Each scope takes a sequence, by which listeners hear of it in its turn. Runs inside a transaction, and is followed by
   * {@link rewriteIfPending} outside of it.
   * @param {ScopeSelectionDraft} selection
   * @returns {ErasedScopeRow[]}
   */
  return ({ tenant, user }) => {
    const found = memory.scopes.filter(
      (scope) =>
        scope !== undefined && scope.tenant === tenant && (user === undefined || scope.user === user),
    );
    if (found.length === 0) return [];
    insertNobody.run(ERASED_SCOPE);
    markPending.run(PENDING);
    return found.map((scope) => {
      const entries = eraseOne(scope.number);
      const sequence = memory.next;
      memory.next += 1;
      insertPlace.run(sequence, ERASED_SCOPE);
      return { tenant: scope.tenant, user: scope.user, sequence, entries };
    });
  };
};
