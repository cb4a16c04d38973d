import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createManualClock, isRetentiveError } from '@retentive/core';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { SCHEMA_VERSION } from '../../src/journal/schema.js';
import { MIN_JOURNAL_BYTES, openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import {
  ANNA,
  append,
  BEN,
  codeOf,
  ended,
  job,
  opened,
  readAll,
  resumed,
  sequences,
  whole,
} from '../../src/testing/journal-fixtures.ts';
import { contentsOf } from './contents.ts';
import { createTestRoot } from './support.ts';

const root = createTestRoot();
afterAll(root.remove);

const open = (path: string, maxBytes?: number): Promise<Journal> =>
  openSqliteJournal({ path, clock: createManualClock(), maxBytes });

const journalFile = (path: string): string => join(path, 'journal.db');

/** A closed journal of three entries, then changed by hand. */
const written = async (change: (database: Database.Database) => void = () => {}): Promise<string> => {
  const path = root.next();
  const journal = await open(path);
  await journal.append({ scope: ANNA, entries: [whole('a')], keys: [{ key: 'k', hash: 'h' }] });
  await append(journal, ANNA, opened('b', 'xy'), ended('b', 'torn', 2), job('b', 'queued'));
  await journal.close();
  const database = new Database(journalFile(path));
  change(database);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return path;
};

describe('a journal of another version, or damaged', () => {
  it('is refused when its schema is newer, and left as it was', async () => {
    const path = await written((database) => {
      database.exec(`UPDATE meta SET value = '${SCHEMA_VERSION + 1}' WHERE name = 'schema_version'`);
    });
    const before = readFileSync(journalFile(path));
    const refusal = await open(path).catch((error: unknown) => error);
    if (!isRetentiveError(refusal, 'STORE_VERSION_UNSUPPORTED')) throw refusal;
    expect(refusal.details).toEqual({ version: SCHEMA_VERSION + 1, supported: SCHEMA_VERSION });
    expect(readFileSync(journalFile(path)).equals(before)).toBe(true);
  });

  it('is refused when the file is no database, no journal, or a folder is in the way', async () => {
    for (const content of ['not a database '.repeat(500), 'short', '\u0000'.repeat(8_192)]) {
      const path = root.next();
      mkdirSync(path);
      writeFileSync(journalFile(path), content);
      expect(await codeOf(open(path))).toBe('STORE_CORRUPT');
      expect(await codeOf(open(path)), 'the lock was given back').toBe('STORE_CORRUPT');
    }
    const foreign = await written((database) => database.exec('DROP TABLE meta'));
    expect(await codeOf(open(foreign))).toBe('STORE_CORRUPT');
    const file = root.next();
    writeFileSync(file, 'a file where the folder should be');
    expect(await codeOf(open(file))).toBe('STORE_OPEN_FAILED');
    const folder = root.next();
    mkdirSync(journalFile(folder), { recursive: true });
    expect(await codeOf(open(folder))).toBe('STORE_OPEN_FAILED');
  });

  it('begins anew with an empty file, as a crash at the very start leaves it', async () => {
    const path = root.next();
    mkdirSync(path);
    writeFileSync(journalFile(path), '');
    const journal = await open(path);
    expect(sequences(await append(journal, ANNA, whole('m')))).toEqual([1]);
    await journal.close();
  });

  it('names the entry whose body is no JSON, or no entry', async () => {
    for (const body of ['{"kind":"source"', '{"kind":"source"}', '{"kind":"rumour"}', '[]', 'null']) {
      const path = await written((database) => {
        database.prepare('UPDATE entries SET body = ? WHERE sequence = 2').run(body);
      });
      const journal = await open(path);
      const heard: number[] = [];
      const reading = (async () => {
        for await (const { sequence } of journal.read()) heard.push(sequence);
      })();
      const failure = await reading.catch((error: unknown) => error);
      if (!isRetentiveError(failure, 'STORE_CORRUPT')) throw failure;
      expect(failure.details).toEqual({ sequence: 2 });
      expect(heard).toEqual([1]);
      expect((await journal.check()).map(({ check }) => check)).toContain('body');
      await journal.close();
    }
  });

  it.each([
    ['sequence', 'DELETE FROM entries WHERE sequence = 2'],
    ['source', "UPDATE sources SET length = 9 WHERE id = 'b'"],
    ['source', "UPDATE sources SET state = 'complete' WHERE id = 'b'"],
    ['source', "DELETE FROM sources WHERE id = 'b'"],
    ['source', "INSERT INTO sources VALUES ('z', 1, 7, 'open', 0, NULL)"],
    ['source', 'UPDATE entries SET source = 1 WHERE sequence = 3'],
    ['job', "UPDATE jobs SET payload = '{}'"],
    ['job', "UPDATE jobs SET state = 'dead'"],
    ['job', 'DELETE FROM jobs'],
    ['job', "INSERT INTO jobs VALUES ('z', 1, 'k', '{}', 'queued', 0, 0, NULL, NULL, 9, NULL)"],
    ['keys', "UPDATE keys SET source = 'gone'"],
    ['cuts', `UPDATE entries SET body = json_set(body, '$.cuts', json('[[1,1]]')) WHERE sequence = 3`],
    ['cuts', `UPDATE entries SET body = json_set(body, '$.cuts', json('[[2,1],[2,1]]')) WHERE sequence = 3`],
    ['cuts', `UPDATE entries SET body = json_set(body, '$.cuts', json('[[9,1]]')) WHERE sequence = 1`],
  ])(
    'is reported by the check as a fault of %s, and repaired where it stands beside the entries: %s',
    async (name, sql) => {
      const before = await open(await written());
      const contents = await contentsOf(before);
      await before.close();
      const path = await written((database) => {
        database.exec(sql);
      });
      const journal = await open(path);
      expect((await journal.check()).map(({ check }) => check)).toContain(name);
      await journal.repair();
      const isOfEntries = name === 'sequence' || name === 'cuts';
      const left = (await journal.check()).map(({ check }) => check);
      if (isOfEntries) expect(left).toContain(name);
      else expect(left).toEqual([]);
      // A key that names nothing cannot be made again.
      if (!isOfEntries && name !== 'keys') expect(await contentsOf(journal)).toEqual(contents);
      // The writer knows what was repaired.
      if (!isOfEntries) expect(await codeOf(append(journal, ANNA, resumed('b')))).toBe('none');
      await journal.close();
    },
  );

  it('changes nothing where nothing is wrong', async () => {
    const journal = await open(await written());
    expect(await journal.repair()).toEqual({ sources: 0, jobs: 0, keys: 0, filed: 0 });
    await journal.close();
  });

  it('is reported by the check when pages are overwritten, and read with one clear error', async () => {
    const path = root.next();
    const journal = await open(path);
    await append(
      journal,
      ANNA,
      ...Array.from({ length: 500 }, (_, index) => whole(`m${index}`, 'x'.repeat(300))),
    );
    await journal.close();
    const { size } = statSync(journalFile(path));
    const file = openSync(journalFile(path), 'r+');
    for (let page = 20; page < 30; page += 1)
      writeSync(file, Buffer.alloc(4_096, 0xee), 0, 4_096, page * 4_096);
    closeSync(file);
    expect(size).toBeGreaterThan(30 * 4_096);
    const again = await open(path);
    expect((await again.check()).map(({ check }) => check)).toContain('integrity');
    expect(await codeOf(readAll(again))).toBe('STORE_CORRUPT');
    await again.close();
  });
});

describe('a full journal', () => {
  it('says STORE_FULL, keeps what it acknowledged, and goes on when there is room', async () => {
    const path = root.next();
    const small = await open(path, MIN_JOURNAL_BYTES);
    const acknowledged: number[] = [];
    let failure: unknown;
    for (let index = 0; failure === undefined; index += 1) {
      await append(small, ANNA, whole(`m${index}`, 'x'.repeat(2_000))).then(
        (entries) => acknowledged.push(...sequences(entries)),
        (error: unknown) => {
          failure = error;
        },
      );
    }
    if (!isRetentiveError(failure, 'STORE_FULL')) throw failure;
    expect(failure.retryable).toBe(true);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(sequences(await readAll(small))).toEqual(acknowledged);
    expect(await small.check()).toEqual([]);
    await small.close();
    const large = await open(path);
    expect(sequences(await append(large, ANNA, whole('more')))).toEqual([acknowledged.length + 1]);
    expect(await large.check()).toEqual([]);
    await large.close();
  });

  it('lets no batch that is too big take down those that came with it', async () => {
    const path = root.next();
    const journal = await open(path, 2 * MIN_JOURNAL_BYTES);
    const big = 'x'.repeat(4 * MIN_JOURNAL_BYTES);
    const codes = await Promise.all([
      codeOf(append(journal, ANNA, opened('a', 'one'))),
      codeOf(append(journal, BEN, whole('b'), whole('big', big))),
      codeOf(append(journal, ANNA, ended('a', 'complete', 3))),
      codeOf(append(journal, BEN, whole('b'))),
    ]);
    expect(codes).toEqual(['none', 'STORE_FULL', 'none', 'none']);
    expect(sequences(await readAll(journal))).toEqual([1, 2, 3]);
    expect(await journal.check()).toEqual([]);
    await journal.close();
  });

  it('refuses a limit that could not hold its own tables', async () => {
    for (const maxBytes of [0, Number.NaN, MIN_JOURNAL_BYTES - 1]) {
      expect(await codeOf(open(root.next(), maxBytes))).toBe('OPTION_INVALID');
    }
  });
});
