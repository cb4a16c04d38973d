import { type Chunk, type Message, type MessageState, RetentiveError, type SessionId } from '@retentive/core';
import type { SourceHeader, SourceId } from '../journal/journal.ts';
import type { PositionRuns } from './position-runs.ts';

/** A chunk that leaves the working set, with its weighted terms. */
export interface ArchivedItem {
  readonly chunk: Chunk;
  /** Term to weight; 1 is one occurrence in the text. */
  readonly terms: ReadonlyMap<string, number>;
}

/** Of an archived chunk what scoring it by some terms takes. */
export interface ArchivedPart {
  readonly position: number;
  readonly session: SessionId;
  readonly time: number;
  /** Weight of all its terms. */
  readonly length: number;
  /** Those that were asked for, of those that it has. */
  readonly terms: ReadonlyMap<string, number>;
}

/** A message or document as episodic memory holds it, without the text of its chunks. */
export interface SourceRecord {
  /** Its place in the order of opening, from 0. */
  readonly ordinal: number;
  readonly header: SourceHeader;
  readonly session: SessionId;
  readonly parts?: Message['parts'];
  readonly positions: PositionRuns;
  state: MessageState;
  /** Where the last chunk ends. */
  cutTo: number;
  /** Text after the last cut. */
  tail: string;
  /** Of all its chunks. */
  tokens: number;
}

/** What a scope goes on from after a restart, in place of its journal up to there. */
export interface Checkpoint {
  /** The last entry that it has seen, and when that was recorded, ms since epoch. */
  readonly sequence: number;
  readonly recordedAt: number;
  /** JSON. */
  readonly state: string;
}

/**
 * The chunks of one scope that left its working set: a projection of the journal, outside of the memory of the process
 * where the memory has a folder. What was put once stays readable by its position, also after it came back; which of them
 * are archived at present, retention knows. Synchronous: reads are single rows, and whoever reads stands in the middle
 * of a projection. Never the only place of anything: what cannot be written stays in memory, and `fault` says why. After
 * `close` every call throws STORE_CLOSED.
 */
export interface ScopeArchive {
  /** Sequence of the last entry whose chunks are here for good; what comes again of earlier entries is skipped. */
  readonly sequence: number;
  /** When that entry was recorded, ms since epoch: another journal has another entry there. */
  readonly recordedAt: number;
  /** It outlives the process: a checkpoint is worth its cost. */
  readonly isDurable: boolean;
  /** The last checkpoint, if there is one. What was put after it comes again, and is skipped. */
  checkpoint(): Checkpoint | undefined;
  /** Why chunks stay in memory instead; undefined while all is well. */
  readonly fault: string | undefined;
  /** Takes the chunks that one entry moved out, maybe none; entries come in order of their sequence. */
  put(items: readonly ArchivedItem[], sequence: number, recordedAt?: number): void;
  /** The chunk at a position, if it was ever put. */
  chunkAt(position: number): Chunk | undefined;
  /** The chunks at positions, of those that were ever put, in no order that means anything. */
  chunksAt(positions: readonly number[]): readonly Chunk[];
  /** Parts of the chunks at positions, of those that were ever put, in no order that means anything. */
  partsAt(positions: readonly number[], terms: readonly string[]): readonly ArchivedPart[];
  /** How many chunks have a term. O(what it answers). */
  countOf(term: string): number;
  /**
   * Positions of chunks with any of the terms, by BM25 of their own terms, best first, from the `offset`-th on (default the
   * first). O(chunks that have one), and slow for each: whoever asks leaves out terms that most have.
   */
  search(terms: readonly string[], limit: number, offset?: number): readonly number[];
  /** A source as it was when it was last saved. */
  source(id: SourceId): SourceRecord | undefined;
  /** Of those ids the sources that were ever saved, in no order that means anything. */
  sources(ids: readonly SourceId[]): readonly SourceRecord[];
  /** Saved sources that were opened before the one at `end`, of one thread if it is named, the newest first. */
  sourcesBefore(end: number, limit: number, thread?: string): readonly SourceRecord[];
  /**
   * Saves a checkpoint, all that was put up to it, and the sources that changed since the last one: all of it or nothing.
   * False where it could not be written; `fault` says why, and what was saved before stands.
   */
  save(checkpoint: Checkpoint, sources: readonly SourceRecord[]): boolean;
  /** Writes what waits and lets go of files until the next call. */
  rest(): void;
  /** Forgets all and removes its files: the journal holds what was here. What is put later stays in memory. */
  discard(): void;
  /** Writes what waits and lets go of files. Idempotent. */
  close(): void;
}

/** Weight of all terms together. */
export const lengthOf = (terms: ReadonlyMap<string, number>): number => {
  let length = 0;
  for (const weight of terms.values()) length += weight;
  return length;
};

/** The part of an item, of the terms asked for. */
export const partOf = ({ chunk, terms: own }: ArchivedItem, asked: readonly string[]): ArchivedPart => {
  const terms = new Map<string, number>();
  for (const term of asked) {
    const weight = own.get(term);
    if (weight !== undefined) terms.set(term, weight);
  }
  const { position, session, time } = chunk;
  return { position, session, time, length: lengthOf(own), terms };
};

/** What every call of a closed archive throws. */
export const closedArchiveError = (place: string): RetentiveError =>
  new RetentiveError('STORE_CLOSED', `the archive ${place} is closed`);
