import { dirname } from 'node:path';
import type { SqliteFiles } from '../journal/load-sqlite.ts';
import type { Driver } from '../journal/sqlite-driver.js';

/** The one table that every version has. */
const STATE = 'CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS chunks (position INTEGER PRIMARY KEY, chunk TEXT NOT NULL, part TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS sources (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, thread TEXT NOT NULL, source TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS checkpoint (
    only INTEGER PRIMARY KEY CHECK (only = 1), sequence INTEGER NOT NULL, recorded_at INTEGER NOT NULL, state TEXT NOT NULL,
    checksum INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS sources_by_thread ON sources (thread, ordinal);
  CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(terms, content = '', tokenize = 'ascii');
  CREATE VIRTUAL TABLE IF NOT EXISTS counts USING fts5vocab(words, row);
`;

type Statement = ReturnType<Driver['prepare']>;

/** An open file of an archive, and what is asked of it. */
export interface ArchiveDatabase {
  readonly driver: Driver;
  readonly insertChunk: Statement;
  readonly insertWords: Statement;
  readonly selectChunk: Statement;
  readonly selectChunks: Statement;
  readonly selectParts: Statement;
  readonly selectCount: Statement;
  readonly selectWords: Statement;
  readonly setState: Statement;
  readonly saveSource: Statement;
  readonly saveCheckpoint: Statement;
  readonly selectCheckpoint: Statement;
  readonly selectSource: Statement;
  readonly selectSources: Statement;
  readonly selectBefore: Statement;
  readonly selectThread: Statement;
}

/**
 * Opens an archive's file, which is made if absent: mode 0600, its folder 0700. Gives what it says of itself, nothing where it is new;
 * its other tables may be those of another version.
 */
export const openArchiveFile = (
  file: string,
  files: SqliteFiles,
): { readonly driver: Driver; readonly state: ReadonlyMap<string, unknown> } => {
  files.prepareFolder(dirname(file));
  files.prepareFile(file);
  const driver = files.open(file);
  driver.prepare('PRAGMA journal_mode = WAL').all();
  driver.exec('PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;');
  driver.exec(STATE);
  const rows = driver.prepare('SELECT name, value FROM state').all() as [string, unknown][];
  return { driver, state: new Map(rows) };
};

/** Makes the tables of a file of this version, where it has none, and what is asked of them. */
export const prepareArchive = (driver: Driver): ArchiveDatabase => {
  driver.exec(SCHEMA);
  return {
    driver,
    insertChunk: driver.prepare('INSERT INTO chunks VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
    insertWords: driver.prepare('INSERT INTO words (rowid, terms) VALUES (?, ?)'),
    selectChunk: driver.prepare('SELECT chunk FROM chunks WHERE position = ?'),
    // Lists as one value: the binding takes longer over many rows than SQLite does. What is JSON already is not read as such.
    selectChunks: driver.prepare(
      "SELECT '[' || group_concat(chunk, ',') || ']' FROM chunks WHERE position IN (SELECT value FROM json_each(?))",
    ),
    selectParts: driver.prepare(
      "SELECT '[' || group_concat(part, ',') || ']' FROM chunks WHERE position IN (SELECT value FROM json_each(?))",
    ),
    selectWords: driver.prepare(
      'SELECT json_group_array(rowid) FROM (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank, rowid DESC LIMIT ? OFFSET ?)',
    ),
    selectCount: driver.prepare('SELECT doc FROM counts WHERE term = ?'),
    setState: driver.prepare(
      'INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    ),
    saveSource: driver.prepare(
      'INSERT INTO sources VALUES (?, ?, ?, ?) ON CONFLICT (ordinal) DO UPDATE SET source = excluded.source',
    ),
    saveCheckpoint: driver.prepare('INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?, ?, ?)'),
    selectCheckpoint: driver.prepare('SELECT sequence, recorded_at, state, checksum FROM checkpoint'),
    selectSource: driver.prepare('SELECT source FROM sources WHERE id = ?'),
    selectSources: driver.prepare(
      "SELECT '[' || group_concat(source, ',') || ']' FROM sources WHERE id IN (SELECT value FROM json_each(?))",
    ),
    selectBefore: driver.prepare(
      `SELECT '[' || group_concat(source, ',') || ']' FROM (
         SELECT source FROM sources WHERE ordinal < ? ORDER BY ordinal DESC LIMIT ?)`,
    ),
    selectThread: driver.prepare(
      `SELECT '[' || group_concat(source, ',') || ']' FROM (
         SELECT source FROM sources WHERE ordinal < ? AND thread = ? ORDER BY ordinal DESC LIMIT ?)`,
    ),
  };
};
