import { type Chunk, RetentiveError } from '@retentive/core';

/** A chunk that leaves the working set, with its weighted terms. */
export interface ArchivedItem {
  readonly chunk: Chunk;
  /** Term to weight; 1 is one occurrence in the text. */
  readonly terms: ReadonlyMap<string, number>;
}

/**
 * The chunks of one scope that left its working set: a projection of the journal, outside of the memory of the process
 * where the memory has a folder. What was put once stays readable by its position, also after it came back; which of them
 * are archived at present, retention knows. Synchronous: reads are single rows, and whoever reads stands in the middle
 * of a projection. Never the only place of anything: what cannot be written stays in memory, and `fault` says why. After
 * `close` every call throws STORE_CLOSED.
 */
export interface ChunkArchive {
  /** Sequence of the last entry whose chunks are here for good; what comes again of earlier entries is skipped. */
  readonly sequence: number;
  /** When that entry was recorded, ms since epoch: another journal has another entry there. */
  readonly recordedAt: number;
  /** Why chunks stay in memory instead; undefined while all is well. */
  readonly fault: string | undefined;
  /** Takes the chunks that one entry moved out, maybe none; entries come in order of their sequence. */
  put(items: readonly ArchivedItem[], sequence: number, recordedAt?: number): void;
  /** The chunk at a position, if it was ever put. */
  chunkAt(position: number): Chunk | undefined;
  /** The chunks at positions, of those that were ever put, in no order that means anything. */
  chunksAt(positions: readonly number[]): readonly Chunk[];
  /**
   * Positions of chunks with any of the {@link ASKED_TERMS} rarest of the terms that are here, by BM25 of their own terms, best
   * first, from the `offset`-th on (default the first).
   */
  search(terms: readonly string[], limit: number, offset?: number): readonly number[];
  /** Forgets all and removes its files: the journal holds what was here. What is put later stays in memory. */
  discard(): void;
  /** Writes what waits and lets go of files. Idempotent. */
  close(): void;
}

/** The rarest terms of a query, by which an archive is asked; a common one would name half of it. */
export const ASKED_TERMS = 8;

/** What every call of a closed archive throws. */
export const closedArchiveError = (place: string): RetentiveError =>
  new RetentiveError('STORE_CLOSED', `the archive ${place} is closed`);
