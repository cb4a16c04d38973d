import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Chunk, RetentiveError } from '@retentive/core';
import type { SqliteFiles } from '../journal/load-sqlite.ts';
import type { Driver } from '../journal/sqlite-driver.js';
import { type ArchivedItem, type ChunkArchive, closedArchiveError } from './chunk-archive.ts';

/** Raised when what is in a file means something else than before; files of another version are made anew. */
const ARCHIVE_VERSION = 1;

/** Chunks that are written together: a commit costs some milliseconds, however many they are. */
const BATCH = 256;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS chunks (position INTEGER PRIMARY KEY, chunk TEXT NOT NULL);
  CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(terms, content = '', tokenize = 'ascii');
`;

/** Where an archive is, and what decides about its content beside the journal. */
export interface SqliteChunkArchiveOptions {
  readonly file: string;
  readonly files: SqliteFiles;
  /** What the choice of archived chunks hangs on; a file of another one is made anew. */
  readonly fingerprint: string;
  /** Called when what was archived cannot be read: the file is gone then, and the journal has to be read anew. */
  readonly onLost: (reason: string) => void;
}

/** Terms are letters, marks and digits; a quote in one would end its string in FTS5's language. */
const quoted = (term: string): string => `"${term.replaceAll('"', '""')}"`;

/** A word as often as it weighs, so that FTS5 counts as we do. */
const wordsOf = (terms: ReadonlyMap<string, number>): string =>
  [...terms]
    .flatMap(([term, weight]) => Array.from({ length: Math.max(1, Math.round(weight)) }, () => term))
    .join(' ');

interface Opened {
  readonly driver: Driver;
  readonly insertChunk: ReturnType<Driver['prepare']>;
  readonly insertWords: ReturnType<Driver['prepare']>;
  readonly selectChunk: ReturnType<Driver['prepare']>;
  readonly selectChunks: ReturnType<Driver['prepare']>;
  readonly selectWords: ReturnType<Driver['prepare']>;
  readonly setState: ReturnType<Driver['prepare']>;
}

const removeFiles = (file: string): void => {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
};

/**
 * Makes a {@link ChunkArchive} over one SQLite file, which is made with its first chunk; a file that is damaged, of another
 * version or fingerprint is made anew. Commits survive the process; after a loss of power the last of them may be missing,
 * and come again from the journal. Mode 0600, its folder 0700.
 */
