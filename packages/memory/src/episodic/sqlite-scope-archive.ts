import { existsSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { type Chunk, RetentiveError } from '@retentive/core';
import type { SqliteFiles } from '../journal/load-sqlite.ts';
import type { Value } from '../journal/sqlite-driver.js';
import type { ArchiveDatabase } from './archive-database.ts';
import { createArchiveFile, isDamage } from './archive-file.ts';
import { listOf, type PartRow, quoted, readPart, wordsOf, writePart } from './archive-rows.ts';
import {
  type ArchivedItem,
  type Checkpoint,
  closedArchiveError,
  partOf,
  type ScopeArchive,
  type SourceRecord,
} from './scope-archive.ts';

/** Raised when what is in a file means something else than before; files of another version are made anew. */
const ARCHIVE_VERSION = 3;

/** Chunks that are written together: a commit costs some milliseconds, however many they are. */
const BATCH = 256;

/** Where an archive is, and what decides about its content beside the journal. */
export interface SqliteScopeArchiveOptions {
  readonly file: string;
  readonly files: SqliteFiles;
  /** What the choice of archived chunks hangs on; a file of another one is made anew. */
  readonly fingerprint: string;
  /** Called when what was archived cannot be read: the file is gone then, and the journal has to be read anew. */
  readonly onLost: (reason: string) => void;
  /** Called when chunks begin to stay in memory because they cannot be written. */
  readonly onFault?: ((reason: string) => void) | undefined;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Makes a {@link ScopeArchive} over one SQLite file, which is made with its first chunk; a file that is damaged, of another
 * version or fingerprint is made anew. Commits survive the process; after a loss of power the last of them may be missing,
 * and come again from the journal. Mode 0600, its folder 0700.
 */
export const createSqliteScopeArchive = ({
  file,
  files,
  fingerprint,
  onLost,
  onFault,
}: SqliteScopeArchiveOptions): ScopeArchive => {
  const storage = createArchiveFile(file, files, `${ARCHIVE_VERSION}/${fingerprint}`);
  let fault: string | undefined;
  /** Nothing is written any more. */
  let ended = false;
  let closed = false;
  /** Put and not yet committed, and what cannot be. */
  const waiting = new Map<number, ArchivedItem>();
  let reached = 0;
  /** When the last entry that was put was recorded. */
  let reachedAt = 0;
  /** So many that wait are written; more after a failure, which is not to be met again with each chunk. */
  let commitSize = BATCH;

  const assertOpen = (): void => {
    if (closed) throw closedArchiveError(file);
  };

  const noteFault = (reason: string): void => {
    const begins = fault === undefined;
    fault = reason;
    if (begins) onFault?.(reason);
  };

  /** The file is of no use any more: the journal has all of it, and has to be read anew. */
  const giveUp = (reason: string): void => {
    ended = true;
    try {
      storage.drop();
    } catch {
      // What cannot be removed is damaged, and is found to be at the next opening.
      storage.abandon();
    } finally {
      onLost(reason);
    }
  };

  const write = (
    active: ArchiveDatabase,
    next: Checkpoint | undefined,
    sources: readonly SourceRecord[],
  ): void => {
    const { driver, insertChunk, insertWords, selectChunk, setState, saveSource, saveCheckpoint } = active;
    driver.exec('BEGIN IMMEDIATE');
    for (const [position, item] of waiting) {
      if (selectChunk.get(position) !== undefined) continue;
      insertChunk.run(position, JSON.stringify(item.chunk), writePart(item));
      insertWords.run(position, wordsOf(item.terms));
    }
    for (const source of sources) {
      const { id, thread } = source.header;
      saveSource.run(source.ordinal, id, thread, JSON.stringify(source));
    }
    setState.run('sequence', reached);
    setState.run('recordedAt', reachedAt);
    if (next !== undefined) {
      const { sequence: at, recordedAt: recorded, state } = next;
      saveCheckpoint.run(at, recorded, state, crc32(state));
    }
    driver.exec('COMMIT');
  };

  const commit = (next?: Checkpoint, sources: readonly SourceRecord[] = []): boolean => {
    if (ended) return false;
    if (next === undefined && waiting.size === 0 && reached <= storage.sequence) return true;
    try {
      write(storage.database(), next, sources);
      waiting.clear();
      storage.onWritten(reached, reachedAt);
      fault = undefined;
      commitSize = BATCH;
      return true;
    } catch (error) {
      storage.rollBack();
      commitSize = waiting.size + BATCH;
      const reason = reasonOf(error);
      if (isDamage(error) || storage.isResting) {
        fault = reason;
        giveUp(reason);
      } else noteFault(reason);
      return false;
    }
  };

  /** Reads; where that fails the file is given up. @throws STORE_READ_FAILED */
  const reading = <Result>(read: (active: ArchiveDatabase | undefined) => Result): Result => {
    try {
      if (ended) throw new Error('it was given up');
      return read(storage.isResting ? storage.database() : storage.opened);
    } catch (cause) {
      const reason = reasonOf(cause);
      if (!ended) giveUp(reason);
      throw new RetentiveError(
        'STORE_READ_FAILED',
        `the archive ${file} could not be read (${reason}); it is made anew from the journal at the next use`,
        { cause, retryable: true },
      );
    }
  };

  const readSources = (select: (active: ArchiveDatabase) => Value[] | undefined): readonly SourceRecord[] => {
    assertOpen();
    return reading((active) => (active === undefined ? [] : listOf<SourceRecord>(select(active))));
  };

  // A file that is there says from where on the journal is news.
  if (existsSync(file)) {
    try {
      storage.database();
      reached = storage.sequence;
      reachedAt = storage.recordedAt;
    } catch (error) {
      storage.markUnseen();
      noteFault(reasonOf(error));
    }
  }

  return {
    get sequence() {
      return storage.sequence;
    },
    isDurable: true,
    get fault() {
      return fault;
    },
    get recordedAt() {
      return storage.recordedAt;
    },
    put(items, at, recorded = 0) {
      assertOpen();
      // Without a chunk there is nothing that could be out of date.
      if (at <= reached || (items.length === 0 && reached === 0)) return;
      for (const item of items) waiting.set(item.chunk.position, item);
      reached = at;
      reachedAt = recorded;
      if (waiting.size >= commitSize) commit();
    },
    chunkAt(position) {
      assertOpen();
      const waits = waiting.get(position);
      if (waits !== undefined) return waits.chunk;
      return reading((active) => {
        const row = active?.selectChunk.get(position);
        return row === undefined ? undefined : (JSON.parse(row[0] as string) as Chunk);
      });
    },
    chunksAt(positions) {
      assertOpen();
      const waits = positions.flatMap((position) => waiting.get(position)?.chunk ?? []);
      if (waits.length === positions.length) return waits;
      const stored = reading((active) => listOf<Chunk>(active?.selectChunks.get(JSON.stringify(positions))));
      return [...waits, ...stored.filter(({ position }) => !waiting.has(position))];
    },
    partsAt(positions, terms) {
      assertOpen();
      const waits = positions.flatMap((position) => {
        const item = waiting.get(position);
        return item === undefined ? [] : partOf(item, terms);
      });
      if (waits.length === positions.length) return waits;
      const stored = reading((active) => listOf<PartRow>(active?.selectParts.get(JSON.stringify(positions))));
      const there = stored.filter(([position]) => !waiting.has(position));
      return [...waits, ...there.map((row) => readPart(row, terms))];
    },
    countOf(term) {
      assertOpen();
      commit();
      return reading((active) => Number(active?.selectCount.get(term)?.[0] ?? 0));
    },
    search(terms, limit, offset = 0) {
      assertOpen();
      commit();
      if (terms.length === 0) return [];
      return reading((active) =>
        listOf<number>(active?.selectWords.get(terms.map(quoted).join(' OR '), limit, offset)),
      );
    },
    checkpoint() {
      assertOpen();
      return reading((active) => {
        const row = active?.selectCheckpoint.get();
        if (row === undefined) return undefined;
        const [at, recorded, state, checksum] = row;
        // SQLite has no checksums of its own, and a state that is nearly right is worse than none.
        if (crc32(String(state)) !== checksum) throw new Error('the checkpoint is damaged');
        return { sequence: Number(at), recordedAt: Number(recorded), state: String(state) };
      });
    },
    source(id) {
      assertOpen();
      return reading((active) => {
        const row = active?.selectSource.get(id);
        return row === undefined ? undefined : (JSON.parse(row[0] as string) as SourceRecord);
      });
    },
    sources: (ids) => readSources(({ selectSources }) => selectSources.get(JSON.stringify(ids))),
    sourcesBefore: (end, limit, thread) =>
      readSources(({ selectBefore, selectThread }) =>
        thread === undefined ? selectBefore.get(end, limit) : selectThread.get(end, thread, limit),
      ),
    save(next, sources) {
      assertOpen();
      if (next.sequence > reached) {
        reached = next.sequence;
        reachedAt = next.recordedAt;
      }
      return commit(next, sources);
    },
    rest() {
      assertOpen();
      if (commit() && storage.opened !== undefined) storage.rest();
    },
    discard() {
      assertOpen();
      ended = true;
      waiting.clear();
      storage.drop();
    },
    close() {
      if (closed) return;
      commit();
      closed = true;
      ended = true;
      storage.close();
    },
  };
};
