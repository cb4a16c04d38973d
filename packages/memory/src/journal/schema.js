// The schema of a journal file: that of version 1, and each step since. A new journal goes through the same steps as an
// old one, so that there is one schema of each version, however a file came to it. What was released never changes here.

/** @import { Driver } from './sqlite-driver.js' */

/** The journal's file in the data folder. */
export const JOURNAL_FILE = 'journal.db';

const FIRST_SCHEMA = `
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE scopes (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  user TEXT NOT NULL,
  UNIQUE (tenant, user)
) STRICT;

-- source: sequence of the first entry of the source that the entry is about.
CREATE TABLE entries (
  sequence INTEGER PRIMARY KEY,
  scope INTEGER NOT NULL REFERENCES scopes (id),
  kind TEXT NOT NULL,
  source INTEGER,
  recorded_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

-- Both end with the rowid, which is the sequence: they give (scope, sequence) and (source, sequence). The first entry of
-- a source is found by its sequence and needs no place in the second: most messages have only that one.
CREATE INDEX entries_by_scope ON entries (scope);
CREATE INDEX entries_by_source ON entries (source) WHERE source <> sequence;

-- hash: of the key that the id is itself, if the caller gave one.
CREATE TABLE sources (
  id TEXT NOT NULL,
  scope INTEGER NOT NULL REFERENCES scopes (id),
  sequence INTEGER NOT NULL,
  state TEXT NOT NULL,
  length INTEGER NOT NULL,
  hash TEXT,
  PRIMARY KEY (id, scope)
) STRICT, WITHOUT ROWID;

-- Complete sources are nearly all of them, and are left out: they cost no write here.
CREATE INDEX sources_unfinished ON sources (state, sequence) WHERE state <> 'complete';

CREATE TABLE keys (
  scope INTEGER NOT NULL REFERENCES scopes (id),
  key TEXT NOT NULL,
  hash TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

-- Jobs that wait or were given up; what is done is only in the entries. payload: JSON of the record.
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  scope INTEGER NOT NULL REFERENCES scopes (id),
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  run_after INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER,
  last_error TEXT,
  sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX jobs_ready ON jobs (state, run_after);
`;

/**
 * The steps from each version to the next, in order: SQL that is run in one transaction.
 * @type {readonly string[]}
 */
const STEPS = [
  // 2: who works on a job, and the order in which those of a tenant are taken.
  `
ALTER TABLE jobs ADD COLUMN lease_owner TEXT;
DROP INDEX jobs_ready;
CREATE INDEX jobs_in_order ON jobs (state, sequence);
`,
];

/** The version that this code reads and writes. */
export const SCHEMA_VERSION = 1 + STEPS.length;

/** @param {Driver} database @param {number} version */
const stampVersion = (database, version) =>
  database.prepare("UPDATE meta SET value = ? WHERE name = 'schema_version'").run(String(version));

/** Makes the tables of an empty file, all or none. @param {Driver} database @param {number} now ms since epoch */
export const createSchema = (database, now) => {
  database.exec('BEGIN IMMEDIATE');
  database.exec(FIRST_SCHEMA);
  for (const step of STEPS) database.exec(step);
  const insert = database.prepare('INSERT INTO meta (name, value) VALUES (?, ?)');
  insert.run('schema_version', String(SCHEMA_VERSION));
  insert.run('created_at', String(now));
  database.exec('COMMIT');
};

/**
 * Takes a file from `version` to the present one, a transaction for each step: when one fails, the file stands at the
 * version before it.
 * @param {Driver} database
 * @param {number} version
 */
export const runSteps = (database, version) => {
  for (const [index, step] of STEPS.entries()) {
    if (index + 1 < version) continue;
    try {
      database.exec('BEGIN IMMEDIATE');
      database.exec(step);
      stampVersion(database, index + 2);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isInTransaction()) database.exec('ROLLBACK');
      throw error;
    }
  }
};

/**
 * The version of the schema in a file: 0 for an empty one, undefined for a database that is not a journal.
 * @param {Driver} database
 * @returns {number | undefined}
 */
export const readSchemaVersion = (database) => {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  if (tables.length === 0) return 0;
  if (!tables.some(([name]) => name === 'meta')) return undefined;
  const row = database.prepare("SELECT value FROM meta WHERE name = 'schema_version'").get();
  const version = Number(row?.[0]);
  return Number.isInteger(version) && version > 0 ? version : undefined;
};
