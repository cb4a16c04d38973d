import { AIMessage } from '@langchain/core/messages';
import { FakeListChatModel, FakeStreamingChatModel } from '@langchain/core/utils/testing';
import { type ChatPart, type ChatPrompt, collect } from '@retentive/core';
import { expect, it, vi } from 'vitest';
import { createLangChainModel, type LangChainModelOptions } from '../src/models/langchain.ts';
import { type Piece, PieceModel } from './support/piece-model.ts';

const prompt: ChatPrompt = { messages: [{ role: 'user', content: 'Hi.' }] };
const done: Piece = { content: '', response_metadata: { finish_reason: 'stop' } };
const usage = (input: number, output: number, cacheRead?: number) => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
  ...(cacheRead === undefined ? {} : { input_token_details: { cache_read: cacheRead } }),
});

const play = (pieces: readonly Piece[], options: LangChainModelOptions = {}): Promise<ChatPart[]> =>
  collect(createLangChainModel(new PieceModel(pieces), options).stream(prompt));

it("streams LangChain's own list model, whose finish reason comes with the last token", async () => {
  const model = new FakeListChatModel({ responses: ['Hello'], generationInfo: { finish_reason: 'stop' } });
  const parts = await collect(createLangChainModel(model).stream(prompt));
  expect(parts.map((part) => (part.type === 'text-delta' ? part.text : part))).toEqual([
    ...'Hello',
    { type: 'finish', reason: 'stop' },
  ]);
  expect(createLangChainModel(model).id).toBe('langchain:fake-list');
});

it('takes a stream that tells no reason as torn, unless told to assume the end', async () => {
  const model = new FakeStreamingChatModel({ responses: [new AIMessage('Hello')], sleep: 0 });
  await expect(collect(createLangChainModel(model).stream(prompt))).rejects.toMatchObject({
    code: 'MODEL_STREAM_TORN',
    retryable: true,
  });
  const assuming = createLangChainModel(model, { finish: 'assumed' });
  expect((await collect(assuming.stream(prompt))).at(-1)).toEqual({ type: 'finish', reason: 'stop' });
});

it('takes the answer of a model that does not stream as whole', async () => {
  const model = new FakeListChatModel({ responses: ['Hello'] });
  model.disableStreaming = true;
  expect(await collect(createLangChainModel(model).stream(prompt))).toEqual([
    { type: 'text-delta', text: 'Hello' },
    { type: 'finish', reason: 'stop' },
  ]);
});

it('takes usage in the last piece for the end, and in an earlier one not', async () => {
  await expect(play([{ content: 'Hi' }, { content: '', usage_metadata: usage(9, 2, 8) }])).resolves.toEqual([
    { type: 'text-delta', text: 'Hi' },
    { type: 'finish', reason: 'stop', usage: { inputTokens: 9, outputTokens: 2, cachedInputTokens: 8 } },
  ]);
  await expect(play([{ content: '', usage_metadata: usage(9, 0) }, { content: 'Hi' }])).rejects.toMatchObject(
    {
      code: 'MODEL_STREAM_TORN',
    },
  );
});

it('adds up usage that comes in parts', async () => {
  const parts = await play([
    { content: '', usage_metadata: usage(9, 0) },
    { content: 'Hi' },
    { content: '', usage_metadata: usage(0, 2), additional_kwargs: { stop_reason: 'end_turn' } },
  ]);
  expect(parts.at(-1)).toEqual({
    type: 'finish',
    reason: 'stop',
    usage: { inputTokens: 9, outputTokens: 2 },
  });
});

it.each([
  ['finish_reason', 'length', 'length'],
  ['finish_reason', 'content_filter', 'content-filter'],
  ['finishReason', 'MAX_TOKENS', 'length'],
  ['finishReason', 'SAFETY', 'content-filter'],
  ['stop_reason', 'max_tokens', 'length'],
  ['done_reason', 'stop', 'stop'],
  ['finish_reason', 'something new', 'stop'],
])('reads %s "%s" as %s', async (field, value, reason) => {
  const parts = await play([{ content: 'Hi' }, { content: '', response_metadata: { [field]: value } }]);
  expect(parts.at(-1)).toEqual({ type: 'finish', reason });
});

