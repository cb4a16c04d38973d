import {
  contentText,
  DEFAULT_BUDGET,
  type MessageId,
  parseBudget,
  parseDocumentInput,
  parseLabel,
  parseMessageHeaderInput,
  parseMessageInput,
  RetentiveError,
  type Scope,
  throwIfAborted,
} from '@retentive/core';
import { exportScope } from '../archive/export-scope.ts';
import { importArchive } from '../archive/import-archive.ts';
import { createChunker } from '../chunking/chunker.ts';
import { buildContext } from '../context/build-context.ts';
import type { EntryBody, ScopeKey, SourceHeader } from '../journal/journal.ts';
import type { MemoryParts } from '../memory.ts';
import type { ChunkWriter, ScopedMemory } from '../memory-types.ts';
import { findCandidates } from '../retrieval/candidates.ts';
import { createChunkWriter, type WriterStart } from '../writing/chunk-writer.ts';
import { documentHeader, keysOf, messageHeader } from '../writing/headers.ts';
import { createCoreMemory } from './core-memory.ts';
import type { ScopeState } from './scope-state.ts';

/** The longest query, in UTF-16 units: past it a question is a document. */
const MAX_QUERY_LENGTH = 65_536;

/** A message dated further ahead of the clock than this gets the warning `time:future`. */
const FUTURE_TOLERANCE_MS = 86_400_000;

const parseQuery = (query: unknown): string => {
  if (typeof query !== 'string' || query.length > MAX_QUERY_LENGTH) {
    const got = typeof query === 'string' ? `${query.length} characters` : typeof query;
    throw new RetentiveError(
      'QUERY_INVALID',
      `a query is text of at most ${MAX_QUERY_LENGTH} characters, got ${got}`,
    );
  }
  return query;
};

/** Makes the memory of one scope on top of a memory's parts. The scope is checked already. */
export const createScopedMemory = (scope: Scope, parts: MemoryParts): ScopedMemory => {
  const { journal, scopes, events, clock, ids, tokenizer, writers } = parts;
  const key: ScopeKey = { tenant: scope.tenant, user: scope.user };
  const threadOf = (named: string | undefined): string | undefined =>
    named === undefined ? scope.thread : parseLabel('thread', named);
  const load = (): Promise<ScopeState> => {
    parts.assertOpen();
    return scopes.load(key);
  };

  const startWriter = (start: WriterStart): ChunkWriter => {
    parts.assertOpen();
    const writer = createChunkWriter({
      scope: key,
      start,
      open: async () => {
        const state = await load();
        writers.add(writer);
        return { journal, state, tokenizer: await tokenizer() };
      },
    });
    const leave = <T>(receipt: T): T => {
      writers.delete(writer);
      return receipt;
    };
    return {
      get id() {
        return writer.id;
      },
      get offset() {
        return writer.offset;
      },
      get replayed() {
        return writer.replayed;
      },
      write: writer.write,
      complete: async (options) => leave(await writer.complete(options)),
      tear: async (options) => leave(await writer.tear(options)),
    };
  };

  return {
    scope,
    core: createCoreMemory({ key, load, journal, ids, tokenizer }),

    async observe(message, { signal } = {}) {
      const input = parseMessageInput(message);
      throwIfAborted(signal, 'observe');
      const state = await load();
      const { content, ...rest } = input;
      const header = messageHeader(rest, { scope, clock, ids });
      const text = contentText(content);
      const chunker = createChunker({ tokenizer: await tokenizer() });
      const entry: EntryBody = {
        kind: 'source',
        source: header,
        state: 'complete',
        text,
        cuts: [...chunker.push(text), ...chunker.end()],
        ...(typeof content === 'string' ? {} : { parts: content }),
      };
      const result = await journal.append({ scope: key, entries: [entry], keys: keysOf(input) }, { signal });
      const id = (result.replayed ?? header.id) as MessageId;
      return {
        id,
        replayed: result.replayed !== undefined,
        sequence: result.entries[0]?.sequence ?? 0,
        warnings: header.time > clock.now() + FUTURE_TOLERANCE_MS ? ['time:future'] : [],
        settled: async (options = {}) => {
          throwIfAborted(options.signal, 'settled');
          // Background writing is applied with the entry itself, so there is nothing left to wait for.
          if (state.episodic.source(id) === undefined)
            throw new RetentiveError('INTERNAL', `message "${id}" was not applied`);
        },
      };
    },

    ingest(header) {
      const input = parseMessageHeaderInput(header);
      const source: SourceHeader = messageHeader(input, { scope, clock, ids });
      return startWriter({ type: 'new', header: source, keys: keysOf(input) });
    },

    ingestDocument(document) {
      const input = parseDocumentInput(document);
      return startWriter({
        type: 'new',
        header: documentHeader(input, { scope, clock, ids }),
        keys: keysOf(input),
      });
    },

    async resume(id, offset, { signal } = {}) {
      throwIfAborted(signal, 'resume');
      const state = await load();
      const source = state.episodic.source(id);
      if (source === undefined)
        throw new RetentiveError('MESSAGE_NOT_FOUND', `no message or document "${id}" in this scope`);
      if (source.state === 'complete')
        throw new RetentiveError('MESSAGE_CLOSED', `"${id}" is complete; nothing can be added to it`);
      const writer = startWriter({ type: 'resume', id, offset });
      // Checks the offset now, not at the first write.
      await writer.write('');
      return writer;
    },

    async context(query, options = {}) {
      const { exclude, thread: named, now = clock.now(), signal, budget: wanted = DEFAULT_BUDGET } = options;
      const text = parseQuery(query);
      const thread = threadOf(named);
      const budget = parseBudget(wanted);
      throwIfAborted(signal, 'context');
      const started = clock.elapsed();
      const state = await load();
      throwIfAborted(signal, 'context');
      const candidates = findCandidates(text, state, { exclude: new Set(exclude), thread, now });
      const context = buildContext({
        id: ids.create('context'),
        candidates,
        core: state.core.blocks(),
        budget: budget.tokens,
        tokenizer: await tokenizer(),
        calendar: state.calendar,
        lineTokens: state.lineTokens,
        sourceTokens: state.sourceTokens,
        degraded: [],
      });
      events.emit('context:built', {
        scope: key,
        context: context.id,
        tokens: context.tokens,
        budget: budget.tokens,
      });
      const late = budget.ms !== undefined && clock.elapsed() - started > budget.ms;
      return late ? { ...context, degraded: [...context.degraded, 'deadline'] } : context;
    },

    async *export(options = {}) {
      parts.assertOpen();
      yield* exportScope(journal, key, options);
    },

    async import(open, options) {
      parts.assertOpen();
      return await importArchive({ journal, scope: key, tokenizer }, open, options);
    },

    async messages({ thread, limit, signal } = {}) {
      if (limit !== undefined && (!Number.isInteger(limit) || limit < 0)) {
        throw new RetentiveError('OPTION_INVALID', `limit must be a whole number from 0, got ${limit}`);
      }
      throwIfAborted(signal, 'messages');
      const state = await load();
      return state.episodic.messages({ thread: threadOf(thread), limit });
    },
  };
};
