import {
  assertNever,
  type Chunk,
  type ChunkId,
  chunkIdOf,
  type Message,
  type MessageState,
  type SessionId,
  splitChunkId,
} from '@retentive/core';
import type { Cut, EntryBody, SourceHeader, SourceId } from '../journal/journal.ts';
import type { ChunkArchive } from './chunk-archive.ts';
import type { EpisodicChange, EpisodicStore, ListOptions, SourceView } from './episodic-types.ts';
import { createPositionRuns, type PositionRuns } from './position-runs.ts';
import { createSessionTracker } from './sessions.ts';

interface SourceRecord {
  /** Its place in the order of opening. */
  readonly ordinal: number;
  readonly header: SourceHeader;
  readonly session: SessionId;
  readonly parts: Message['parts'];
  readonly positions: PositionRuns;
  state: MessageState;
  /** Where the last chunk ends. */
  cutTo: number;
  /** Text after the last cut. */
  tail: string;
}

interface Arrival {
  readonly chunk: Chunk;
  readonly sequence: number;
}

/** Arrivals of chunks that are gone may stand beside as many as live, before the list is made anew. */
const SPARE_ARRIVALS = 1_024;

type UnloadedChunks = Pick<ChunkArchive, 'chunkAt' | 'chunksAt'>;

/** Of a store that unloads nothing. */
const NO_ARCHIVE: UnloadedChunks = { chunkAt: () => undefined, chunksAt: () => [] };

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

/** The first arrival in order of sequence that came after `limit`; the length of the list when none did. */
const firstAfter = (arrivals: readonly Arrival[], limit: number): number => {
  let low = 0;
  let high = arrivals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((arrivals[middle] as Arrival).sequence > limit) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Makes an empty {@link EpisodicStore}, whose unloaded chunks `archive` holds. */
export const createEpisodicStore = (archive: UnloadedChunks = NO_ARCHIVE): EpisodicStore => {
  const sources = new Map<SourceId, SourceRecord>();
  const order: SourceRecord[] = [];
  /** The working set, by position: each chunk as it arrived last. */
  const loaded = new Map<number, Arrival>();
  let arrivals: Arrival[] = [];
  const speakers = new Set<string>();
  const tracker = createSessionTracker();
  let sequence = 0;
  let positions = 0;

  const chunksAt = (positions: Iterable<number>): readonly Chunk[] => {
    const here: Chunk[] = [];
    const away: number[] = [];
    for (const position of positions) {
      const arrival = loaded.get(position);
      if (arrival === undefined) away.push(position);
      else here.push(arrival.chunk);
    }
    const all = away.length === 0 ? here : [...here, ...archive.chunksAt(away)];
    return all.sort((a, b) => a.position - b.position);
  };

  const chunkAt = (position: number): Chunk | undefined =>
    loaded.get(position)?.chunk ?? archive.chunkAt(position);

  /** -1 of what is no chunk. */
  const positionOf = (id: ChunkId): number => {
    const [source, index] = splitChunkId(id);
    return sources.get(source)?.positions.at(index) ?? -1;
  };

  const chunksOf = (record: SourceRecord, from = 0): readonly Chunk[] =>
    chunksAt(record.positions.from(from));

  const textOf = (record: SourceRecord): string =>
    chunksOf(record)
      .map(({ text }) => text)
      .join('') + record.tail;

  const isLast = (arrival: Arrival): boolean => loaded.get(arrival.chunk.position) === arrival;

  const arrive = (chunk: Chunk): void => {
    const arrival = { chunk, sequence };
    loaded.set(chunk.position, arrival);
    arrivals.push(arrival);
  };

  const leave = (position: number): void => {
    if (!loaded.delete(position) || arrivals.length <= 2 * loaded.size + SPARE_ARRIVALS) return;
    arrivals = arrivals.filter(isLast);
  };

  const addChunks = (record: SourceRecord, cuts: readonly Cut[]): readonly Chunk[] => {
    const added: Chunk[] = [];
    for (const [end, tokens] of cuts) {
      const { header, cutTo: offset } = record;
      const chunk: Chunk = {
        id: chunkIdOf(header.id, record.positions.size),
        ...describe(header),
        index: record.positions.size,
        offset,
        text: record.tail.slice(0, end - offset),
        tokens,
        thread: header.thread,
        session: record.session,
        position: positions,
        time: header.time,
        ...(header.agent === undefined ? {} : { agent: header.agent }),
        ...(header.expiresAt === undefined ? {} : { expiresAt: header.expiresAt }),
      };
      record.tail = record.tail.slice(end - offset);
      record.cutTo = end;
      record.positions.push(positions);
      positions += 1;
      arrive(chunk);
      added.push(chunk);
    }
    return added;
  };

  const dropChunks = (record: SourceRecord, keep: number): readonly Chunk[] => {
    const removed = chunksAt(record.positions.cut(keep));
    for (const { position } of removed) leave(position);
    record.tail = removed.map(({ text }) => text).join('') + record.tail;
    record.cutTo = removed[0]?.offset ?? record.cutTo;
    return removed;
  };

  const open = (body: Extract<EntryBody, { kind: 'source' }>): EpisodicChange => {
    const header = body.source;
    const record: SourceRecord = {
      ordinal: order.length,
      header,
      session: tracker.sessionOf(header.thread, header.time),
      parts: body.parts,
      positions: createPositionRuns(),
      state: body.state,
      cutTo: 0,
      tail: body.text,
    };
    sources.set(header.id, record);
    order.push(record);
    if (header.type === 'message' && header.speaker !== undefined) speakers.add(header.speaker);
    return { added: addChunks(record, body.cuts), removed: [] };
  };

  const viewOf = (record: SourceRecord): SourceView => ({
    header: record.header,
    get state() {
      return record.state;
    },
    get length() {
      return record.cutTo + record.tail.length;
    },
    get text() {
      return textOf(record);
    },
    get cuts() {
      return chunksOf(record).map(({ offset, text, tokens }): Cut => [offset + text.length, tokens]);
    },
  });

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
        if (body.kind === 'text') record.tail += body.text;
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
        text: textOf(record),
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
      return loaded.size;
    },
    speakers,
    apply(entry) {
      if (entry.sequence <= sequence) return NOTHING;
      sequence = entry.sequence;
      return change(entry.body);
    },
    unload: ({ position }) => leave(position),
    restore: arrive,
    chunkAt,
    chunksAt,
    chunk: (id) => chunkAt(positionOf(id)),
    isLoaded: (id) => loaded.has(positionOf(id)),
    chunksAfter: (after) => arrivals.slice(firstAfter(arrivals, after)).filter(isLast),
    chunksOf(id) {
      const record = sources.get(id);
      return record === undefined ? [] : chunksOf(record);
    },
    lastChunksOf(id, count) {
      const record = sources.get(id);
      return record === undefined ? [] : chunksOf(record, Math.max(0, record.positions.size - count));
    },
    source(id) {
      const record = sources.get(id);
      return record === undefined ? undefined : viewOf(record);
    },
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