it('reads the reason where Bedrock puts it, and none where there is none yet', async () => {
  const stop = { messageStop: { stopReason: 'end_turn' } };
  const parts = await play([{ content: 'Hi', response_metadata: stop }]);
  expect(parts.at(-1)).toMatchObject({ reason: 'stop' });
  const pending = { content: 'Hi', response_metadata: { finishReason: 'FINISH_REASON_UNSPECIFIED' } };
  await expect(play([pending])).rejects.toMatchObject({ code: 'MODEL_STREAM_TORN' });
});

it('puts calls together from their pieces, their input as the model wrote it', async () => {
  const piece = (fields: object): Piece => ({
    content: '',
    tool_call_chunks: [{ type: 'tool_call_chunk', ...fields }],
  });
  const parts = await play([
    { content: 'Let me see. ' },
    piece({ index: 0, id: 'a', name: 'add', args: '' }),
    piece({ index: 0, args: '{"a":' }),
    piece({ index: 1, id: 'b', name: 'now', args: '{}' }),
    piece({ index: 0, args: '1' }),
    // Two calls at once with the same index, as Gemini sends them.
    piece({ index: 1, id: 'c', name: 'now', args: '{"x":1}' }),
    { content: '', response_metadata: { finish_reason: 'tool_calls' } },
  ]);
  expect(parts.slice(1)).toEqual([
    { type: 'tool-call', call: { id: 'a', name: 'add', input: '{"a":1' } },
    { type: 'tool-call', call: { id: 'b', name: 'now', input: '{}' } },
    { type: 'tool-call', call: { id: 'c', name: 'now', input: '{"x":1}' } },
    { type: 'finish', reason: 'tool-calls' },
  ]);
});

it('takes calls that come whole, and those that are no JSON', async () => {
  const parts = await play([
    {
      content: '',
      tool_calls: [{ type: 'tool_call', name: 'add', args: { a: 1 } }],
      response_metadata: { finishReason: 'STOP' },
    },
  ]);
  expect(parts).toEqual([
    { type: 'tool-call', call: { id: 'call_0', name: 'add', input: '{"a":1}' } },
    { type: 'finish', reason: 'tool-calls' },
  ]);
  const whole = new FakeStreamingChatModel({});
  whole.disableStreaming = true;
  const message = new AIMessage({
    content: '',
    invalid_tool_calls: [{ type: 'invalid_tool_call', id: 'z', name: 'add', args: '{"a":' }],
  });
  whole._generate = async () => ({ generations: [{ text: '', message }] });
  expect((await collect(createLangChainModel(whole).stream(prompt)))[0]).toEqual({
    type: 'tool-call',
    call: { id: 'z', name: 'add', input: '{"a":' },
  });
});

it('passes messages, tools and results on', async () => {
  const model = new PieceModel([{ content: 'ok' }, done]);
  const parameters = { type: 'object', properties: { a: { type: 'number' } } };
  await collect(
    createLangChainModel(model).stream({
      tools: [{ name: 'add', description: 'Adds.', parameters }],
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Go.', speaker: 'Ana' },
        {
          role: 'assistant',
          content: '',
          toolCalls: [
            { id: 'y', name: 'add', input: '{"a":1}' },
            { id: 'z', name: 'add', input: '{"a":' },
          ],
        },
        { role: 'tool', callId: 'y', name: 'add', content: '2' },
      ],
    }),
  );
  expect(model.bound).toEqual([[{ name: 'add', description: 'Adds.', schema: parameters }]]);
  expect(model.asked[0]?.map((message) => message.type)).toEqual(['system', 'human', 'ai', 'tool']);
  expect(model.asked[0]).toMatchObject([
    { content: 'Be brief.' },
    { content: 'Go.', name: 'Ana' },
    {
      tool_calls: [
        { id: 'y', name: 'add', args: { a: 1 } },
        { id: 'z', name: 'add', args: {} },
      ],
    },
    { content: '2', tool_call_id: 'y', name: 'add' },
  ]);
});

