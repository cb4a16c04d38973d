import type { Chunk, ChunkId } from '@retentive/core';
import type { RetentionReport } from '../memory-types.ts';
import type { Decay } from './decay.ts';
import type { Excerpt } from './excerpt.ts';
import type { ChunkScore } from './score.ts';
import type { SinksState } from './sinks.ts';

/** Tokens of verbatim chunks that a scope's working set holds unless told otherwise: some 5,000 messages of talk. */
export const DEFAULT_RETENTION_CAPACITY = 200_000;

/** First messages of each thread that are kept whatever their score: the opening says what it is about. */
export const DEFAULT_SINKS = 1;

/** Options of `createRetention`. */
export interface RetentionOptions {
  /** Most tokens of the working set, 1 or more; default {@link DEFAULT_RETENTION_CAPACITY}. */
  readonly capacity?: number | undefined;
  /** Default `DECAYS.slow`. */
  readonly decay?: Decay | undefined;
  /** First messages of each thread to keep, at most a tenth of the capacity in all; default {@link DEFAULT_SINKS}. */
  readonly sinks?: number | undefined;
}

/** Makes excerpts of chunks that would leave, or of excerpts that would; undefined where there is none. */
export type CutExcerpt = (
  chunk: Chunk,
  held: Excerpt | undefined,
) => { readonly excerpt: Excerpt; readonly score: ChunkScore } | undefined;

/** Options of `Retention.add`. */
export interface AddOptions {
  readonly pinned?: boolean | undefined;
  /** It comes because it is used. */
  readonly accessed?: boolean | undefined;
}

/** A chunk that left the working set, with its score at that moment and its age in turns or hours. */
export interface ArchivedChunk {
  readonly chunk: Chunk;
  readonly score: number;
  readonly age: number;
}

/**
 * The working set of one scope under a capacity in tokens. When it is over, the chunk with the lowest faded score
 * leaves (of equal ones the older), and the next, until the rest fits: nothing is passed over because it is large, so
 * no chunk ever leaves while one with a lower score stays. Where excerpts are cut, a chunk that leaves may leave one behind, which is
 * held like a chunk, at its own score, and goes for good when it is the lowest. Exempt are pinned chunks, sinks, and a chunk that is larger
 * than all the room there is, which is archived at once. The same calls give the same set.
 */
export interface Retention {
  readonly capacity: number;
  /** Tokens of the working set, pins and sinks included; above `capacity` only where those alone are. */
  readonly tokens: number;
  readonly archivedTokens: number;
  /** What is held of an archived chunk. O(1). */
  excerptAt(position: number): Excerpt | undefined;
  excerpts(): Iterable<Excerpt>;
  /** Positions at which an excerpt came or went since the last call. */
  takeChangedExcerpts(): Iterable<number>;
  /** Takes a chunk in, new or from the archive; gives what leaves for it, maybe itself. O(log n) for each. */
  add(chunk: Chunk, score: ChunkScore, options?: AddOptions): readonly ArchivedChunk[];
  /** Gives one kept chunk another score, from the next `add` on. O(log n). */
  update(id: ChunkId, score: ChunkScore): void;
  /** Notes that a chunk was used; false when it is not in the working set. O(log n). */
  access(id: ChunkId): boolean;
  /** Keeps a chunk of the working set whatever its score, or lets go of it; gives what leaves. O(log n). */
  pin(id: ChunkId, pinned: boolean): readonly ArchivedChunk[];
  /** Forgets a chunk, kept or archived. O(log n). */
  remove(chunk: Chunk): void;
  /** Gives kept chunks new scores; their age and use stay. O(n). */
  rescore(scoreOf: (chunk: Chunk) => ChunkScore): void;
  /** True for chunks that left the working set and were not forgotten. O(1), one bit a position. */
  isArchived(position: number): boolean;
  /** Chunks of the working set, in no order. */
  kept(): Iterable<Chunk>;
  /** What is held and what goes next; at another capacity, what would go. Changes nothing. O(n log n). */
  report(options?: { readonly capacity?: number | undefined }): RetentionReport;
  state(): RetentionState;
}

/** A chunk by its position, without its score: that is asked for again. */
export type ItemState = readonly [
  position: number,
  since: number,
  boost: number,
  accesses: number,
  pinned: boolean,
  excerpt?: Excerpt,
];

/** What a working set goes on from. JSON; floating figures come back as they were. */
export interface RetentionState {
  readonly items: readonly ItemState[];
  readonly archive: string;
  readonly archivedTokens: number;
  readonly turn: number;
  readonly hour: number;
  readonly lastSource?: string | undefined;
  readonly sinks: SinksState;
}

/** Gives the chunk at a position that a state names, or what is left of it, with the score that it had last. */
export type KeptChunkOf = (
  position: number,
  excerpt: Excerpt | undefined,
) => { readonly chunk: Chunk; readonly score: ChunkScore };
