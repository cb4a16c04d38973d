import { type ChatModel, collect, METADATA_LIMITS, type PromptMessage } from '@retentive/core';
import { defineTool } from '@retentive/tools';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { AgentPart } from '../src/agent-types.ts';
import { openBench } from './support/open-agent.ts';

const add = defineTool({
  name: 'add',
  description: 'Adds two numbers.',
  input: z.object({ a: z.number(), b: z.number() }),
  run: ({ a, b }) => a + b,
});

const results = (parts: readonly AgentPart[]) => parts.filter((part) => part.type === 'tool-result');

afterEach(() => {
  vi.useRealTimers();
});

it('runs a tool, shows the model its result, and stores everything in the order it happened', async () => {
  const { agent, scope, model } = await openBench(
    [['Let me add. ', { tool: 'add', input: { a: 2, b: 3 } }], 'It is 5.'],
    { tools: [add] },
  );
  const parts = await collect(agent.stream({ scope, input: 'What is 2 + 3?' }));
  expect(parts.map(({ type }) => type)).toEqual([
    'memory-write',
    'context-ready',
    'text-delta',
    'tool-call',
    'memory-write',
    'tool-result',
    'memory-write',
    'text-delta',
    'memory-write',
    'finish',
  ]);
  expect(results(parts)).toEqual([
    { type: 'tool-result', call: { id: 'call-1', name: 'add', input: '{"a":2,"b":3}' }, output: '5' },
  ]);
  expect(model.prompts[1]?.messages.slice(-3)).toEqual([
    { role: 'user', content: 'What is 2 + 3?' },
    {
      role: 'assistant',
      content: 'Let me add. ',
      toolCalls: [{ id: 'call-1', name: 'add', input: '{"a":2,"b":3}' }],
    },
    { role: 'tool', callId: 'call-1', name: 'add', content: '5' },
  ] satisfies PromptMessage[]);
  const stored = await scope.messages();
  expect(stored.map(({ role, origin, text }) => [role, origin, text])).toEqual([
    ['user', 'user', 'What is 2 + 3?'],
    ['assistant', 'agent', 'Let me add. '],
    ['tool', 'tool', '5'],
    ['assistant', 'agent', 'It is 5.'],
  ]);
  expect(parts.at(-1)).toMatchObject({ messageIds: stored.map(({ id }) => id) });
});

it('shows calls and results of earlier turns together again', async () => {
  const { agent, scope, model } = await openBench(
    [
      [
        { tool: 'add', input: { a: 1, b: 1 } },
        { tool: 'add', input: { a: 2, b: 2 } },
      ],
      'Two and four.',
      'Bye.',
    ],
    { tools: [add] },
  );
  await agent.stream({ scope, input: 'Add.' }).text();
  await agent.stream({ scope, input: 'Thanks.' }).text();
  expect(model.prompts[2]?.messages.slice(1)).toEqual([
    { role: 'user', content: 'Add.' },
    {
      role: 'assistant',
      content: '',
      toolCalls: [
        { id: 'call-1', name: 'add', input: '{"a":1,"b":1}' },
        { id: 'call-2', name: 'add', input: '{"a":2,"b":2}' },
      ],
    },
    { role: 'tool', callId: 'call-1', name: 'add', content: '2' },
    { role: 'tool', callId: 'call-2', name: 'add', content: '4' },
    { role: 'assistant', content: 'Two and four.' },
    { role: 'user', content: 'Thanks.' },
  ]);
});

