import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Embedder } from '@retentive/core';
import { describeEmbedder } from '@retentive/memory/testing';
import { afterEach, expect, it } from 'vitest';
import { createOpenAIEmbedder, type OpenAIEmbedderOptions } from '../src/openai.ts';

interface Request {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly input: readonly string[];
    readonly dimensions?: number;
    readonly encoding_format?: string;
  };
}

type Answer = (request: Request, response: ServerResponse) => void;

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A server on this machine that answers as told, and everything it was asked. */
const serve = async (
  answer: Answer,
  options: Partial<OpenAIEmbedderOptions> = {},
): Promise<{ readonly embedder: Embedder; readonly requests: Request[] }> => {
  const requests: Request[] = [];
  const server = createServer((incoming, response) => {
    let text = '';
    incoming.on('data', (data) => {
      text += data;
    });
    incoming.on('end', () => {
      const request = { path: incoming.url, headers: incoming.headers, body: JSON.parse(text) };
      requests.push(request);
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const baseURL = `http://127.0.0.1:${port}/v1`;
  return {
    embedder: createOpenAIEmbedder({
      baseURL,
      model: 'tiny',
      dimensions: 2,
      fusionWeight: 0.3,
      batchSize: 3,
      ...options,
    }),
    requests,
  };
};

const send = (response: ServerResponse, value: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};

const vectorOf = (text: string): readonly number[] => [text.length + 1, 1];

/** As an endpoint that works, only in the wrong order. */
const good: Answer = ({ body }, response) =>
  send(response, {
    object: 'list',
    data: body.input
      .map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }))
      .reverse(),
    model: 'tiny',
    usage: { prompt_tokens: 1, total_tokens: 1 },
  });

const always =
  (embedding: unknown, count = 1): Answer =>
  (_, response) =>
    send(response, { data: Array.from({ length: count }, (_, index) => ({ index, embedding })) });

it('embeds in batches, in order, and sends nothing but what is needed', async () => {
  const { embedder, requests } = await serve(good, { apiKey: 'key-1' });
  expect(embedder).toMatchObject({ id: 'openai:tiny:2', dimensions: 2, fusionWeight: 0.3 });
  const texts = ['', 'a', 'bb', 'ccc', 'dddd'];
  expect(await embedder.embedDocuments(texts)).toEqual(
    texts.map((text) => Float32Array.from(vectorOf(text || ' '))),
  );
  expect(await embedder.embedQuery('bb')).toEqual(Float32Array.of(3, 1));
  expect(await embedder.embedDocuments([])).toEqual([]);
  expect(requests.map(({ body }) => body.input)).toEqual([[' ', 'a', 'bb'], ['ccc', 'dddd'], ['bb']]);
  const { path, headers, body } = requests[0] as Request;
  expect(path).toBe('/v1/embeddings');
  expect(body).toEqual({ model: 'tiny', input: [' ', 'a', 'bb'], encoding_format: 'float' });
  expect(headers.authorization).toBe('Bearer key-1');
  expect(Object.keys(headers).filter((name) => name.startsWith('x-') || name.startsWith('openai'))).toEqual(
    [],
  );
});

it('asks for shorter vectors only when told', async () => {
  const { embedder, requests } = await serve(good, { shorten: true });
  await embedder.embedQuery('a');
  expect(requests[0]?.body.dimensions).toBe(2);
});

it.each([
  [429, true],
  [500, true],
  [503, true],
  [408, true],
  [400, false],
  [401, false],
  [404, false],
])('says what a status %i means, and asks once only', async (status, retryable) => {
  const { embedder, requests } = await serve((_, response) =>
    send(response, { error: { message: 'no' } }, status),
  );
  await expect(embedder.embedDocuments(['a'])).rejects.toMatchObject({
    code: 'EMBEDDER_FAILED',
    retryable,
    details: { status, model: 'tiny' },
  });
  expect(requests).toHaveLength(1);
});

it.each<[string, Answer, string]>([
  ['another dimension', always([1, 2, 3]), 'VECTOR_INVALID'],
  ['NaN, which JSON writes as null', always([1, null]), 'VECTOR_INVALID'],
  ['numbers beyond 32 bits', always([1, 1e300]), 'VECTOR_INVALID'],
  ['zeros', always([0, 0]), 'VECTOR_INVALID'],
  ['fewer vectors than texts', always([1, 2], 0), 'EMBEDDER_FAILED'],
  ['more vectors than texts', always([1, 2], 2), 'EMBEDDER_FAILED'],
  [
    'the same place twice',
    ({ body }, response) => send(response, { data: body.input.map(() => ({ index: 1, embedding: [1, 2] })) }),
    'EMBEDDER_FAILED',
  ],
  ['base64 that was not asked for', always('AACAPwAAgD8='), 'EMBEDDER_FAILED'],
  ['something else', (_, response) => send(response, { message: 'hello' }), 'EMBEDDER_FAILED'],
  [
    'text that is no JSON',
    (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"data": ['),
    'EMBEDDER_FAILED',
  ],
  ['a broken connection', (_, response) => response.destroy(), 'EMBEDDER_FAILED'],
  [
    'half an answer',
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"data": [', () => response.destroy());
    },
    'EMBEDDER_FAILED',
  ],
])('refuses %s', async (_, answer, code) => {
  const { embedder } = await serve(answer);
  await expect(embedder.embedDocuments(['a'])).rejects.toMatchObject({ name: 'RetentiveError', code });
});

it('fails as a whole when a later batch fails', async () => {
  const { embedder, requests } = await serve((request, response) =>
    request.body.input.includes('d') ? send(response, {}, 500) : good(request, response),
  );
  await expect(embedder.embedDocuments(['a', 'b', 'c', 'd'])).rejects.toMatchObject({ retryable: true });
  expect(requests).toHaveLength(2);
});

it('ends at once when it is aborted while the endpoint hangs', async () => {
  const { embedder, requests } = await serve(() => {});
  const controller = new AbortController();
  const call = embedder.embedDocuments(['a'], { signal: controller.signal });
  while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(embedder.embedQuery('a', { signal: controller.signal })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  expect(requests).toHaveLength(1);
});

it('gives up on an endpoint that stays silent', async () => {
  const { embedder } = await serve(() => {}, { timeoutMs: 50 });
  await expect(embedder.embedQuery('a')).rejects.toMatchObject({ code: 'EMBEDDER_FAILED', retryable: true });
});

it('refuses settings that cannot be', () => {
  const settings = { model: 'tiny', dimensions: 2, fusionWeight: 0 };
  for (const bad of [
    { model: ' ' },
    { baseURL: 'nowhere' },
    { dimensions: 0 },
    { batchSize: 0 },
    { batchSize: 3_000 },
  ]) {
    expect(() => createOpenAIEmbedder({ ...settings, ...bad })).toThrow(/must/);
  }
});

describeEmbedder('an endpoint that speaks Embeddings', async () => {
  const { embedder } = await serve(({ body }, response) =>
    send(response, {
      data: body.input.map((text, index) => ({ index, embedding: [text.length, text.charCodeAt(0)] })),
    }),
  );
  return embedder;
});
