import { AIMessage } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { RunnableLambda, RunnableParallel } from '@langchain/core/runnables';
import { FakeListChatModel, FakeStreamingChatModel, FakeStreamingLLM } from '@langchain/core/utils/testing';
import type { ScopedMemory } from '@retentive/memory';
import { beforeEach, expect, it } from 'vitest';
import { createIngestHandler, type IngestedMessage } from '../../src/langchain/ingest-handler.ts';
import { openScope } from '../support/open-scope.ts';

let scope: ScopedMemory;

beforeEach(async () => {
  scope = await openScope();
});

const hello = () => new FakeListChatModel({ responses: ['Hello, Ana.'] });
const stored = async () =>
  (await scope.messages()).map(({ role, origin, state, text }) => [role, origin, state, text]);
const HELLO = ['assistant', 'agent', 'complete', 'Hello, Ana.'];

it('stores a streamed answer while it is made, complete when the stream ends', async () => {
  const handler = createIngestHandler(scope, { thread: 't1', speaker: 'Bot', metadata: { app: 'demo' } });
  const states: unknown[] = [];
  for await (const _ of await hello().stream('Hi.', { callbacks: [handler] })) {
    states.push((await scope.messages()).map(({ state }) => state));
  }
  expect(states.at(-1)).toEqual(['open']);
  expect(await scope.messages()).toMatchObject([
    { thread: 't1', speaker: 'Bot', state: 'complete', text: 'Hello, Ana.', metadata: { app: 'demo' } },
  ]);
});

it('stores the answer of a chain, durable when the chain has resolved', async () => {
  const seen: IngestedMessage[] = [];
  const handler = createIngestHandler(scope, { onMessage: (message) => seen.push(message) });
  const chain = RunnableLambda.from((name: string) => `I am ${name}.`)
    .pipe(hello())
    .pipe(new StringOutputParser());
  await expect(chain.invoke('Ana', { callbacks: [handler] })).resolves.toBe('Hello, Ana.');
  const [message] = await scope.messages();
  await expect(stored()).resolves.toEqual([HELLO]);
  expect(seen).toMatchObject([{ message: message?.id, state: 'complete', run: expect.any(String) }]);
});

it('stores the answer of a model that only completes text', async () => {
  const handler = createIngestHandler(scope);
  const model = new FakeStreamingLLM({ responses: ['Hello, Ana.'] });
  for await (const _ of await model.stream('Hi.', { callbacks: [handler] }));
  await expect(stored()).resolves.toEqual([HELLO]);
});

it('tells runs at the same time apart', async () => {
  const handler = createIngestHandler(scope);
  const model = (text: string) => new FakeStreamingChatModel({ responses: [new AIMessage(text)], sleep: 1 });
  const both = RunnableParallel.from({ a: model('aaaaaaaa'), b: model('bbbbbbbb') });
  for await (const _ of await both.stream('Hi.', { callbacks: [handler] }));
  expect((await stored()).map(([, , state, text]) => [state, text]).toSorted()).toEqual([
    ['complete', 'aaaaaaaa'],
    ['complete', 'bbbbbbbb'],
  ]);
});

it('stores a batch as one message for each answer', async () => {
  const handler = createIngestHandler(scope);
  await new FakeListChatModel({ responses: ['one', 'two'] }).batch(['a', 'b'], { callbacks: [handler] });
  expect((await stored()).map((row) => row[3]).toSorted()).toEqual(['one', 'two']);
});

it('tears an answer that fails half-way', async () => {
  const handler = createIngestHandler(scope);
  const model = hello();
  const broken = async function* (...given: Parameters<typeof model._streamResponseChunks>) {
    let left = 5;
    for await (const chunk of FakeListChatModel.prototype._streamResponseChunks.apply(model, given)) {
      if (left === 0) throw new Error('connection lost');
      left -= 1;
      yield chunk;
    }
  };
  model._streamResponseChunks = broken;
  const reading = (async () => {
    for await (const _ of await model.stream('Hi.', { callbacks: [handler] }));
  })();
  await expect(reading).rejects.toThrow('connection lost');
  await expect(stored()).resolves.toEqual([['assistant', 'agent', 'torn', 'Hello']]);
});