it.each([
  ['an unknown tool', { tool: 'subtract', input: {} }, 'TOOL_NOT_FOUND'],
  ['input that is not JSON', { tool: 'add', input: '{"a":' }, 'TOOL_INPUT_INVALID'],
  ['input that is no object', { tool: 'add', input: '[1,2]' }, 'TOOL_INPUT_INVALID'],
  ['input of another shape', { tool: 'add', input: { a: 'two', b: 3 } }, 'TOOL_INPUT_INVALID'],
  ['no input at all', { tool: 'add', input: '' }, 'TOOL_INPUT_INVALID'],
])('answers %s with an error and goes on', async (_, call, code) => {
  const { agent, scope, model } = await openBench([[call], 'Sorry.'], { tools: [add] });
  const parts = await collect(agent.stream({ scope, input: 'Go.' }));
  expect(results(parts)).toMatchObject([{ error: { code } }]);
  expect(JSON.parse(String(model.prompts[1]?.messages.at(-1)?.content))).toMatchObject({ error: { code } });
  expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
});

it('answers a tool that throws with its message', async () => {
  const broken = { ...add, run: () => Promise.reject(new Error('no ink')) };
  const { agent, scope } = await openBench([[{ tool: 'add' }], 'Sorry.'], { tools: [broken] });
  const parts = await collect(agent.stream({ scope, input: 'Go.' }));
  expect(results(parts)).toMatchObject([{ error: { code: 'TOOL_FAILED', message: 'no ink' } }]);
});

it('gives up on a tool that hangs, and tells it to stop', async () => {
  let told: AbortSignal | undefined;
  const hanging = {
    ...add,
    run: (_: unknown, options?: { signal?: AbortSignal | undefined }) => {
      told = options?.signal;
      return new Promise<string>(() => {});
    },
  };
  const { agent, scope } = await openBench([[{ tool: 'add' }], 'Sorry.'], {
    tools: [hanging],
    toolTimeoutMs: 5_000,
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const reading = collect(agent.stream({ scope, input: 'Go.' }));
  await vi.waitFor(() => expect(told).toBeDefined());
  await vi.advanceTimersByTimeAsync(5_000);
  expect(results(await reading)).toMatchObject([
    { error: { code: 'TOOL_FAILED', message: 'add gave no result within 5000 ms' } },
  ]);
  expect(told?.aborted).toBe(true);
});

it('rejects with ABORTED when aborted while a tool runs', async () => {
  const abort = new AbortController();
  const hanging = { ...add, run: () => new Promise<string>(() => {}) };
  const { agent, scope } = await openBench([['Wait. ', { tool: 'add' }]], { tools: [hanging] });
  const run = agent.stream({ scope, input: 'Go.', signal: abort.signal });
  const reading = (async () => {
    for await (const part of run) if (part.type === 'tool-call') setImmediate(() => abort.abort());
  })();
  await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
});

it.each<[string, { readonly id?: string; readonly input?: string }]>([
  ['a very long id', { id: 'x'.repeat(9_000) }],
  ['input of control characters', { input: '\u0001'.repeat(1_500) }],
  ['input of lone surrogates', { input: '\ud800'.repeat(1_500) }],
  ['input of long characters', { input: JSON.stringify({ a: '語'.repeat(5_000) }) }],
])('stores the result of a call with %s', async (_, call) => {
  const { agent, scope } = await openBench([[{ tool: 'add', input: {}, ...call }], 'Sorry.', 'Bye.'], {
    tools: [add],
    budget: { tokens: 100_000 },
  });
  const parts = await collect(agent.stream({ scope, input: 'Go.' }));
  expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  const { metadata } = (await scope.messages()).find(({ role }) => role === 'tool') ?? {};
  expect(metadata).toMatchObject({ tool: 'add' });
  expect(Buffer.byteLength(JSON.stringify(metadata))).toBeLessThanOrEqual(METADATA_LIMITS.bytes);
  await expect(agent.stream({ scope, input: 'Thanks.' }).text()).resolves.toBe('Bye.');
});

it('keeps calls with very long ids apart in later turns', async () => {
  const ids = ['a', 'b'].map((end) => `${'x'.repeat(9_000)}${end}`);
  const calls = ids.map((id) => ({ tool: 'add', id, input: { a: 1, b: 1 } }));
  const { agent, scope, model } = await openBench([calls, 'Two.', 'Bye.'], {
    tools: [add],
    budget: { tokens: 100_000 },
  });
  await agent.stream({ scope, input: 'Add.' }).text();
  await agent.stream({ scope, input: 'Thanks.' }).text();
  const shown = model.prompts[2]?.messages.flatMap((message) =>
    message.role === 'tool' ? [message.callId] : [],
  );
  expect(new Set(shown).size).toBe(2);
});

it('stores the answer of a model with a very long id', async () => {
  const model: ChatModel = {
    id: 'm'.repeat(9_000),
    async *stream() {
      yield { type: 'text-delta', text: 'Hello.' };
      yield { type: 'finish', reason: 'stop' };
    },
  };
  const { agent, scope } = await openBench([], { model });
  await expect(agent.stream({ scope, input: 'Hi.' }).text()).resolves.toBe('Hello.');
});

it('runs many tools in one step without a warning', async () => {
  const warnings: string[] = [];
  const listener = ({ name }: Error) => warnings.push(name);
  process.on('warning', listener);
  const calls = Array.from({ length: 20 }, () => ({ tool: 'add', input: { a: 1, b: 1 } }));
  const { agent, scope } = await openBench([calls, 'Done.'], { tools: [add] });
  const abort = new AbortController();
  await agent.stream({ scope, input: 'Go.', signal: abort.signal }).text();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', listener);
  expect(warnings).toEqual([]);
});

it.each([[5], [undefined], [null], [{ sum: 5 }]])(
  'answers a tool that gives %j with an error',
  async (given) => {
    const odd = { ...add, run: () => Promise.resolve(given as never) };
    const { agent, scope } = await openBench([[{ tool: 'add' }], 'Sorry.'], { tools: [odd] });
    const parts = await collect(agent.stream({ scope, input: 'Go.' }));
    expect(results(parts)).toMatchObject([
      {
        error: { code: 'TOOL_FAILED', message: expect.stringContaining('add must give its result as text') },
      },
    ]);
  },
);

it('stops after the last step, with the calls answered and not run', async () => {
  let runs = 0;
  const counting = {
    ...add,
    run: async () => {
      runs += 1;
      return '1';
    },
  };
  const { agent, scope } = await openBench(
    Array.from({ length: 5 }, () => [{ tool: 'add' }]),
    { tools: [counting], maxSteps: 3 },
  );
  const parts = await collect(agent.stream({ scope, input: 'Go.' }));
  expect(runs).toBe(2);
  expect(results(parts)).toHaveLength(3);
  expect(results(parts).at(-1)).toMatchObject({ error: { code: 'TOOL_FAILED' } });
  expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'step-limit' });
});

