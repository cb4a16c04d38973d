import { type ChatModel, type ChatPart, type ChatPrompt, collect } from '@retentive/core';
import { afterEach, expect, it, vi } from 'vitest';
import { createOpenAIModel, type OpenAIModelOptions } from '../src/models/openai.ts';
import { choice, failed, openSseServer, type Reply, type SseServer, streamed } from './support/sse-server.ts';

const servers: SseServer[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const open = async (
  replies: readonly Reply[],
  options: Partial<OpenAIModelOptions> = {},
): Promise<{ readonly server: SseServer; readonly model: ChatModel }> => {
  const server = await openSseServer(replies);
  servers.push(server);
  const { baseURL } = server;
  return {
    server,
    model: createOpenAIModel({ model: 'm', apiKey: 'secret', baseURL, maxRetries: 0, ...options }),
  };
};

const prompt: ChatPrompt = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi.', speaker: 'Ana Sá' },
  ],
};

const hello = streamed([
  choice({ role: 'assistant', content: '' }),
  choice({ content: 'Hel' }),
  choice({ content: 'lo' }),
  choice({}, 'stop'),
  {
    choices: [],
    usage: { prompt_tokens: 9, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 8 } },
  },
]);

it('streams text, a finish and the usage', async () => {
  const { model, server } = await open([hello]);
  expect(await collect(model.stream(prompt))).toEqual([
    { type: 'text-delta', text: 'Hel' },
    { type: 'text-delta', text: 'lo' },
    {
      type: 'finish',
      reason: 'stop',
      usage: { inputTokens: 9, outputTokens: 2, cachedInputTokens: 8 },
    },
  ]);
  expect(server.requests).toMatchObject([
    {
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer secret' },
      body: {
        model: 'm',
        stream: true,
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hi.', name: 'Ana_S_' },
        ],
      },
    },
  ]);
});

it('takes nothing from the environment and sends nothing that was not given', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'from-environment');
  vi.stubEnv('OPENAI_ORG_ID', 'org-environment');
  vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-leak: environment\nauthorization: Bearer environment');
  const { model, server } = await open([hello], { apiKey: undefined });
  await collect(model.stream(prompt));
  const headers = JSON.stringify(server.requests[0]?.headers);
  expect(headers).not.toContain('environment');
  expect(headers).not.toContain('stainless');
});

it('offers tools, puts calls together from their pieces, and sends results back', async () => {
  const { model, server } = await open([
    streamed([
      choice({ tool_calls: [{ index: 0, id: 'a', function: { name: 'add', arguments: '' } }] }),
      choice({ tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] }),
      choice({ tool_calls: [{ index: 1, id: 'b', function: { name: 'now', arguments: '{}' } }] }),
      choice({ tool_calls: [{ index: 0, function: { arguments: '1}' } }] }),
      choice({}, 'tool_calls'),
    ]),
  ]);
  const asked: ChatPrompt = {
    tools: [{ name: 'add', description: 'Adds.', parameters: { type: 'object' } }],
    messages: [
      { role: 'user', content: 'Go.' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'z', name: 'add', input: '{}' }] },
      { role: 'tool', callId: 'z', name: 'add', content: '2' },
    ],
  };
  expect(await collect(model.stream(asked))).toEqual([
    { type: 'tool-call', call: { id: 'a', name: 'add', input: '{"a":1}' } },
    { type: 'tool-call', call: { id: 'b', name: 'now', input: '{}' } },
    { type: 'finish', reason: 'tool-calls' },
  ]);
  expect(server.requests[0]?.body).toMatchObject({
    tools: [{ type: 'function', function: { name: 'add', parameters: { type: 'object' } } }],
    messages: [
      { role: 'user' },
      { role: 'assistant', content: null, tool_calls: [{ id: 'z', type: 'function' }] },
      { role: 'tool', tool_call_id: 'z', content: '2' },
    ],
  });
});

it('passes log probabilities on, and asks for them only when told to', async () => {
  const logprobs = { content: [{ token: 'Hi', logprob: -0.25, bytes: null, top_logprobs: [] }] };
  const reply = streamed([choice({ content: 'Hi' }, undefined, { logprobs }), choice({}, 'stop')]);
  const { model, server } = await open([reply], { logprobs: true });
  expect((await collect(model.stream(prompt)))[0]).toEqual({
    type: 'text-delta',
    text: 'Hi',
    logprobs: [{ token: 'Hi', logprob: -0.25 }],
  });
  expect(server.requests[0]?.body['logprobs']).toBe(true);
  const plain = await open([hello]);
  await collect(plain.model.stream(prompt));
  expect(plain.server.requests[0]?.body).not.toHaveProperty('logprobs');
});

it.each([
  [401, false],
  [429, true],
  [500, true],
])('fails with status %i, retryable: %s', async (status, retryable) => {
  const { model } = await open([failed(status, 'no')]);
  await expect(collect(model.stream(prompt))).rejects.toMatchObject({
    code: 'MODEL_FAILED',
    retryable,
    details: { status },
  });
});

