import {
  type CallOptions,
  type CoreBlock,
  type CoreVersion,
  contentText,
  createIdSource,
  type Episode,
  type EpisodicNote,
  type Example,
  type Message,
  parseDocumentInput,
  parseMessageHeaderInput,
  parseMessageInput,
  type Scope,
  systemClock,
  systemRandom,
} from '@retentive/core';
import type {
  ConsolidateReport,
  Entity,
  ForeignImportReport,
  ImportReport,
  Knowledge,
  OpenArchive,
  ProposedFact,
  RebuiltContext,
  RetentionReport,
  ScopedMemory,
  Timeline,
} from '@retentive/memory';
import * as z from 'zod';
import { scopePath, step, timeTexts } from './address.ts';
import type { DaemonScope } from './client-types.ts';
import { createRemoteWriter, type RemoteStart } from './remote-writer.ts';
import { answerLines, type ClientRequest, lastPart, type Transport } from './transport.ts';
import { streamOf } from './upload.ts';

/** Bytes of text that a daemon takes as one message; longer ones are streamed. */
const MESSAGE_BYTES = 65_536;
/** Stands between the readings of an archive. */
const AGAIN = '\0';
/** How often an import may read its archive: for what was forgotten, to check it, and to write it. */
const READINGS = 3;

/** What a {@link ScopedMemory} in a daemon is made of. */
export interface RemoteScopeParts {
  readonly transport: Transport;
  readonly baseURL: string;
  readonly scope: Scope;
  /** What the client has for this scope already. */
  readonly client: DaemonScope;
}

const anyObject = z.looseObject({});

async function* repeated(open: OpenArchive, times: number): AsyncGenerator<string, void, undefined> {
  for (let time = 0; time < times; time += 1) {
    if (time > 0) yield AGAIN;
    yield* open();
  }
}

/** Reads and changes by one request each. */
const createCalls = ({ transport, scope }: RemoteScopeParts) => {
  const root = scopePath(scope.tenant, scope.user);
  const ask = async <T>(request: Omit<ClientRequest, 'path'> & { readonly path: string }): Promise<T> =>
    (await transport.json({ ...request, path: `${root}/${request.path}` }, anyObject)) as unknown as T;
  return {
    get: <T>(path: string, query: ClientRequest['query'], { signal }: CallOptions): Promise<T> =>
      ask({ method: 'GET', path, query, signal }),
    post: <T>(path: string, json: unknown, { signal }: CallOptions): Promise<T> =>
      ask({ method: 'POST', path, json, signal }),
  };
};

/** Sends text as it comes, and gives the report that comes back. */
const createSender =
  ({ transport, baseURL, scope }: RemoteScopeParts) =>
  async <T>(
    path: string,
    query: ClientRequest['query'],
    text: AsyncIterable<string>,
    { signal }: CallOptions,
  ): Promise<T> => {
    let failure: { readonly error: unknown } | undefined;
    const body = async function* () {
      try {
        yield* text;
      } catch (error) {
        // The caller's own source failed: the caller gets its error back.
        failure = { error };
        throw error;
      }
    };
    try {
      const request = {
        method: 'POST',
        path: `${scopePath(scope.tenant, scope.user)}/${path}`,
        query,
        stream: streamOf(body()),
        signal,
      } as const;
      const { type: _, ...report } = await lastPart(transport, baseURL, request);
      return report as unknown as T;
    } catch (error) {
      throw failure === undefined ? error : failure.error;
    }
  };

/** Times as JSON has them. */
const plainTimes = (options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, value instanceof Date ? value.getTime() : value]),
  );

