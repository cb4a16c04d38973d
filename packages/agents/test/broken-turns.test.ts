import { collect, RetentiveError } from '@retentive/core';
import { expect, it } from 'vitest';
import { createAgent } from '../src/agent.ts';
import { openBench } from './support/open-agent.ts';

const never = new Promise<never>(() => {});

it('keeps the input and tears the answer when the model fails midway', async () => {
  const cause = new Error('no more power');
  const { agent, scope } = await openBench([['Half an ans', { error: cause }]]);
  const error = await collect(agent.stream({ scope, input: 'Hi.' })).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'MODEL_FAILED', cause });
  expect((await scope.messages()).map(({ role, text, state }) => [role, text, state])).toEqual([
    ['user', 'Hi.', 'complete'],
    ['assistant', 'Half an ans', 'torn'],
  ]);
});

it('passes typed errors of a model on as they are', async () => {
  const error = new RetentiveError('MODEL_FAILED', 'status 429', { retryable: true });
  const { agent, scope } = await openBench([[{ error }]]);
  await expect(agent.stream({ scope, input: 'Hi.' }).text()).rejects.toBe(error);
  expect((await scope.messages()).map(({ role }) => role)).toEqual(['user']);
});

it('reports a stream that ends without a finish as torn', async () => {
  const { agent, scope } = await openBench([['Half', { torn: true }]]);
  await expect(agent.stream({ scope, input: 'Hi.' }).text()).rejects.toMatchObject({
    code: 'MODEL_STREAM_TORN',
    retryable: true,
  });
  expect((await scope.messages()).at(-1)).toMatchObject({ role: 'assistant', state: 'torn', text: 'Half' });
});

it('tears the answer and rejects with ABORTED when aborted while the model is silent', async () => {
  const { agent, scope, model } = await openBench([['Half', { wait: never }]]);
  const abort = new AbortController();
  const run = agent.stream({ scope, input: 'Hi.', signal: abort.signal });
  const reading = (async () => {
    for await (const part of run) if (part.type === 'text-delta') abort.abort(new Error('enough'));
  })();
  await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
  expect((await scope.messages()).at(-1)).toMatchObject({ role: 'assistant', state: 'torn', text: 'Half' });
  expect(model.left()).toBe(1);
});

it('stores nothing when aborted before it began', async () => {
  const { agent, scope } = await openBench(['Hello.']);
  const run = agent.stream({ scope, input: 'Hi.', signal: AbortSignal.abort() });
  await expect(run.text()).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await scope.messages()).toEqual([]);
});

it('releases the model and tears the answer when the caller leaves the loop', async () => {
  const { agent, scope, model } = await openBench([['Half', ' an', ' answer', { wait: never }]]);
  for await (const part of agent.stream({ scope, input: 'Hi.' })) {
    if (part.type === 'text-delta' && part.text === ' an') break;
  }
  expect((await scope.messages()).at(-1)).toMatchObject({
    role: 'assistant',
    state: 'torn',
    text: 'Half an',
  });
  expect(model.left()).toBe(1);
});

it('shows a torn answer as broken off in the next turn', async () => {
  const { agent, scope, model } = await openBench([['Half', { torn: true }], 'Whole.']);
  await agent
    .stream({ scope, input: 'Hi.' })
    .text()
    .catch(() => {});
  await agent.stream({ scope, input: 'Again?' }).text();
  expect(model.prompts[1]?.messages.map(({ role, content }) => [role, content]).slice(1)).toEqual([
    ['user', 'Hi.'],
    ['assistant', 'Half [broken off]'],
    ['user', 'Again?'],
  ]);
});

it.each<[string, unknown]>([
  ['null', null],
  ['text without text', { type: 'text-delta' }],
  ['a call without input', { type: 'tool-call', call: { id: 'c', name: 'add' } }],
  ['a part of no kind', { type: 'song' }],
  ['a finish without a reason', { type: 'finish' }],
])('rejects with MODEL_FAILED when the model sends %s', async (_, part) => {
  const model = {
    id: 'odd',
    async *stream() {
      yield { type: 'text-delta', text: 'Half' };
      yield part;
    },
  };
  const { agent, scope } = await openBench([], { model: model as never });
  await expect(agent.stream({ scope, input: 'Hi.' }).text()).rejects.toMatchObject({
    code: 'MODEL_FAILED',
    message: expect.stringContaining('odd sent a part that is none'),
  });
  expect((await scope.messages()).at(-1)).toMatchObject({ state: 'torn', text: 'Half' });
});

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['no memory', {}],
  ['a memory that is none', { memory: 'here' }],
])('refuses an agent made with %s', (_, options) => {
  expect(() => createAgent(options as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
});

it.each<[string, object]>([
  ['model', { model: {} }],
  ['model', { model: null }],
  ['instructions', { instructions: 7 }],
])('refuses an agent with a bad %s', async (_, options) => {
  await expect(openBench([], options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});

it('refuses a turn without a scope or an input, at once', async () => {
  const { agent, scope } = await openBench([]);
  const requests: readonly unknown[] = [
    undefined,
    null,
    { input: 'Hi.' },
    { scope: null, input: 'Hi.' },
    { scope: 'acme', input: 'Hi.' },
    { scope, input: null },
    { scope },
    { scope, input: 7 },
    { scope, input: {} },
    { scope, input: { content: [null] } },
  ];
  for (const request of requests) {
    expect(() => agent.stream(request as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  }
});

it('stores no message for an answer without text', async () => {
  const { agent, scope } = await openBench([['', '  ']]);
  await expect(agent.stream({ scope, input: 'Hi.' }).text()).resolves.toBe('  ');
  expect(await scope.messages()).toHaveLength(1);
});

it('rejects with the code of the store when the memory is closed', async () => {
  const { agent, scope, memory } = await openBench(['Hello.']);
  await memory.close();
  await expect(agent.stream({ scope, input: 'Hi.' }).text()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
});
