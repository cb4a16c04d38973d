import { type Chunk, RetentiveError, type Tokenizer } from '@retentive/core';
import { type Chunker, createChunker } from '../chunking/chunker.ts';
import type {
  Cut,
  EntryBody,
  Journal,
  JournalBatch,
  ScopeKey,
  SourceHeader,
  SourceId,
} from '../journal/journal.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import type { ChunkWriter, WriteReceipt } from '../writing-types.ts';
import { createStoredSource, reopenSource, type StoredSource } from './stored-source.ts';
import { createTaskQueue, type Ending } from './task-queue.ts';

/** What a writer works with once its scope is loaded. */
export interface WriterResources {
  readonly journal: Journal;
  readonly state: ScopeState;
  readonly tokenizer: Tokenizer;
}

/** How a writer begins: with a new source, or with a stored one from an offset on. */
export type WriterStart =
  | { readonly type: 'new'; readonly header: SourceHeader; readonly keys: NonNullable<JournalBatch['keys']> }
  | { readonly type: 'resume'; readonly id: SourceId; readonly offset: number };

/** Options of {@link createChunkWriter}. */
export interface WriterOptions {
  readonly scope: ScopeKey;
  readonly start: WriterStart;
  /** Entries that go with the end of a complete source, in its batch. Default none. */
  readonly whenComplete?: ((header: SourceHeader) => readonly EntryBody[]) | undefined;
  /** Loads what is needed, at the first call. */
  readonly open: () => Promise<WriterResources>;
}

/** A message may be nothing but its metadata, such as a call of a tool. */
const carriesData = (start: WriterStart, ending: Ending | undefined): boolean =>
  start.type === 'new' && start.header.metadata !== undefined && ending === 'complete';

/**
 * Makes a writer. Text that is stored already is compared; the rest is appended in one entry for all the calls that
 * gathered meanwhile. When an append fails the writer stands as before, and the same call can be made again.
 */
export const createChunkWriter = ({ scope, start, whenComplete, open }: WriterOptions): ChunkWriter => {
  let id: SourceId = start.type === 'new' ? start.header.id : start.id;
  let chunker: Chunker | undefined;
  let stored: StoredSource | undefined;
  let begun = start.type === 'resume';
  let durable = 0;
  let ended: Ending | undefined;
  let replayed = false;

  const compareWith = (source: SourceId, offset: number, { state }: WriterResources): void => {
    stored = createStoredSource(source, state.episodic.source(source), offset);
    id = source;
    begun = true;
    durable = stored.view.length;
  };

  /** The chunks of the last `count` cuts. */
  const lastChunks = (count: number, { state }: WriterResources): readonly Chunk[] => {
    return state.episodic.lastChunksOf(id, count);
  };

  const afterEnd = ({ state }: WriterResources): readonly EntryBody[] => {
    const header = state.episodic.source(id)?.header ?? (start.type === 'new' ? start.header : undefined);
    return header === undefined ? [] : (whenComplete?.(header) ?? []);
  };

  const chunkerFrom = (offset: number, { state, tokenizer }: WriterResources): Chunker =>
    createChunker({
      tokenizer,
      kind: start.type === 'new' ? start.header.type : state.episodic.source(id)?.header.type,
      start: offset,
    });

  /** Writes new text, which begins where the durable text ends. */
  const append = async (
    text: string,
    ending: Ending | undefined,
    resources: WriterResources,
    before: readonly EntryBody[] = [],
    reopened: readonly Cut[] = [],
  ): Promise<readonly Chunk[]> => {
    if (!begun && text === '' && !carriesData(start, ending)) {
      // A source without a word or data is none; a stream that failed before its first leaves nothing.
      ended = ending;
      return [];
    }
    const active = chunker ?? chunkerFrom(0, resources);
    const pending = active.pending;
    const cuts = [...reopened, ...active.push(text)];
    const tail = ending === undefined ? [] : active.end();
    const entries = [...before];
    if (!begun && start.type === 'new') {
      entries.push({ kind: 'source', source: start.header, state: 'open', text, cuts });
    } else if (text !== '' || cuts.length > 0) {
      entries.push({ kind: 'text', id, offset: durable, text, cuts });
    }
    if (ending !== undefined)
      entries.push({ kind: 'closed', id, state: ending, length: durable + text.length, cuts: tail });
    if (ending === 'complete') entries.push(...afterEnd(resources));
    if (entries.length === 0) return [];
    try {
      const keys = !begun && start.type === 'new' ? { keys: start.keys } : {};
      const result = await resources.journal.append({ scope, entries, ...keys });
      if (result.replayed !== undefined) {
        replayed = true;
        compareWith(result.replayed, 0, resources);
        return await advance(text, ending, resources);
      }
    } catch (error) {
      // The chunker ran ahead of the journal: put it back.
      chunker = chunkerFrom(durable - pending.length, resources);
      chunker.push(pending);
      throw error;
    }
    chunker = active;
    begun = true;
    durable += text.length;
    ended = ending;
    return lastChunks(cuts.length + tail.length, resources);
  };

  /** Compares what is stored, then appends what lies beyond it. */
  const advance = async (
    text: string,
    ending: Ending | undefined,
    resources: WriterResources,
  ): Promise<readonly Chunk[]> => {
    if (stored === undefined) return append(text, ending, resources);
    const fresh = stored.beyond(text);
    const { view } = stored;
    if (ending === 'complete' && stored.position + text.length < view.length) {
      throw new RetentiveError(
        'OFFSET_INVALID',
        `"${id}" is stored with ${view.length} characters, what was sent again ends at ${stored.position + text.length}`,
        { details: { offset: stored.position + text.length, length: view.length } },
      );
    }
    if (view.state === 'complete') {
      if (fresh !== '')
        throw new RetentiveError(
          'MESSAGE_CLOSED',
          `"${id}" is complete; ${fresh.length} characters more were sent`,
        );
      stored.advance(text);
      if (ending !== undefined) ended = 'complete';
      return [];
    }
    if (fresh === '' && ending !== 'complete') {
      stored.advance(text);
      if (ending === 'torn' && view.state === 'torn') ended = 'torn';
      if (ending !== 'torn' || view.state === 'torn') return [];
    }
    const reopening = reopenSource(stored, resources.tokenizer);
    chunker = reopening.chunker;
    const chunks = await append(fresh, ending, resources, reopening.entries, reopening.cuts);
    stored = undefined;
    return chunks;
  };

  let resources: WriterResources | undefined;
  const queue = createTaskQueue<WriteReceipt>(async (text, ending) => {
    if (ended !== undefined) {
      if (text === '') return { offset: durable, chunks: [] };
      throw new RetentiveError('MESSAGE_CLOSED', `"${id}" is ${ended}; nothing can be added to it`);
    }
    if (resources === undefined) {
      const opened = await open();
      if (start.type === 'resume') compareWith(start.id, start.offset, opened);
      resources = opened;
    }
    const chunks = await advance(text, ending, resources);
    return { offset: stored?.position ?? durable, chunks };
  });

  return {
    get id() {
      return id;
    },
    get offset() {
      return stored?.position ?? durable;
    },
    stored: true,
    get replayed() {
      return replayed;
    },
    async write(text, options) {
      if (typeof text !== 'string') {
        const type = text === null ? 'null' : typeof text;
        throw new RetentiveError('MESSAGE_INVALID', `write takes text, got ${type}; decode bytes first`);
      }
      return await queue.add(text, undefined, options);
    },
    complete: (options) => queue.add('', 'complete', options),
    tear: (options) => queue.add('', 'torn', options),
  };
};