export const createSqliteChunkArchive = ({
  file,
  files,
  fingerprint,
  onLost,
}: SqliteChunkArchiveOptions): ChunkArchive => {
  const stamp = `${ARCHIVE_VERSION}/${fingerprint}`;
  let opened: Opened | undefined;
  let fault: string | undefined;
  let sequence = 0;
  /** Nothing is written any more. */
  let ended = false;
  let closed = false;
  /** Put and not yet committed, and what cannot be. */
  const waiting = new Map<number, ArchivedItem>();
  let reached = 0;

  const assertOpen = (): void => {
    if (closed) throw closedArchiveError(file);
  };

  const openFile = (): Opened => {
    files.prepareFolder(dirname(file));
    files.prepareFile(file);
    const driver = files.open(file);
    driver.prepare('PRAGMA journal_mode = WAL').all();
    driver.exec('PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;');
    driver.exec(SCHEMA);
    return {
      driver,
      insertChunk: driver.prepare('INSERT INTO chunks VALUES (?, ?) ON CONFLICT DO NOTHING'),
      insertWords: driver.prepare('INSERT INTO words (rowid, terms) VALUES (?, ?)'),
      selectChunk: driver.prepare('SELECT chunk FROM chunks WHERE position = ?'),
      // Lists as one value: the binding takes longer over many rows than SQLite does.
      selectChunks: driver.prepare(
        'SELECT json_group_array(json(chunk)) FROM chunks WHERE position IN (SELECT value FROM json_each(?))',
      ),
      selectWords: driver.prepare(
        'SELECT json_group_array(rowid) FROM (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?)',
      ),
      setState: driver.prepare(
        'INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      ),
    };
  };

  const drop = (): void => {
    opened?.driver.close();
    opened = undefined;
    removeFiles(file);
    sequence = 0;
    reached = 0;
  };

  const openSound = (): Opened => {
    const found = openFile();
    opened = found;
    const state = new Map(found.driver.prepare('SELECT name, value FROM state').all() as [string, unknown][]);
    if (state.get('stamp') === stamp) {
      sequence = Number(state.get('sequence'));
      reached = sequence;
      return found;
    }
    if (state.size === 0) {
      found.setState.run('stamp', stamp);
      found.setState.run('sequence', 0);
      return found;
    }
    drop();
    return openSound();
  };

  /** The database, made anew where it cannot be read. */
  const database = (): Opened => {
    if (opened !== undefined) return opened;
    try {
      return openSound();
    } catch {
      drop();
      return openSound();
    }
  };

  const commit = (): void => {
    if (ended || (waiting.size === 0 && reached === sequence)) return;
    let active: Opened | undefined;
    try {
      active = database();
      const { driver, insertChunk, insertWords, selectChunk, setState } = active;
      driver.exec('BEGIN IMMEDIATE');
      for (const [position, { chunk, terms }] of waiting) {
        if (selectChunk.get(position) !== undefined) continue;
        insertChunk.run(position, JSON.stringify(chunk));
        insertWords.run(position, wordsOf(terms));
      }
      setState.run('sequence', reached);
      driver.exec('COMMIT');
      waiting.clear();
      sequence = reached;
      fault = undefined;
    } catch (error) {
      if (active?.driver.isInTransaction()) active.driver.exec('ROLLBACK');
      // They stay in memory and are tried again with the next ones.
      fault = error instanceof Error ? error.message : String(error);
    }
  };

  /** Reads; where that fails the file is given up, since the journal has all of it. @throws STORE_READ_FAILED */
  const reading = <Result>(read: () => Result): Result => {
    try {
      return read();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      ended = true;
      drop();
      onLost(reason);
      throw new RetentiveError(
        'STORE_READ_FAILED',
        `the archive ${file} could not be read (${reason}); it is made anew from the journal at the next use`,
        { cause, retryable: true },
      );
    }
  };

  // A file that is there says from where on the journal is news.
  if (existsSync(file)) {
    try {
      database();
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
    }
  }

  return {
    get sequence() {
      return sequence;
    },
    get fault() {
      return fault;
    },
    put(items, at) {
      assertOpen();
      if (at <= reached) return;
      for (const item of items) waiting.set(item.chunk.position, item);
      reached = at;
      if (waiting.size >= BATCH) commit();
    },
    chunkAt(position) {
      assertOpen();
      const waits = waiting.get(position);
      if (waits !== undefined) return waits.chunk;
      const row = reading(() => opened?.selectChunk.get(position));
      return row === undefined ? undefined : (JSON.parse(row[0] as string) as Chunk);
    },
    chunksAt(positions) {
      assertOpen();
      const waits = positions.flatMap((position) => waiting.get(position)?.chunk ?? []);
      const row = reading(() => opened?.selectChunks.get(JSON.stringify(positions)));
      if (row === undefined) return waits;
      const stored = JSON.parse(row[0] as string) as Chunk[];
      return [...waits, ...stored.filter(({ position }) => !waiting.has(position))];
    },
    search(terms, limit) {
      assertOpen();
      commit();
      if (terms.length === 0 || opened === undefined) return [];
      const { selectWords } = opened;
      const row = reading(() => selectWords.get(terms.map(quoted).join(' OR '), limit));
      return JSON.parse(row?.[0] as string) as number[];
    },
    discard() {
      assertOpen();
      ended = true;
      waiting.clear();
      drop();
    },
    close() {
      if (closed) return;
      commit();
      closed = true;
      ended = true;
      opened?.driver.close();
      opened = undefined;
    },
  };
};
