import type {
  Chunk,
  ChunkId,
  Message,
  MessageHeader,
  MessageId,
  MessageState,
  SessionId,
} from '@retentive/core';
import type { Cut, JournalEntry, SourceHeader, SourceId } from '../journal/journal.ts';
import type { SourceRecord } from './scope-archive.ts';
import type { SessionTrackerState } from './sessions.ts';

/** What an entry changed. */
export interface EpisodicChange {
  readonly added: readonly Chunk[];
  /** Chunks that are open again because their source was resumed. */
  readonly removed: readonly Chunk[];
}

/** A source as episodic memory holds it. It follows what comes; `text` and `cuts` are put together when asked for. */
export interface SourceView {
  readonly header: SourceHeader;
  readonly state: MessageState;
  readonly session: SessionId;
  /** UTF-16 length of the text. */
  readonly length: number;
  readonly text: string;
  readonly cuts: readonly Cut[];
}

/** Which chunks or messages to list. */
export interface ListOptions {
  readonly thread?: string | undefined;
  /** The newest so many. */
  readonly limit?: number | undefined;
  /** Only those for which it is true. */
  readonly where?: ((header: MessageHeader) => boolean) | undefined;
}

/** A chunk of the working set. */
export type ArrivalState = readonly [
  sequence: number,
  source: SourceId,
  index: number,
  offset: number,
  position: number,
  tokens: number,
  text: string,
];

/** What a store goes on from, beside the sources that its archive has saved. JSON. */
export interface EpisodicState {
  /** The last entry applied. */
  readonly sequence: number;
  /** Positions given so far. */
  readonly positions: number;
  /** Sources opened so far. */
  readonly sources: number;
  readonly speakers: readonly string[];
  readonly threads: SessionTrackerState;
  /** The working set: the entry with which each chunk arrived, in that order, and what its source does not tell of it. */
  readonly arrivals: readonly ArrivalState[];
}

/**
 * What was said and done, verbatim and in order: a projection of the journal. `apply` takes every entry of one scope in
 * order of sequence; the same entries give the same chunks, ids and positions. Chunks that left the working set are read
 * from the archive, one by one, and so are sources that were saved and have none in it.
 */
export interface EpisodicStore {
  /** Sequence of the last entry applied; 0 at first. */
  readonly sequence: number;
  /** Chunks in the working set. */
  readonly size: number;
  /** Their tokens. */
  readonly tokens: number;
  apply(entry: JournalEntry): EpisodicChange;
  /** Lets go of the text of a chunk that the archive has taken. */
  unload(chunk: Chunk): void;
  /** Takes back a chunk that the archive holds; for who follows, it arrives with the entry that is being applied. */
  restore(chunk: Chunk): void;
  /** The chunk at a position, or undefined where it was removed. */
  chunkAt(position: number): Chunk | undefined;
  /** The chunks at positions, in order; of many, faster than one by one. */
  chunksAt(positions: Iterable<number>): readonly Chunk[];
  chunk(id: ChunkId): Chunk | undefined;
  /** The chunk of the working set at a position. */
  loadedAt(position: number): Chunk | undefined;
  /** True for a chunk of the working set. */
  isLoaded(id: ChunkId): boolean;
  /**
   * Chunks of the working set that arrived with the entries after `sequence`, in order. Their number and a logarithm, not
   * the size of the store.
   */
  chunksAfter(sequence: number): readonly { readonly chunk: Chunk; readonly sequence: number }[];
  /** Chunks of a source, in order. */
  chunksOf(id: SourceId): readonly Chunk[];
  /** The last `count` chunks of a source, in order. */
  lastChunksOf(id: SourceId, count: number): readonly Chunk[];
  source(id: SourceId): SourceView | undefined;
  message(id: MessageId): Message | undefined;
  /** The last `limit` messages of its thread before a message, in order of their opening. */
  messagesBefore(id: MessageId, limit: number): readonly Message[];
  /** Messages in order of their opening, open ones included. */
  messages(options?: ListOptions): readonly Message[];
  /** Tokens of all chunks of a source; 0 of one that is not there. */
  sourceTokens(id: SourceId): number;
  /** What the store goes on from, once its changed sources are saved. */
  state(): EpisodicState;
  /** Sources that changed since the last `onSaved`. */
  changedSources(): readonly SourceRecord[];
  /** The changed sources are in the archive: lets go of those that need not be in memory. */
  onSaved(): void;
  /** Names of those who spoke. */
  readonly speakers: ReadonlySet<string>;
}