it('does not store the results of tools that ask not to be remembered', async () => {
  const { agent, scope } = await openBench([[{ tool: 'add', input: { a: 1, b: 1 } }], 'Two.'], {
    tools: [{ ...add, remember: false }],
  });
  await agent.stream({ scope, input: 'Go.' }).text();
  expect((await scope.messages()).map(({ role }) => role)).toEqual(['user', 'assistant']);
});

it('sums the usage of all steps', async () => {
  const { agent, scope } = await openBench(
    [
      [
        { tool: 'add', input: { a: 1, b: 1 } },
        { finish: 'tool-calls', usage: { inputTokens: 10, outputTokens: 2, cachedInputTokens: 4 } },
      ],
      ['Two.', { finish: 'stop', usage: { inputTokens: 15, outputTokens: 3 } }],
    ],
    { tools: [add] },
  );
  const parts = await collect(agent.stream({ scope, input: 'Go.' }));
  expect(parts.at(-1)).toMatchObject({
    usage: { inputTokens: 25, outputTokens: 5, cachedInputTokens: 4 },
  });
});

it.each([
  ['two tools of one name', [add, add]],
  ['a tool without a name', [{ ...add, name: '' }]],
  ['a tool that cannot run', [{ ...add, run: undefined as never }]],
  ['a tool that is none', [null as never]],
  ['tools that are no list', null as never],
])('refuses %s', async (_, tools) => {
  await expect(openBench([], { tools })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});
