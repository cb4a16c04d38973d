import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInMemoryScopeArchive } from '../../src/episodic/in-memory-scope-archive.ts';
import type { ScopeArchive } from '../../src/episodic/scope-archive.ts';
import { createSqliteScopeArchive } from '../../src/episodic/sqlite-scope-archive.ts';
import { loadSqliteFiles, type SqliteFiles } from '../../src/journal/load-sqlite.ts';
import type { OpenDatabase } from '../../src/journal/sqlite-driver.js';
import { archivedItem, describeScopeArchive } from '../../src/testing/archive-conformance.ts';

const item = archivedItem;

let folder: string;
let file: string;
let lost: string[];
let files: SqliteFiles;
let open: OpenDatabase;
const openFile = (fingerprint = '1/400', over = open): ScopeArchive =>
  createSqliteScopeArchive({
    file,
    files: { ...files, open: over },
    fingerprint,
    onLost: (reason) => lost.push(reason),
  });

const reopenWith = async (bytes: string): Promise<ScopeArchive> => {
  await writeFile(file, bytes);
  return openFile();
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retentive-archive-'));
  file = join(folder, 'archive', 'one.db');
  lost = [];
  files = await loadSqliteFiles();
  open = files.open;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const passThrough = (inner: ScopeArchive): ScopeArchive => ({
  get sequence() {
    return inner.sequence;
  },
  get recordedAt() {
    return inner.recordedAt;
  },
  get fault() {
    return inner.fault;
  },
  isDurable: inner.isDurable,
  rest: () => inner.rest(),
  checkpoint: () => inner.checkpoint(),
  source: (id) => inner.source(id),
  sources: (ids) => inner.sources(ids),
  sourcesBefore: (end, limit, thread) => inner.sourcesBefore(end, limit, thread),
  save: (checkpoint, sources) => inner.save(checkpoint, sources),
  put: (items, sequence, recordedAt) => inner.put(items, sequence, recordedAt),
  chunkAt: (position) => inner.chunkAt(position),
  chunksAt: (positions) => inner.chunksAt(positions),
  partsAt: (positions, terms) => inner.partsAt(positions, terms),
  countOf: (term) => inner.countOf(term),
  search: (terms, limit, offset) => inner.search(terms, limit, offset),
  discard: () => inner.discard(),
  close: () => inner.close(),
});

describeScopeArchive('in memory', { open: createInMemoryScopeArchive });
describeScopeArchive('in a file', { open: () => openFile(), reopen: () => openFile() });
describeScopeArchive('pass-through', { open: () => passThrough(createInMemoryScopeArchive()) });

/** A file as another version could have left it. */
const reopenWithTables = async (): Promise<ScopeArchive> => {
  await rm(file);
  const driver = open(file);
  driver.exec(`CREATE TABLE state (name TEXT PRIMARY KEY, value); INSERT INTO state VALUES ('stamp', '1/400');
    CREATE TABLE chunks (only TEXT); CREATE TABLE checkpoint (only TEXT); CREATE TABLE words (only TEXT)`);
  driver.close();
  return openFile();
};

describe('an archive in a file', () => {
  it('makes no file before it holds something, and then one for its user alone', async () => {
    const archive = openFile();
    expect(await readdir(folder)).toEqual([]);
    archive.put([item(1, 'red')], 1);
    archive.close();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'archive'))).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['of another choice', () => openFile('1/800')],
    ['that is no database', () => reopenWith('x'.repeat(5_000))],
    ['that is cut', () => reopenWith('SQLite format 3\u0000')],
    ['of a version with other tables', () => reopenWithTables()],
  ])('makes a file %s anew', async (_, reopen) => {
    const before = openFile();
    before.put([item(1, 'red')], 9);
    before.close();
    await rm(`${file}-wal`, { force: true });
    const after = await reopen();
    expect({ sequence: after.sequence, fault: after.fault }).toEqual({ sequence: 0, fault: undefined });
    after.put([item(2, 'blue')], 1);
    expect(after.search(['blue', 'red'], 10)).toEqual([2]);
    after.close();
  });

  it('keeps in memory what it cannot write, says so, and writes it when it can', () => {
    let full = true;
    const archive = openFile('1/400', (path) => {
      const driver = open(path);
      const exec = (sql: string): void => {
        if (full && sql === 'COMMIT') throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
        driver.exec(sql);
      };
      return { ...driver, exec };
    });
    archive.put([item(1, 'red kayak')], 4);
    archive.search(['kayak'], 10);
    expect({ fault: archive.fault, sequence: archive.sequence }).toEqual({ fault: 'disk full', sequence: 0 });
    expect(archive.chunkAt(1)?.text).toBe('red kayak');
    full = false;
    expect(archive.search(['kayak'], 10)).toEqual([1]);
    expect({ fault: archive.fault, sequence: archive.sequence }).toEqual({ fault: undefined, sequence: 4 });
    archive.close();
  });

  it.each([
    ['is gone', () => rm(file)],
    ['is damaged', () => writeFile(file, 'x'.repeat(5_000))],
    [
      'is another one',
      async () => {
        await rm(file);
        openFile().close();
        const other = openFile();
        other.put([item(9, 'other')], 99);
        other.close();
      },
    ],
  ])(
    'gives itself up when its file %s while it rests: what it had is not there any more',
    async (_, spoil) => {
      const archive = openFile();
      archive.put([item(1, 'red kayak')], 4);
      archive.rest();
      for (const suffix of ['-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
      await spoil();
      expect(() => archive.chunkAt(1)).toThrow(expect.objectContaining({ code: 'STORE_READ_FAILED' }));
      expect(lost).toHaveLength(1);
      archive.put([item(2, 'late')], 5);
      expect(() => archive.chunkAt(1)).toThrow(expect.objectContaining({ code: 'STORE_READ_FAILED' }));
    },
  );

  it('gives itself up when it cannot be read, and says so once', () => {
    let broken = false;
    const archive = openFile('1/400', (path) => {
      const driver = open(path);
      const prepare = (sql: string) => {
        const statement = driver.prepare(sql);
        const get: typeof statement.get = (...values) => {
          if (broken) throw Object.assign(new Error('malformed'), { code: 'SQLITE_CORRUPT' });
          return statement.get(...values);
        };
        return { ...statement, get };
      };
      return { ...driver, prepare };
    });
    archive.put([item(1, 'red kayak')], 4);
    archive.search(['kayak'], 1);
    broken = true;
    expect(() => archive.chunkAt(1)).toThrow(expect.objectContaining({ code: 'STORE_READ_FAILED' }));
    expect(lost).toEqual(['malformed']);
    const again = openFile();
    expect(again.sequence).toBe(0);
    again.close();
  });
});