/** One user's memory in a daemon, as if it were in this process. */
export const createRemoteScope = (parts: RemoteScopeParts): ScopedMemory => {
  const { transport, baseURL, scope, client } = parts;
  const root = scopePath(scope.tenant, scope.user);
  const { get, post } = createCalls(parts);
  const send = createSender(parts);

  const open = (path: string, start: RemoteStart, query: ClientRequest['query'] = {}) =>
    createRemoteWriter({ transport, baseURL, path: `${root}/${path}`, query }, start);

  const remote: ScopedMemory = {
    scope,
    async observe(message, options = {}) {
      // With an id of its own it is known when it is sent again.
      const id = message.id ?? createIdSource(systemClock, systemRandom).create('message');
      const sent = parseMessageInput({ ...message, id });
      const { content, ...header } = sent;
      if (typeof content === 'string' && Buffer.byteLength(contentText(content)) > MESSAGE_BYTES) {
        const writer = open('messages/stream', { header, kind: 'message' });
        await writer.write(content, options);
        await writer.complete(options);
        const { replayed, stored } = writer;
        return {
          id: writer.id as Message['id'],
          replayed,
          sequence: 0,
          warnings: [],
          stored,
          settled: async () => {},
        };
      }
      const receipt = await client.observe(sent, options);
      return {
        ...receipt,
        async settled(wanted = {}) {
          if (receipt.stored) await client.observe(sent, { ...wanted, settled: true });
        },
      };
    },
    ingest: (header) => open('messages/stream', { header: parseMessageHeaderInput(header), kind: 'message' }),
    ingestDocument: (header) =>
      open('documents/stream', { header: parseDocumentInput(header), kind: 'document' }),
    async resume(id, offset) {
      return open(`messages/${step('id', id)}/resume`, { id, offset }, { offset: String(offset) });
    },
    context: (query, options) => client.context(query, options),
    sentContext: (id, options = {}) => get<RebuiltContext>(`contexts/${step('id', id)}`, {}, options),
    facts: (options) => client.facts(options),
    known: ({ about, attribute, value, signal, ...times }) =>
      get<Knowledge>('known', { about, attribute, value, ...timeTexts(times) }, { signal }),
    proposeFacts: async (facts, { because, signal } = {}) =>
      (
        await post<{ readonly proposed: readonly ProposedFact[] }>(
          'facts/proposals',
          { facts, because },
          { signal },
        )
      ).proposed,
    episodes: async ({ signal, ...options } = {}) =>
      (await post<{ readonly episodes: readonly Episode[] }>('episodes', plainTimes(options), { signal }))
        .episodes,
    timeline: ({ signal, ...options }) => post<Timeline>('timeline', plainTimes(options), { signal }),
    consolidate: ({ signal, ...options } = {}) => post<ConsolidateReport>('consolidate', options, { signal }),
    search: (query, options) => client.search(query, options),
    changeFact: (change, { because, signal } = {}) => post('facts/changes', { change, because }, { signal }),
    entities: async ({ signal, ...options } = {}) =>
      (await post<{ readonly entities: readonly Entity[] }>('entities', plainTimes(options), { signal }))
        .entities,
    mergeEntities: (one, other, { because, signal } = {}) =>
      post('entities/merges', { one, other, because }, { signal }),
    splitEntities: (one, other, { because, signal } = {}) =>
      post('entities/splits', { one, other, because }, { signal }),
    async undo(operation, options = {}) {
      await post('undo', { operation }, options);
    },
    async pin(id, pinned, options = {}) {
      await post('pins', { id, pinned }, options);
    },
    retention: ({ capacity, signal } = {}) =>
      get<RetentionReport>('retention', { capacity: capacity?.toString() }, { signal }),
    forget: (id, options = {}) => post('forget', { id }, options),
    async *export({ signal } = {}) {
      const response = await transport.send({ method: 'GET', path: `${root}/export`, signal });
      for await (const line of answerLines(response, baseURL, signal)) yield `${line}\n`;
    },
    import: (archive, { dryRun = false, rescope = false, restoreForgotten = false, signal } = {}) =>
      send<ImportReport>(
        'import',
        {
          dryRun: String(dryRun),
          rescope: String(rescope),
          restoreForgotten: String(restoreForgotten),
        },
        repeated(archive, dryRun ? READINGS - 1 : READINGS),
        { signal },
      ),
    importFrom: (open, { from, dryRun = false, thread, sourceUser, signal }) =>
      send<ForeignImportReport>(
        'import/foreign',
        { from, dryRun: String(dryRun), thread, sourceUser },
        open(),
        { signal },
      ),
    core: {
      blocks: async ({ signal, ...times } = {}) =>
        (await get<{ readonly blocks: readonly CoreBlock[] }>('blocks', timeTexts(times), { signal })).blocks,
      versions: async ({ label, signal, ...times } = {}) =>
        (
          await get<{ readonly versions: readonly CoreVersion[] }>(
            'blocks/versions',
            { label, ...timeTexts(times) },
            { signal },
          )
        ).versions,
      change: async (change, { signal, ...grounds } = {}) =>
        (await post<{ readonly block: CoreBlock }>('blocks/changes', { change, ...grounds }, { signal }))
          .block,
    },
    notes: async (options = {}) =>
      (await get<{ readonly notes: readonly EpisodicNote[] }>('notes', {}, options)).notes,
    examples: async (options = {}) =>
      (await get<{ readonly examples: readonly Example[] }>('examples', {}, options)).examples,
    remember: (example, { signal, ...grounds } = {}) =>
      post<Example>('examples', { example, ...grounds }, { signal }),
    messages: async ({ thread, limit, signal, ...times } = {}) =>
      (
        await get<{ readonly messages: readonly Message[] }>(
          'messages',
          { thread, limit: limit?.toString(), ...timeTexts(times) },
          { signal },
        )
      ).messages,
  };
  return remote;
};
