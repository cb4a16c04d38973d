import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createManualClock, isRetentiveError } from '@retentive/core';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { SCHEMA_VERSION } from '../../src/journal/schema.js';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { append, BEN, job } from '../../src/testing/journal-fixtures.ts';
import { contentsOf } from './contents.ts';
import { createTestRoot } from './support.ts';

const root = createTestRoot();
afterAll(root.remove);

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const VERSIONS = Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1);

const open = (path: string): Promise<Journal> => openSqliteJournal({ path, clock: createManualClock() });

/** A data folder with the journal of a released schema, changed by hand. */
const folderOf = (version: number, change: (database: Database.Database) => void = () => {}): string => {
  const path = root.next();
  mkdirSync(path);
  const file = join(path, 'journal.db');
  copyFileSync(fixture(`schema-${version}.db`), file);
  const database = new Database(file);
  change(database);
  database.close();
  return path;
};

const versionOf = (file: string): string => {
  const database = new Database(file);
  // A writer that was refused lets go of the file a moment after it said so.
  database.exec('PRAGMA busy_timeout = 10000');
  const row = database.prepare("SELECT value FROM meta WHERE name = 'schema_version'").get() as {
    value: string;
  };
  database.close();
  return row.value;
};

/** Tables and indexes of a file, however they were written down. */
const schemaOf = (path: string): readonly string[] => {
  const database = new Database(join(path, 'journal.db'));
  const rows = database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all() as {
    name: string;
    sql: string;
  }[];
  database.close();
  return rows.map(({ name, sql }) => `${name}: ${sql}`);
};

describe('a journal of an earlier release', () => {
  it.each(VERSIONS)('of schema %i opens with the same contents, and goes on', async (version) => {
    const path = folderOf(version);
    const expected: unknown = JSON.parse(readFileSync(fixture(`schema-${version}.json`), 'utf8'));
    const journal = await open(path);
    expect(await contentsOf(journal)).toEqual(expected);
    expect(await journal.check()).toEqual([]);
    await append(journal, BEN, job('a', 'done'));
    await journal.close();
    // Nothing stays of the copy: what is erased later must be nowhere else.
    expect(readdirSync(path).toSorted()).toEqual(['journal.db', 'lock']);
    const again = await open(path);
    expect(await again.jobs({ state: 'queued' })).toEqual([]);
    await again.close();
  });

  it('has the schema of a new one once it is open', async () => {
    const fresh = root.next();
    await (await open(fresh)).close();
    for (const version of VERSIONS) {
      const path = folderOf(version);
      await (await open(path)).close();
      expect(schemaOf(path)).toEqual(schemaOf(fresh));
    }
  });

  it('is unharmed by a step that fails, with a copy beside it, and is taken on once that is mended', async () => {
    // A column that the step to 2 is to add is there already.
    const path = folderOf(1, (database) => database.exec('ALTER TABLE jobs ADD COLUMN lease_owner TEXT'));
    const refusal = await open(path).catch((error: unknown) => error);
    if (!isRetentiveError(refusal, 'STORE_MIGRATION_FAILED')) throw refusal;
    const backup = join(path, 'journal.db.schema-1.backup');
    expect(refusal.details).toEqual({ from: 1, to: SCHEMA_VERSION, backup });
    expect(refusal.message).toContain(backup);
    expect(versionOf(join(path, 'journal.db'))).toBe('1');
    expect(versionOf(backup)).toBe('1');
    if (process.platform !== 'win32') expect(statSync(backup).mode & 0o777).toBe(0o600);
    // Nothing of the step stands: its index is not there, and what it takes away still is.
    expect(schemaOf(path).filter((line) => line.startsWith('jobs_in_order'))).toEqual([]);
    expect(schemaOf(path).filter((line) => line.startsWith('jobs_ready'))).toHaveLength(1);

    const mended = new Database(join(path, 'journal.db'));
    mended.exec('ALTER TABLE jobs DROP COLUMN lease_owner');
    mended.close();
    const journal = await open(path);
    const expected: unknown = JSON.parse(readFileSync(fixture('schema-1.json'), 'utf8'));
    expect(await contentsOf(journal)).toEqual(expected);
    await journal.close();
    expect(existsSync(backup)).toBe(false);
  });

  it('is left as it is where no copy can be made', async () => {
    const path = folderOf(1);
    // A folder stands where the copy is to be.
    mkdirSync(join(path, 'journal.db.schema-1.backup', 'in-the-way'), { recursive: true });
    const refusal = await open(path).catch((error: unknown) => error);
    if (!isRetentiveError(refusal, 'STORE_OPEN_FAILED')) throw refusal;
    expect(versionOf(join(path, 'journal.db'))).toBe('1');
    expect(readdirSync(path)).not.toContain('journal.db.schema-1.backup.part');
  });
});
