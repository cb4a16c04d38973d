import {
  assertNever,
  type Chunk,
  type ChunkId,
  type Message,
  RetentiveError,
  splitChunkId,
} from '@retentive/core';
import type { Cut, EntryBody } from '../journal/journal.ts';
import type {
  EpisodicChange,
  EpisodicState,
  EpisodicStore,
  ListOptions,
  SourceView,
} from './episodic-types.ts';
import { createLoadedChunks } from './loaded-chunks.ts';
import { makeChunk } from './make-chunk.ts';
import { countPositions, cutPositions, positionAt, positionsFrom, pushPosition } from './position-runs.ts';
import type { ScopeArchive, SourceRecord } from './scope-archive.ts';
import { createSessionTracker } from './sessions.ts';
import { createSourceRecords } from './source-records.ts';

type Unloaded = Pick<ScopeArchive, 'chunkAt' | 'chunksAt' | 'source' | 'sources' | 'sourcesBefore'>;

/** Of a store that unloads nothing. */
const NO_ARCHIVE: Unloaded = {
  chunkAt: () => undefined,
  chunksAt: () => [],
  source: () => undefined,
  sources: () => [],
  sourcesBefore: () => [],
};

const NOTHING: EpisodicChange = { added: [], removed: [] };

/** Makes an {@link EpisodicStore}, empty or as it was; `archive` holds what it unloads. */
export const createEpisodicStore = (archive: Unloaded = NO_ARCHIVE, from?: EpisodicState): EpisodicStore => {
  const sources = createSourceRecords(archive, from?.sources);
  const loaded = createLoadedChunks(sources);
  const speakers = new Set<string>(from?.speakers);
  const tracker = createSessionTracker(from?.threads);
  let sequence = from?.sequence ?? 0;
  let positions = from?.positions ?? 0;

  const chunksAt = (positions: Iterable<number>): readonly Chunk[] => {
    const here: Chunk[] = [];
    const away: number[] = [];
    for (const position of positions) {
      const chunk = loaded.at(position);
      if (chunk === undefined) away.push(position);
      else here.push(chunk);
    }
    const all = away.length === 0 ? here : [...here, ...archive.chunksAt(away)];
    return all.sort((a, b) => a.position - b.position);
  };

  const chunkAt = (position: number): Chunk | undefined => loaded.at(position) ?? archive.chunkAt(position);

  /** -1 of what is no chunk. */
  const positionOf = (id: ChunkId): number => {
    const [source, index] = splitChunkId(id);
    return positionAt(sources.find(source)?.positions ?? [], index) ?? -1;
  };

  const chunksOf = (record: SourceRecord, from = 0): readonly Chunk[] =>
    chunksAt(positionsFrom(record.positions, from));

  const textOf = (record: SourceRecord): string =>
    chunksOf(record)
      .map(({ text }) => text)
      .join('') + record.tail;

  const addChunks = (record: SourceRecord, cuts: readonly Cut[]): readonly Chunk[] => {
    const added: Chunk[] = [];
    let index = countPositions(record.positions);
    for (const [end, tokens] of cuts) {
      const offset = record.cutTo;
      const text = record.tail.slice(0, end - offset);
      const chunk = makeChunk(record, { index, offset, text, tokens, position: positions });
      record.tail = record.tail.slice(end - offset);
      record.cutTo = end;
      record.tokens += tokens;
      pushPosition(record.positions, positions);
      positions += 1;
      index += 1;
      loaded.arrive(chunk, sequence);
      added.push(chunk);
    }
    return added;
  };

  const dropChunks = (record: SourceRecord, keep: number): readonly Chunk[] => {
    const removed = chunksAt(cutPositions(record.positions, keep));
    for (const chunk of removed) {
      loaded.leave(chunk);
      record.tokens -= chunk.tokens;
    }
    record.tail = removed.map(({ text }) => text).join('') + record.tail;
    record.cutTo = removed[0]?.offset ?? record.cutTo;
    return removed;
  };

  const open = (body: Extract<EntryBody, { kind: 'source' }>): EpisodicChange => {
    const header = body.source;
    const record: SourceRecord = {
      ordinal: sources.count,
      header,
      session: tracker.sessionOf(header.thread, header.time),
      ...(body.parts === undefined ? {} : { parts: body.parts }),
      positions: [],
      state: body.state,
      cutTo: 0,
      tail: body.text,
      tokens: 0,
    };
    sources.add(record);
    if (header.type === 'message' && header.speaker !== undefined) speakers.add(header.speaker);
    return { added: addChunks(record, body.cuts), removed: [] };
  };

  const viewOf = (record: SourceRecord): SourceView => ({
    header: record.header,
    session: record.session,
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
        const record = sources.change(body.id);
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
    for (const record of sources.before(end, thread)) {
      if (found.length >= limit) break;
      const { header } = record;
      if (header.type !== 'message' || (thread !== undefined && header.thread !== thread)) continue;
      if (where === undefined || where(header)) found.push(...toMessage(record));
    }
    return found.reverse();
  };

  if (from !== undefined) {
    sources.fetch(from.arrivals.map(([, id]) => id));
    for (const [at, id, index, offset, position, tokens, text] of from.arrivals) {
      const record = sources.find(id);
      if (record === undefined) throw new RetentiveError('STORE_CORRUPT', `the source "${id}" was not saved`);
      loaded.arrive(makeChunk(record, { index, offset, text, tokens, position }), at);
    }
  }

  return {
    get sequence() {
      return sequence;
    },
    get size() {
      return loaded.size;
    },
    get tokens() {
      return loaded.tokens;
    },
    speakers,
    apply(entry) {
      if (entry.sequence <= sequence) return NOTHING;
      sequence = entry.sequence;
      return change(entry.body);
    },
    unload: loaded.leave,
    // A resumed message is cut anew: what comes back of before, until that is decided on, has the id of another chunk by now.
    restore: (chunk) => loaded.arrive(chunk, sequence, positionOf(chunk.id) === chunk.position),
    chunkAt,
    chunksAt,
    chunk: (id) => loaded.byId(id) ?? chunkAt(positionOf(id)),
    loadedAt: loaded.at,
    isLoaded: (id) => loaded.byId(id) !== undefined,
    chunksAfter: loaded.after,
    chunksOf(id) {
      const record = sources.find(id);
      return record === undefined ? [] : chunksOf(record);
    },
    lastChunksOf(id, count) {
      const record = sources.find(id);
      return record === undefined
        ? []
        : chunksOf(record, Math.max(0, countPositions(record.positions) - count));
    },
    source(id) {
      const record = sources.find(id);
      return record === undefined ? undefined : viewOf(record);
    },
    message(id) {
      const record = sources.find(id);
      return record === undefined ? undefined : toMessage(record)[0];
    },
    sourceTokens: (id) => sources.find(id)?.tokens ?? 0,
    messagesBefore(id, limit) {
      const record = sources.find(id);
      return record === undefined ? [] : newest(record.ordinal, { thread: record.header.thread, limit });
    },
    state: () => ({
      sequence,
      positions,
      sources: sources.count,
      speakers: [...speakers],
      threads: tracker.state(),
      arrivals: loaded.after(-1).map(({ sequence: at, chunk }) => {
        const { source, index, offset, position, tokens, text } = chunk;
        return [at, source.id, index, offset, position, tokens, text];
      }),
    }),
    changedSources: sources.changed,
    onSaved: sources.onSaved,
    messages: (options = {}) => newest(sources.count, options),
  };
};
