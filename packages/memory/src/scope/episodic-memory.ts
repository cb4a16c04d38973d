import {
  type Clock,
  canRead,
  contentText,
  type IdSource,
  type MessageId,
  parseDocumentInput,
  parseLabel,
  parseMessageHeaderInput,
  parseMessageInput,
  parseTime,
  RetentiveError,
  type Scope,
  type Tokenizer,
  throwIfAborted,
} from '@retentive/core';
import { createChunker } from '../chunking/chunker.ts';
import type { EpisodeWriter } from '../episodes/episode-writer.ts';
import type { EntryBody, Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import type { BackgroundWriter } from '../writing/background-writer.ts';
import { createChunkWriter, type WriterStart } from '../writing/chunk-writer.ts';
import { documentHeader, keysOf, messageHeader } from '../writing/headers.ts';
import { createUnstoredWriter, unstoredReceipt } from '../writing/unstored.ts';
import type { ChunkWriter } from '../writing-types.ts';
import type { MemoryParts } from './memory-parts.ts';
import type { RetainMs } from './retain.ts';
import type { ScopeState } from './scope-state.ts';

/** A message dated further ahead of the clock than this gets the warning `time:future`. */
const FUTURE_TOLERANCE_MS = 86_400_000;

/** What episodic memory works with. */
export interface EpisodicMemoryParts {
  readonly scope: Scope;
  readonly key: ScopeKey;
  readonly journal: Journal;
  readonly load: () => Promise<ScopeState>;
  readonly scopes: MemoryParts['scopes'];
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly tokenizer: () => Promise<Tokenizer>;
  readonly retain: RetainMs;
  readonly writers: Set<ChunkWriter>;
  readonly background: BackgroundWriter | undefined;
  readonly episodes: EpisodeWriter | undefined;
  readonly assertOpen: () => void;
}

/** Makes the writing side of a scope, and its messages as they were said. */
export const createEpisodicMemory = (
  parts: EpisodicMemoryParts,
): Pick<ScopedMemory, 'observe' | 'ingest' | 'ingestDocument' | 'resume' | 'messages' | 'notes'> => {
  const { scope, key, journal, load, scopes, clock, ids, tokenizer, writers, background } = parts;
  const making = () => ({ scope, clock, ids, retainMs: parts.retain(key) });

  const startWriter = (start: WriterStart): ChunkWriter => {
    parts.assertOpen();
    const writer = createChunkWriter({
      scope: key,
      start,
      whenComplete: (header) => background?.entriesFor(key, header) ?? [],
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
      stored: true,
      async write(text, options) {
        parts.assertOpen();
        return writer.write(text, options);
      },
      async complete(options) {
        parts.assertOpen();
        return leave(await writer.complete(options));
      },
      // The memory's own close has torn it by then: to say so again does no harm.
      tear: async (options) => leave(await writer.tear(options)),
    };
  };

  return {
    async observe(message, { signal } = {}) {
      const input = parseMessageInput(message);
      throwIfAborted(signal, 'observe');
      await load();
      const { content, ...rest } = input;
      const header = messageHeader(rest, making());
      const warnings = header.time > clock.now() + FUTURE_TOLERANCE_MS ? ['time:future'] : [];
      if (input.remember === false) return unstoredReceipt(header.id as MessageId, warnings);
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
      const entries = [entry, ...(background?.entriesFor(key, header) ?? [])];
      const batch = { scope: key, entries, keys: keysOf(input, header) };
      const result = await journal.append(batch, { signal });
      const id = (result.replayed ?? header.id) as MessageId;
      return {
        id,
        replayed: result.replayed !== undefined,
        sequence: result.entries[0]?.sequence ?? 0,
        warnings,
        stored: true,
        settled: async (options = {}) => {
          throwIfAborted(options.signal, 'settled');
          await background?.settled(key, id, options);
          await parts.episodes?.settled(key, options);
        },
      };
    },

    ingest(input) {
      const header = messageHeader(parseMessageHeaderInput(input), making());
      if (input.remember === false) {
        parts.assertOpen();
        return createUnstoredWriter(header.id);
      }
      return startWriter({ type: 'new', header, keys: keysOf(input, header) });
    },

    ingestDocument(input) {
      const header = documentHeader(parseDocumentInput(input), making());
      return startWriter({ type: 'new', header, keys: keysOf(input, header) });
    },

    async resume(id, offset, { signal } = {}) {
      throwIfAborted(signal, 'resume');
      const source = (await load()).episodic.source(id);
      if (source === undefined) {
        throw new RetentiveError('MESSAGE_NOT_FOUND', `no message or document "${id}" in this scope`);
      }
      if (source.state === 'complete') {
        throw new RetentiveError('MESSAGE_CLOSED', `"${id}" is complete; nothing can be added to it`);
      }
      const writer = startWriter({ type: 'resume', id, offset });
      // Checks the offset now, not at the first write.
      await writer.write('');
      return writer;
    },

    async notes({ signal } = {}) {
      throwIfAborted(signal, 'notes');
      const { notes } = await load();
      return notes.notes().filter(({ agent }) => canRead(scope, agent));
    },

    async messages({ thread: named, limit, asOf, knownAt, signal } = {}) {
      if (limit !== undefined && (!Number.isInteger(limit) || limit < 0)) {
        throw new RetentiveError('OPTION_INVALID', `limit must be a whole number from 0, got ${limit}`);
      }
      const thread = named === undefined ? scope.thread : parseLabel('thread', named);
      const said = asOf === undefined ? undefined : parseTime('asOf', asOf, 'OPTION_INVALID');
      const until = knownAt === undefined ? undefined : parseTime('knownAt', knownAt, 'OPTION_INVALID');
      throwIfAborted(signal, 'messages');
      const present = await load();
      const { episodic } = until === undefined ? present : await scopes.replay(key, until, { signal });
      const now = clock.now();
      return episodic.messages({
        thread,
        limit,
        where: ({ agent, expiresAt, time }) =>
          canRead(scope, agent) &&
          (expiresAt === undefined || expiresAt > now) &&
          (said === undefined || time <= said),
      });
    },
  };
};