it('tears an answer that is aborted', async () => {
  const handler = createIngestHandler(scope);
  const abort = new AbortController();
  const model = new FakeStreamingChatModel({ responses: [new AIMessage('Hello, Ana.')], sleep: 1 });
  const reading = (async () => {
    let pieces = 0;
    for await (const _ of await model.stream('Hi.', { callbacks: [handler], signal: abort.signal })) {
      pieces += 1;
      if (pieces === 5) abort.abort();
    }
  })();
  await expect(reading).rejects.toThrow();
  await handler.close();
  const [message] = await scope.messages();
  expect(message?.state).toBe('torn');
  expect('Hello, Ana.').toContain(message?.text);
});

it('tears at close what a reader has left, for LangChain reports no end of it', async () => {
  const handler = createIngestHandler(scope);
  let pieces = 0;
  for await (const _ of await hello().stream('Hi.', { callbacks: [handler] })) {
    pieces += 1;
    if (pieces === 5) break;
  }
  await handler.close();
  await handler.close();
  expect((await scope.messages())[0]?.state).toBe('torn');
});

it('stores nothing of a run without a word, and only tagged runs where a tag is named', async () => {
  const handler = createIngestHandler(scope, { tag: 'answer' });
  const call = { type: 'tool_call', id: 'c1', name: 'add', args: {} } as const;
  const silent = new FakeStreamingChatModel({
    responses: [new AIMessage({ content: '', tool_calls: [call] })],
  });
  await silent.invoke('Hi.', { callbacks: [handler], tags: ['answer'] });
  const rewrite = new FakeListChatModel({ responses: ['a better question'] });
  const chain = rewrite.pipe(new StringOutputParser()).pipe(hello().withConfig({ tags: ['answer'] }));
  await chain.invoke('Hi.', { callbacks: [handler] });
  await expect(stored()).resolves.toEqual([HELLO]);
});

const failing = (): ScopedMemory => ({
  ...scope,
  ingest: (header) => {
    const writer = scope.ingest(header);
    let writes = 0;
    return {
      ...writer,
      async write(text, options) {
        writes += 1;
        if (writes > 1) throw new Error('disk full');
        return await writer.write(text, options);
      },
    };
  },
});

it('never breaks the chain: a failure of memory is told, and what is stored has no hole', async () => {
  const told: unknown[] = [];
  const handler = createIngestHandler(failing(), {
    onError: (error, run) => told.push([String(error), run]),
  });
  let text = '';
  const model = new FakeStreamingChatModel({ responses: [new AIMessage('Hello, Ana.')], sleep: 1 });
  for await (const chunk of await model.stream('Hi.', { callbacks: [handler] })) text += chunk.text;
  expect(text).toBe('Hello, Ana.');
  expect(told).toEqual([['Error: disk full', expect.any(String)]]);
  const [message] = await scope.messages();
  expect(message?.state).toBe('torn');
  expect('Hello, Ana.'.startsWith(message?.text ?? 'x')).toBe(true);
  await handler.close();
});

it('never breaks the chain: an unheard failure is thrown by close', async () => {
  const bad = createIngestHandler(scope, { thread: '' });
  await expect(hello().invoke('Hi.', { callbacks: [bad] })).resolves.toMatchObject({
    content: 'Hello, Ana.',
  });
  await expect(bad.close()).rejects.toMatchObject({ code: 'LABEL_INVALID' });
  await expect(bad.close()).resolves.toBeUndefined();
  const throwing = createIngestHandler(scope, {
    thread: '',
    onError: () => {
      throw new Error('listener');
    },
  });
  await hello().invoke('Hi.', { callbacks: [throwing] });
  await expect(throwing.close()).rejects.toThrow('listener');
});