it('tries again before an answer has begun', async () => {
  const { model, server } = await open([failed(429, 'slow down'), failed(500, 'oops'), hello], {
    maxRetries: 2,
  });
  expect((await collect(model.stream(prompt))).at(-1)).toMatchObject({ type: 'finish' });
  expect(server.requests).toHaveLength(3);
});

it.each<[string, Reply]>([
  ['ends without a finish reason', streamed([choice({ content: 'Hel' })])],
  ['ends without anything', streamed([])],
  [
    'breaks within the answer',
    (response) => {
      streamed([choice({ content: 'Hel' })], { open: true })(response, {} as never);
      setImmediate(() => response.destroy());
    },
  ],
])('reports an answer that %s as torn', async (_, reply) => {
  const { model } = await open([reply]);
  await expect(collect(model.stream(prompt))).rejects.toMatchObject({
    code: 'MODEL_STREAM_TORN',
    retryable: true,
  });
});

it.each<[string, Reply]>([
  ['JSON that is none', streamed(['{"choices":[{"del'])],
  ['chunks of another shape', streamed([{ choices: [{ delta: { content: 7 } }] }])],
  ['chunks that are no objects', streamed(['42'])],
  ['an error within the answer', streamed([choice({ content: 'He' }), { error: { message: 'overloaded' } }])],
  ['a page of HTML', (response) => response.writeHead(502, { 'x-should-retry': 'false' }).end('<html>')],
])('fails on %s', async (_, reply) => {
  const { model } = await open([reply]);
  await expect(collect(model.stream(prompt))).rejects.toMatchObject({ code: 'MODEL_FAILED' });
});

it('fails, retryable, where nobody listens', async () => {
  const { model, server } = await open([hello]);
  await server.close();
  await expect(collect(model.stream(prompt))).rejects.toMatchObject({
    code: 'MODEL_FAILED',
    retryable: true,
  });
});

it('gives up on an endpoint that falls silent', async () => {
  const { model } = await open([streamed([choice({ content: 'Hel' })], { open: true })], { timeoutMs: 50 });
  await expect(collect(model.stream(prompt))).rejects.toMatchObject({ code: 'MODEL_STREAM_TORN' });
});

it('gives up on an endpoint that never answers', async () => {
  const { model } = await open([() => {}], { timeoutMs: 50 });
  await expect(collect(model.stream(prompt))).rejects.toMatchObject({
    code: 'MODEL_FAILED',
    retryable: true,
  });
});

it.each<[string, Reply]>([
  ['before the first piece', () => {}],
  ['within the answer', streamed([choice({ content: 'Hel' })], { open: true })],
])('rejects with ABORTED when aborted %s, and drops the request', async (_, reply) => {
  const abort = new AbortController();
  const { model, server } = await open([
    (response, request) => {
      reply(response, request);
      setTimeout(() => abort.abort(), 20);
    },
  ]);
  await expect(collect(model.stream(prompt, { signal: abort.signal }))).rejects.toMatchObject({
    code: 'ABORTED',
  });
  await vi.waitFor(() => expect(server.dropped()).toBe(1));
});

it('drops the request when the caller leaves the loop', async () => {
  const { model, server } = await open([streamed([choice({ content: 'Hel' })], { open: true })]);
  let first: ChatPart | undefined;
  for await (const part of model.stream(prompt)) {
    first = part;
    break;
  }
  expect(first).toEqual({ type: 'text-delta', text: 'Hel' });
  await vi.waitFor(() => expect(server.dropped()).toBe(1));
});

it.each([{ model: '' }, { model: 'm', baseURL: 'not a url' }])('refuses %j', (options) => {
  expect(() => createOpenAIModel(options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
});

it('puts calls together whose pieces have no place', async () => {
  const { model } = await open([
    streamed([
      choice({ tool_calls: [{ id: 'a', function: { name: 'add', arguments: '{"a"' } }] }),
      choice({ tool_calls: [{ function: { arguments: ':1' } }] }),
      choice({ tool_calls: [{ id: 'a', function: { arguments: '}' } }] }),
      choice({ tool_calls: [{ id: 'b', function: { name: 'now', arguments: '{}' } }] }),
      choice({ tool_calls: [{ id: '', function: { name: 'now', arguments: '{"b":2}' } }] }),
      choice({}, 'tool_calls'),
    ]),
  ]);
  const parts = await collect(model.stream(prompt));
  expect(parts.flatMap((part) => (part.type === 'tool-call' ? [part.call] : []))).toEqual([
    { id: 'a', name: 'add', input: '{"a":1}' },
    { id: 'b', name: 'now', input: '{}' },
    { id: 'call_2', name: 'now', input: '{"b":2}' },
  ]);
});
