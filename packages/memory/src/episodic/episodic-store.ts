import {
  assertNever,
  type Chunk,
  type ChunkId,
  chunkIdOf,
  type Message,
  type MessageHeader,
  type MessageId,
  type MessageState,
  type SessionId,
} from '@retentive/core';
import type { Cut, EntryBody, JournalEntry, SourceHeader, SourceId } from '../journal/journal.ts';
import { createSessionTracker } from './sessions.ts';

/** What an entry changed. */
export interface EpisodicChange {
  readonly added: readonly Chunk[];
  /** Chunks that are open again because their source was resumed. */
  readonly removed: readonly Chunk[];
}

/** A source as episodic memory holds it. */
export interface SourceView {
  readonly header: SourceHeader;
  readonly state: MessageState;
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

/**
 * What was said and done, verbatim and in order: a projection of the journal, in memory. `apply` takes every entry of
 * one scope in order of sequence; the same entries give the same chunks, ids and positions.
 */
export interface EpisodicStore {
  /** Sequence of the last entry applied; 0 at first. */
  readonly sequence: number;
  /** Chunks that live. */
  readonly size: number;
  apply(entry: JournalEntry): EpisodicChange;
  /** The chunk at a position, or undefined where it was removed. */
  chunkAt(position: number): Chunk | undefined;
  chunk(id: ChunkId): Chunk | undefined;
  /** Living chunks of the entries after `sequence`, in order. Their number and a logarithm, not the size of the store. */
  chunksAfter(sequence: number): readonly { readonly chunk: Chunk; readonly sequence: number }[];
  /** Chunks of a source, in order. */
  chunksOf(id: SourceId): readonly Chunk[];
  source(id: SourceId): SourceView | undefined;
  message(id: MessageId): Message | undefined;
  /** The last `limit` messages of its thread before a message, in order of their opening. */
  messagesBefore(id: MessageId, limit: number): readonly Message[];
  /** Messages in order of their opening, open ones included. */
  messages(options?: ListOptions): readonly Message[];
  /** Names of those who spoke. */
  readonly speakers: ReadonlySet<string>;
}

interface SourceRecord {
  /** Its place in the order of opening. */
  readonly ordinal: number;
  readonly header: SourceHeader;
  readonly session: SessionId;
  readonly parts: Message['parts'];
  state: MessageState;
  text: string;
  cuts: Cut[];
  chunks: Chunk[];
}

const NOTHING: EpisodicChange = { added: [], removed: [] };

const describe = (
  header: SourceHeader,
): Pick<Chunk, 'source' | 'role' | 'origin'> & Partial<Pick<Chunk, 'speaker' | 'timeZone'>> =>
  header.type === 'message'
    ? {
        source: { type: 'message', id: header.id },
        role: header.role,
        origin: header.origin,
        ...(header.speaker === undefined ? {} : { speaker: header.speaker }),
        ...(header.timeZone === undefined ? {} : { timeZone: header.timeZone }),
      }
    : {
        source: { type: 'document', id: header.id, title: header.title },
        role: 'user',
        origin: header.origin,
      };

/** The first place in a list that never falls whose number is above `limit`; its length when none is. */
const firstAbove = (sorted: readonly number[], limit: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Makes an empty {@link EpisodicStore}. */
export const createEpisodicStore = (): EpisodicStore => {
  const sources = new Map<SourceId, SourceRecord>();
  const order: SourceRecord[] = [];
  const chunks: (Chunk | undefined)[] = [];
  /** Sequence of the entry that brought a chunk, by position: never falling. */
  const sequences: number[] = [];
  const positions = new Map<ChunkId, number>();
  const speakers = new Set<string>();
  const tracker = createSessionTracker();
  let sequence = 0;
  let size = 0;

  const addChunks = (record: SourceRecord, cuts: readonly Cut[]): readonly Chunk[] => {
    const added: Chunk[] = [];
    for (const cut of cuts) {
      const offset = record.cuts.at(-1)?.[0] ?? 0;
      const { header } = record;
      const chunk: Chunk = {
        id: chunkIdOf(header.id, record.cuts.length),
        ...describe(header),
        index: record.cuts.length,
        offset,
        text: record.text.slice(offset, cut[0]),
        tokens: cut[1],
        thread: header.thread,
        session: record.session,
        position: chunks.length,
        time: header.time,
        ...(header.agent === undefined ? {} : { agent: header.agent }),
        ...(header.expiresAt === undefined ? {} : { expiresAt: header.expiresAt }),
      };
      record.cuts.push(cut);
      record.chunks.push(chunk);
      positions.set(chunk.id, chunk.position);
      chunks.push(chunk);
      sequences.push(sequence);
      added.push(chunk);
      size += 1;
    }
    return added;
  };

  const dropChunks = (record: SourceRecord, keep: number): readonly Chunk[] => {
    const removed = record.chunks.splice(keep);
    record.cuts.length = keep;
    for (const chunk of removed) {
      chunks[chunk.position] = undefined;
      positions.delete(chunk.id);
      size -= 1;
    }
    return removed;
  };

  const open = (body: Extract<EntryBody, { kind: 'source' }>): EpisodicChange => {
    const header = body.source;
    const record: SourceRecord = {
      ordinal: order.length,
      header,
      session: tracker.sessionOf(header.thread, header.time),
      parts: body.parts,
      state: body.state,
      text: body.text,
      cuts: [],
      chunks: [],
    };
    sources.set(header.id, record);
    order.push(record);
    if (header.type === 'message' && header.speaker !== undefined) speakers.add(header.speaker);
    return { added: addChunks(record, body.cuts), removed: [] };
  };

  const change = (body: EntryBody): EpisodicChange => {
    switch (body.kind) {
      case 'source':
        return open(body);
      case 'text':
      case 'closed':
      case 'resumed': {
        const record = sources.get(body.id);
        if (record === undefined) return NOTHING;
        if (body.kind === 'resumed') {
          record.state = 'open';
          return { added: [], removed: dropChunks(record, body.keep) };
        }
        if (body.kind === 'text') record.text += body.text;
        else record.state = body.state;
        return { added: addChunks(record, body.cuts), removed: [] };
      }
      case 'operation':
      case 'job':
      case 'pin':
      case 'context':
      case 'access':
      case 'output':
      case 'forgotten':
        return NOTHING;
      default:
        return assertNever(body);
    }
  };

  const toMessage = (record: SourceRecord): readonly Message[] => {
    if (record.header.type !== 'message') return [];
    const { type: _type, ...header } = record.header;
    return [
      {
        ...header,
        state: record.state,
        text: record.text,
        // Callers may change what they get; memory must not change with it.
        ...(header.metadata === undefined ? {} : { metadata: structuredClone(header.metadata) }),
        ...(record.parts === undefined ? {} : { parts: record.parts }),
      },
    ];
  };

  /** The newest messages that were opened before the one at `end`. */
  const newest = (
    end: number,
    { thread, limit = Number.POSITIVE_INFINITY, where }: ListOptions,
  ): readonly Message[] => {
    const found: Message[] = [];
    for (let at = end - 1; at >= 0 && found.length < limit; at -= 1) {
      const record = order[at] as SourceRecord;
      const { header } = record;
      if (header.type !== 'message' || (thread !== undefined && header.thread !== thread)) continue;
      if (where === undefined || where(header)) found.push(...toMessage(record));
    }
    return found.reverse();
  };

  return {
    get sequence() {
      return sequence;
    },
    get size() {
      return size;
    },
    speakers,
    apply(entry) {
      if (entry.sequence <= sequence) return NOTHING;
      sequence = entry.sequence;
      return change(entry.body);
    },
    chunkAt: (position) => chunks[position],
    chunk: (id) => chunks[positions.get(id) ?? -1],
    chunksAfter(after) {
      const from = firstAbove(sequences, after);
      return sequences.slice(from).flatMap((reached, offset) => {
        const chunk = chunks[from + offset];
        return chunk === undefined ? [] : [{ chunk, sequence: reached }];
      });
    },
    chunksOf: (id) => sources.get(id)?.chunks ?? [],
    source: (id) => sources.get(id),
    message(id) {
      const record = sources.get(id);
      return record === undefined ? undefined : toMessage(record)[0];
    },
    messagesBefore(id, limit) {
      const record = sources.get(id);
      return record === undefined ? [] : newest(record.ordinal, { thread: record.header.thread, limit });
    },
    messages: (options = {}) => newest(order.length, options),
  };
};
