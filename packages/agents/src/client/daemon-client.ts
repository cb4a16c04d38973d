import { type Context, type Fact, type MessageId, parseScope, RetentiveError } from '@retentive/core';
import type { SearchHit } from '@retentive/memory';
import * as z from 'zod';
import type { AgentPart } from '../agent-types.ts';
import { scopePath, step, timeTexts } from './address.ts';
import type { ClientTurnRequest, DaemonClient, DaemonClientOptions, DaemonScope } from './client-types.ts';
import {
  answerLines,
  createTransport,
  errorOfProblem,
  serverSentEvents,
  type Transport,
} from './transport.ts';
import { uploadPieces, uploadStream } from './upload.ts';

const healthSchema = z.looseObject({
  live: z.boolean(),
  ready: z.boolean(),
  version: z.string(),
  instance: z.string(),
});
const receiptSchema = z.looseObject({
  id: z.string(),
  replayed: z.boolean(),
  sequence: z.number(),
  warnings: z.array(z.string()),
  stored: z.boolean(),
});
// The daemon is ours and its version may be newer: what a caller would trip over at once is looked at, the rest is passed on.
const contextSchema = z.looseObject({
  text: z.string(),
  tokens: z.number(),
  items: z.array(z.looseObject({})),
});
const hitsSchema = z.looseObject({ hits: z.array(z.looseObject({ kind: z.string(), score: z.number() })) });
const factsSchema = z.looseObject({ facts: z.array(z.looseObject({ id: z.string(), text: z.string() })) });
const partSchema = z.looseObject({ type: z.string() });

const parsePart = (data: string): z.infer<typeof partSchema> => {
  try {
    return partSchema.parse(JSON.parse(data));
  } catch (cause) {
    throw new RetentiveError('DAEMON_UNREACHABLE', 'the daemon sent an event that is no part', { cause });
  }
};

async function* runTurn(
  transport: Transport,
  baseURL: string,
  path: string,
  { signal, ...request }: ClientTurnRequest,
): AsyncGenerator<AgentPart, void, undefined> {
  const left = new AbortController();
  const either = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  try {
    const response = await transport.send({ method: 'POST', path, json: request, signal: either });
    let finished = false;
    for await (const { event, data } of serverSentEvents(answerLines(response, baseURL, signal))) {
      const part = parsePart(data);
      if (event === 'error') throw errorOfProblem(part['problem']);
      finished = part.type === 'finish';
      yield part as unknown as AgentPart;
    }
    if (finished) return;
    throw new RetentiveError('DAEMON_UNREACHABLE', 'the daemon broke off before the end of the turn', {
      retryable: true,
    });
  } finally {
    left.abort();
  }
}

/**
 * A client of `retentive serve`, on `fetch` alone: for Node, browsers and the edge. Nothing is sent before the first call.
 * @throws OPTION_INVALID for an address that is none
 */
export const createDaemonClient = (options: DaemonClientOptions): DaemonClient => {
  const { baseURL, upload = 'document' in globalThis ? 'pieces' : 'stream' } = options;
  const transport = createTransport(options);

  const openScope = (tenant: string, user: string): DaemonScope => {
    const root = scopePath(tenant, user);
    const resumePath = ({ id, offset }: { readonly id: string; readonly offset: number }) => ({
      path: `${root}/messages/${step('id', id)}/resume`,
      query: { offset: String(offset) },
    });
    return {
      async observe(message, { settled = false, signal } = {}) {
        const query = settled ? { settled: 'true' } : {};
        const request = { method: 'POST', path: `${root}/messages`, query, json: message, signal } as const;
        const { id, ...rest } = await transport.json(request, receiptSchema);
        return { id: id as MessageId, ...rest };
      },
      ingest(header, text, { signal } = {}) {
        const to = { transport, baseURL, path: `${root}/messages/stream`, signal };
        return upload === 'stream'
          ? uploadStream(to, header, text)
          : uploadPieces(to, header, text, resumePath);
      },
      resume(from, text, { signal } = {}) {
        const to = { transport, baseURL, ...resumePath(from), signal };
        return upload === 'stream'
          ? uploadStream(to, undefined, text)
          : uploadPieces(to, undefined, text, resumePath);
      },
      async context(query, { signal, ...rest } = {}) {
        const json = { query, ...rest };
        const request = { method: 'POST', path: `${root}/context`, json, signal } as const;
        return (await transport.json(request, contextSchema)) as unknown as Context;
      },
      async search(query, { signal, ...rest } = {}) {
        const request = { method: 'POST', path: `${root}/search`, json: { query, ...rest }, signal } as const;
        return (await transport.json(request, hitsSchema)).hits as unknown as readonly SearchHit[];
      },
      async facts({ about, attribute, asOf, knownAt, ended, limit, signal } = {}) {
        const query = {
          about,
          attribute,
          ...timeTexts({ asOf, knownAt }),
          ended: ended === undefined ? undefined : String(ended),
          limit: limit === undefined ? undefined : String(limit),
        };
        const request = { method: 'GET', path: `${root}/facts`, query, signal } as const;
        return (await transport.json(request, factsSchema)).facts as unknown as readonly Fact[];
      },
      turn: (request) => runTurn(transport, baseURL, `${root}/turns`, request),
    };
  };

  return {
    health: ({ signal } = {}) => transport.json({ method: 'GET', path: '/health', signal }, healthSchema),
    scope(scope) {
      const { tenant, user } = parseScope(scope);
      return openScope(tenant, user);
    },
  };
};
