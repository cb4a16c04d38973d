// Takes an older journal to the present schema, with a copy of it beside it until that has succeeded.

import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { copyDatabase } from './copy-database.js';
import { failureError, failureOf } from './failure.js';
import { runSteps, SCHEMA_VERSION } from './schema.js';
import { errorKind } from './sqlite-driver.js';

/** @import { Driver } from './sqlite-driver.js' */

/** @param {string} file @param {number} version */
const backupOf = (file, version) => `${file}.schema-${version}.backup`;

/** Copies of earlier versions hold what may be erased later: none stays once the journal is sound. @param {string} file */
const removeBackups = (file) => {
  const prefix = `${basename(file)}.schema-`;
  for (const name of readdirSync(dirname(file))) {
    if (name.startsWith(prefix)) rmSync(join(dirname(file), name), { force: true });
  }
};

/**
 * Copies the journal to `journal.db.schema-N.backup`, runs the steps that it lacks, and removes the copy. When anything
 * fails the copy stays, and the journal stands where the last whole step left it.
 * @param {Driver} database
 * @param {string} file
 * @param {number} version of the file, older than the present one
 */
export const migrate = (database, file, version) => {
  const backup = backupOf(file, version);
  try {
    copyDatabase(database, backup);
  } catch (error) {
    throw failureError(failureOf(error, 'STORE_OPEN_FAILED', `cannot make ${backup} before the migration`));
  }
  try {
    runSteps(database, version);
  } catch (error) {
    const what = `cannot take ${file} from schema ${version} to ${SCHEMA_VERSION}; it is unharmed, and a copy is ${backup}`;
    const failure = failureOf(error, 'STORE_MIGRATION_FAILED', what);
    const details = { from: version, to: SCHEMA_VERSION, backup };
    throw failureError({ ...failure, retryable: errorKind(error) === 'full', details });
  }
  removeBackups(file);
};