it("binds tools as LangChain's fakes take them, and says so where a model takes none", async () => {
  const tools = [{ name: 'add', description: 'Adds.', parameters: { type: 'object', properties: {} } }];
  const fake = new FakeListChatModel({ responses: ['ok'] });
  const model = createLangChainModel(fake, { finish: 'assumed' });
  expect((await collect(model.stream({ ...prompt, tools }))).at(-1)).toMatchObject({ type: 'finish' });
  const without = new PieceModel([done]);
  Object.defineProperty(without, 'bindTools', { value: undefined });
  await expect(collect(createLangChainModel(without).stream({ ...prompt, tools }))).rejects.toMatchObject({
    code: 'MODEL_FAILED',
    message: expect.stringContaining('bindTools'),
  });
});

it('reads text out of content blocks, and log probabilities where they are passed on', async () => {
  const logprobs = { content: [{ token: 'Hi', logprob: -0.25 }] };
  await expect(
    play([{ content: [{ type: 'text', text: 'Hi' }], response_metadata: { logprobs } }, done]),
  ).resolves.toEqual([
    { type: 'text-delta', text: 'Hi', logprobs: [{ token: 'Hi', logprob: -0.25 }] },
    { type: 'finish', reason: 'stop' },
  ]);
});

it.each([
  ['nothing at all', [], 'MODEL_STREAM_TORN', true],
  ['half a stream', [{ content: 'Hel' }], 'MODEL_STREAM_TORN', true],
  [
    'a connection that breaks',
    [{ content: 'Hel' }, { error: new TypeError('terminated') }],
    'MODEL_STREAM_TORN',
    true,
  ],
  ['too many requests', [{ error: Object.assign(new Error('slow'), { status: 429 }) }], 'MODEL_FAILED', true],
  ['a wrong key', [{ error: Object.assign(new Error('no'), { status: 401 }) }], 'MODEL_FAILED', false],
  ['any other error', [{ error: new Error('oops') }], 'MODEL_FAILED', false],
] satisfies [string, Piece[], string, boolean][])('reports %s', async (_, pieces, code, retryable) => {
  await expect(play(pieces)).rejects.toMatchObject({ code, retryable });
});

it('reports an answer of nothing as torn also where the end is assumed', async () => {
  await expect(play([], { finish: 'assumed' })).rejects.toMatchObject({ code: 'MODEL_STREAM_TORN' });
});

it('gives up on a model that falls silent', async () => {
  const silent: Piece = { wait: new Promise(() => {}) };
  await expect(play([{ content: 'Hel' }, silent], { timeoutMs: 20 })).rejects.toMatchObject({
    code: 'MODEL_STREAM_TORN',
  });
});

it('rejects with ABORTED when aborted before or within the answer', async () => {
  const model = createLangChainModel(new FakeListChatModel({ responses: ['Hello'], sleep: 1 }));
  const aborted = collect(model.stream(prompt, { signal: AbortSignal.abort() }));
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' });
  const abort = new AbortController();
  const reading = (async () => {
    for await (const _ of model.stream(prompt, { signal: abort.signal })) abort.abort();
  })();
  await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
});

it('ends the model when the caller leaves the loop', async () => {
  const model = new PieceModel([{ content: 'a' }, { content: 'b' }, done]);
  for await (const part of createLangChainModel(model).stream(prompt)) {
    expect(part).toEqual({ type: 'text-delta', text: 'a' });
    break;
  }
  await vi.waitFor(() => expect(model.ended).toBe(1));
});

it('refuses a timeout that is none', () => {
  expect(() => createLangChainModel(new PieceModel([]), { timeoutMs: 0 })).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  );
});
