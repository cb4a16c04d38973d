// Loaded ahead of everything (`NODE_OPTIONS=--import=...`), in every thread of a process: makes one named point in the work
// of the store fail, or kills the process there. The store itself knows nothing of it.

import { appendFileSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { basename, dirname } from 'node:path';

/** @import { Failpoint } from './failpoints.ts' */

const ERRORS = {
  EIO: { code: 'SQLITE_IOERR', message: 'disk I/O error (injected)' },
  ENOSPC: { code: 'SQLITE_FULL', message: 'database or disk is full (injected)' },
};

/** @param {Failpoint} failpoint */
const arm = ({ point, when, at, action, lasting, note }) => {
  let passed = 0;
  let fired = false;

  /** @param {string} name @param {boolean} system the error of the system, not of SQLite */
  const fire = (name, system) => {
    fired = true;
    if (note !== undefined) writeFileSync(note, name);
    if (action === 'kill') {
      process.kill(process.pid, 'SIGKILL');
      // Not one statement further, however long the system takes.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      throw new Error('a killed process goes on');
    }
    const { code, message } = ERRORS[action];
    throw Object.assign(new Error(message), { code: system ? action : code });
  };

  /** True when the call of this name is the one. @param {readonly string[]} names */
  const isDue = (names) => {
    if (fired) return lasting && (names.includes('write') || names.includes('rename'));
    if (!names.includes(point)) return false;
    passed += 1;
    return passed === at;
  };

  /**
   * @template Result
   * @param {readonly string[]} names what the call is called, first by its own name
   * @param {() => Result} call
   * @param {boolean} [system]
   * @returns {Result}
   */
  const around = (names, call, system = false) => {
    if (!isDue(names)) return call();
    if (when === 'before') return /** @type {never} */ (fire(names[0] ?? '', system));
    const result = call();
    if (result instanceof Promise) {
      return /** @type {Result} */ (result.then(() => fire(names[0] ?? '', system)));
    }
    fire(names[0] ?? '', system);
    return result;
  };
  return around;
};

/** @param {ReturnType<typeof arm>} around */
const patchDatabases = (around) => {
  const Database = createRequire(import.meta.url)('libsql');
  const { prepare, exec } = Database.prototype;
  const files = new WeakMap();
  /** What the running transaction of a database is: an erasure, a schema or a plain one. @type {WeakMap<object, string>} */
  const transactions = new WeakMap();

  /** @param {object} database */
  const isArchive = (database) => {
    if (!files.has(database)) {
      const row = prepare.call(database, 'PRAGMA database_list').raw().get();
      files.set(database, String(row[2]));
    }
    const file = files.get(database);
    return basename(dirname(file)) === 'archive';
  };

  /** The names of a statement, or none for one that writes nothing. @param {object} database @param {string} sql */
  const namesOf = (database, sql) => {
    const text = sql.trimStart();
    const commit = isArchive(database) ? 'archive' : (transactions.get(database) ?? 'append');
    if (/^BEGIN/.test(text)) {
      transactions.delete(database);
      return ['begin', 'write'];
    }
    if (/^COMMIT/.test(text)) return [commit, 'commit', 'write'];
    if (/^UPDATE entries SET kind/.test(text)) transactions.set(database, 'erase');
    if (/CREATE TABLE/.test(text)) transactions.set(database, 'schema');
    if (/^PRAGMA wal_checkpoint/.test(text)) return ['cut', 'write'];
    if (/^(INSERT|UPDATE|DELETE|CREATE|VACUUM)/.test(text)) return [text.slice(0, 6).toLowerCase(), 'write'];
    return [];
  };

  /** @param {string} sql */
  Database.prototype.exec = function patchedExec(sql) {
    return around(namesOf(this, sql), () => exec.call(this, sql));
  };
  /** @param {string} sql */
  Database.prototype.prepare = function patchedPrepare(sql) {
    const statement = prepare.call(this, sql);
    for (const name of ['run', 'all']) {
      const call = statement[name];
      /** @param {readonly unknown[]} values */
      statement[name] = (...values) => around(namesOf(this, sql), () => call.apply(statement, values));
    }
    return statement;
  };
};

/** @param {ReturnType<typeof arm>} around */
const patchFiles = (around) => {
  const { rename } = fs;
  fs.rename = (from, to) => around(['snapshot', 'rename'], () => rename(from, to), true);
  syncBuiltinESMExports();
};

const wanted = process.env['RETENTIVE_FAILPOINT'];
if (wanted !== undefined) {
  try {
    const around = arm(JSON.parse(wanted));
    patchDatabases(around);
    patchFiles(around);
  } catch (error) {
    appendFileSync(2, `failpoints: ${error}\n`);
    process.exit(1);
  }
}
