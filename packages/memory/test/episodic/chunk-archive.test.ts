import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArchivedItem, ChunkArchive } from '../../src/episodic/chunk-archive.ts';
import { createInMemoryChunkArchive } from '../../src/episodic/in-memory-chunk-archive.ts';
import { createSqliteChunkArchive } from '../../src/episodic/sqlite-chunk-archive.ts';
import { loadSqliteFiles, type SqliteFiles } from '../../src/journal/load-sqlite.ts';
import type { OpenDatabase } from '../../src/journal/sqlite-driver.js';
import { makeChunk } from '../retention/make-chunk.ts';

const item = (position: number, text: string): ArchivedItem => {
  const terms = new Map<string, number>();
  for (const term of text.split(' ')) terms.set(term, (terms.get(term) ?? 0) + 1);
  return { chunk: makeChunk({ position, text }), terms };
};

let folder: string;
let file: string;
let lost: string[];
let files: SqliteFiles;
let open: OpenDatabase;
const openFile = (fingerprint = '1/400', over = open): ChunkArchive =>
  createSqliteChunkArchive({
    file,
    files: { ...files, open: over },
    fingerprint,
    onLost: (reason) => lost.push(reason),
  });

const reopenWith = async (bytes: string): Promise<ChunkArchive> => {
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

describe.each([
  ['in memory', (): ChunkArchive => createInMemoryChunkArchive()],
  ['in a file', (): ChunkArchive => openFile()],
])('an archive %s', (_, make) => {
  it('gives each chunk by its position, word for word', () => {
    const archive = make();
    const hostile = item(7, '"quoted" OR NEAR(a b) 今日 \u0000 \ud800 é');
    archive.put([item(3, 'red kayak'), hostile], 5);
    expect(archive.chunkAt(3)).toEqual(item(3, 'red kayak').chunk);
    expect(archive.chunkAt(7)).toEqual(hostile.chunk);
    expect(archive.chunkAt(4)).toBeUndefined();
    const some = archive.chunksAt([7, 4, 3]);
    expect(some.toSorted((a, b) => a.position - b.position)).toEqual([
      item(3, 'red kayak').chunk,
      hostile.chunk,
    ]);
    archive.search(['kayak'], 1);
    expect(archive.chunksAt([7, 4])).toEqual([hostile.chunk]);
    archive.close();
  });

  it('names those with a word, the rarer and denser first, and no more than asked for', () => {
    const archive = make();
    archive.put([item(1, 'ferry ferry'), item(2, 'ferry at nine past the pier'), item(3, 'red kayak')], 1);
    expect(archive.search(['ferry'], 10)).toEqual([1, 2]);
    expect(archive.search(['ferry'], 1)).toEqual([1]);
    expect(archive.search(['boat'], 10)).toEqual([]);
    expect(archive.search([], 10)).toEqual([]);
    expect(new Set(archive.search(['kayak', 'pier'], 10))).toEqual(new Set([2, 3]));
    archive.close();
  });

  it('takes words as words, whatever they look like', () => {
    const archive = make();
    archive.put([item(1, 'or'), item(2, 'not'), item(3, '雨で'), item(4, 'near')], 1);
    for (const [position, word] of [
      [1, 'or'],
      [2, 'not'],
      [3, '雨で'],
      [4, 'near'],
    ] as const) {
      expect(archive.search([word], 10)).toEqual([position]);
    }
    archive.close();
  });

  it('skips what earlier entries had brought', () => {
    const archive = make();
    archive.put([item(1, 'first')], 4);
    archive.put([item(2, 'again')], 4);
    archive.put([item(3, 'next')], 5);
    expect([1, 2, 3].map((position) => archive.chunkAt(position)?.text)).toEqual([
      'first',
      undefined,
      'next',
    ]);
    archive.close();
  });
});

it('finds in a file what it finds in memory', () => {
  const texts = fc.array(fc.constantFrom('tea', 'ferry', 'pier', 'rain', 'bike'), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 20 }), texts, (all, query) => {
      const inMemory = createInMemoryChunkArchive();
      const inFile = openFile();
      for (const [position, words] of all.entries()) {
        for (const archive of [inMemory, inFile])
          archive.put([item(position, words.join(' '))], position + 1);
      }
      expect(new Set(inFile.search(query, 100))).toEqual(new Set(inMemory.search(query, 100)));
      inFile.discard();
    }),
    { numRuns: 30 },
  );
});

describe('an archive in a file', () => {
  it('makes no file before it holds something, and then one for its user alone', async () => {
    const archive = openFile();
    expect(await readdir(folder)).toEqual([]);
    archive.put([item(1, 'red')], 1);
    archive.close();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'archive'))).mode & 0o777).toBe(0o700);
  });

  it('goes on after reopening where it was', () => {
    const before = openFile();
    before.put([item(1, 'red kayak')], 9);
    before.close();
    const after = openFile();
    expect(after.sequence).toBe(9);
    after.put([item(2, 'old')], 9);
    after.put([item(3, 'blue kayak')], 10);
    expect(after.chunkAt(2)).toBeUndefined();
    expect(new Set(after.search(['kayak'], 10))).toEqual(new Set([1, 3]));
    after.close();
  });

  it.each([
    ['of another choice', () => openFile('1/800')],
    ['that is no database', () => reopenWith('x'.repeat(5_000))],
    ['that is cut', () => reopenWith('SQLite format 3\u0000')],
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
