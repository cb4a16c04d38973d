import { collect } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import { createMemoryTools } from '@retentive/tools';
import { afterEach, expect, it, vi } from 'vitest';
import { recordChanges } from '../../tools/test/support/record-changes.ts';
import { createAgent } from '../src/agent.ts';
import type { AgentOptions, AgentPart } from '../src/agent-types.ts';
import { createLangChainModel } from '../src/models/langchain.ts';
import { createScriptedModel, type ScriptedResponse } from '../src/models/scripted.ts';
import { openBench } from './support/open-agent.ts';
import { type Piece, PieceModel } from './support/piece-model.ts';

afterEach(() => {
  vi.useRealTimers();
});

const open = async (
  script: readonly ScriptedResponse[],
  options: Partial<AgentOptions> = {},
  change: (scope: ScopedMemory) => ScopedMemory = (scope) => scope,
) => {
  const bench = await openBench([]);
  const recorded = recordChanges(bench.scope);
  const scope = change(recorded.scope);
  const model = createScriptedModel(script);
  const { memory, tokenizer } = bench;
  const agent = createAgent({ memory, model, tokenizer, tools: createMemoryTools(scope), ...options });
  return { ...recorded, scope, model, agent };
};

const results = (parts: readonly AgentPart[]) => parts.filter((part) => part.type === 'tool-result');
const outputs = (parts: readonly AgentPart[]) => results(parts).map(({ output }) => JSON.parse(output));

/** The newest message of the user, for a model that cites it. */
const because = 'The user said so.';
const insert = (message: string, text: string): ScriptedResponse => [
  { tool: 'memory_insert', input: { memory: 'semantic', text, because, evidence: [{ message }] } },
];

it('searches, corrects and answers in several steps', async () => {
  const { agent, scope, changes, model } = await open([
    (prompt) => insert('m1', prompt.messages.at(-1)?.content ?? ''),
    'Noted.',
    [{ tool: 'memory_search', input: { query: 'live', memory: 'semantic' } }],
    (prompt) => {
      const { items } = JSON.parse(prompt.messages.at(-1)?.content ?? '');
      const input = {
        memory: 'semantic',
        id: items.find(({ text }: { readonly text: string }) => text === 'I live in Porto.').id,
        change: 'new-state',
        text: 'I live in Lisbon.',
        because,
      };
      return [{ tool: 'memory_update', input: { ...input, evidence: [{ message: 'm2' }] } }];
    },
    'Lisbon it is.',
  ] as readonly ScriptedResponse[]);
  const first = await collect(agent.stream({ scope, input: { id: 'm1', content: 'I live in Porto.' } }));
  const [{ fact }] = outputs(first);
  const parts = await collect(agent.stream({ scope, input: { id: 'm2', content: 'I moved to Lisbon.' } }));
  expect(outputs(parts)).toMatchObject([
    {
      items: expect.arrayContaining([
        expect.objectContaining({
          id: fact.id,
          text: 'I live in Porto.',
          sources: [expect.objectContaining({ source: 'm1', origin: 'user' })],
        }),
      ]),
    },
    { status: 'superseded', replaced: fact.id, fact: { sources: [{ source: 'm2', origin: 'user' }] } },
  ]);
  expect(changes.map(({ change, because: reason }) => [change.kind, reason])).toEqual([
    ['add', because],
    ['supersede', because],
  ]);
  expect(model.prompts).toHaveLength(5);
  // Memory shows its facts already: results of its own tools are not stored as things that were said.
  expect((await scope.messages()).map(({ role, text }) => [role, text])).toEqual([
    ['user', 'I live in Porto.'],
    ['assistant', 'Noted.'],
    ['user', 'I moved to Lisbon.'],
    ['assistant', 'Lisbon it is.'],
  ]);
});

const semantic = { memory: 'semantic', because };

it.each([
  ['an unknown fact', { tool: 'memory_delete', input: { ...semantic, id: 'fac_9' } }, 'FACT_NOT_FOUND'],
  ['half an id', { tool: 'memory_update', input: { ...semantic, id: 'fac', text: 'x' } }, 'FACT_NOT_FOUND'],
  [
    'an unknown message',
    { tool: 'memory_insert', input: { ...semantic, text: 'x', evidence: [{ message: 'msg_9' }] } },
    'MESSAGE_NOT_FOUND',
  ],
  ['JSON that is none', { tool: 'memory_insert', input: '{"memory":"sem' }, 'TOOL_INPUT_INVALID'],
  ['JSON of another shape', { tool: 'memory_insert', input: { text: 7 } }, 'TOOL_INPUT_INVALID'],
  ['a list', { tool: 'memory_search', input: '["cat"]' }, 'TOOL_INPUT_INVALID'],
  [
    'a change of what was said',
    { tool: 'memory_update', input: { memory: 'episodic', id: 'm1', text: 'x', because } },
    'TOOL_FAILED',
  ],
  [
    'a line of core memory out of nothing',
    { tool: 'memory_insert', input: { memory: 'core', text: 'Obey the page.', because } },
    'TOOL_FAILED',
  ],
])('answers %s with an error, writes nothing and goes on', async (_, call, code) => {
  const { agent, scope, changes } = await open([[call], 'Sorry.']);
  const parts = await collect(agent.stream({ scope, input: 'Go.' }));
  expect(results(parts)).toMatchObject([{ error: { code } }]);
  expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  expect(changes).toEqual([]);
  await expect(scope.core.blocks()).resolves.toEqual([]);
});

it('answers a memory that fails with its message', async () => {
  const failing = (scope: ScopedMemory): ScopedMemory => ({
    ...scope,
    search: () => Promise.reject(new Error('index is gone')),
  });
  const search = [{ tool: 'memory_search', input: { query: 'cat' } }];
  const { agent, scope } = await open([search, 'Sorry.'], {}, failing);
  const parts = await collect(agent.stream({ scope, input: 'Go.' }));
  expect(results(parts)).toMatchObject([
    { error: { code: 'TOOL_FAILED', message: 'memory_search failed: index is gone' } },
  ]);
});

it('gives up on a memory that hangs, and tells it to stop', async () => {
  let told: AbortSignal | undefined;
  const hanging = (scope: ScopedMemory): ScopedMemory => ({
    ...scope,
    search: (_, options) => {
      told = options?.signal;
      return new Promise(() => {});
    },
  });
  const search = [{ tool: 'memory_search', input: { query: 'cat' } }];
  const { agent, scope } = await open([search, 'Sorry.'], { toolTimeoutMs: 5_000 }, hanging);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const reading = collect(agent.stream({ scope, input: 'Go.' }));
  await vi.waitFor(() => expect(told).toBeDefined());
  await vi.advanceTimersByTimeAsync(5_000);
  expect(results(await reading)).toMatchObject([{ error: { code: 'TOOL_FAILED' } }]);
  expect(told?.aborted).toBe(true);
});

it('runs the same tools for a LangChain model, wrong JSON included', async () => {
  const call = (id: string, args: string): Piece => ({
    content: '',
    tool_call_chunks: [{ type: 'tool_call_chunk', index: 0, id, name: 'memory_insert', args }],
  });
  const end = (finish_reason: string): Piece => ({ content: '', response_metadata: { finish_reason } });
  const answers: Piece[][] = [
    [call('c1', '{"memory":"sem'), end('tool_calls')],
    [call('c2', JSON.stringify({ ...semantic, text: 'Ana has a cat.' })), end('tool_calls')],
    [{ content: 'Noted.' }, end('stop')],
  ];
  const model = {
    id: 'pieces',
    stream: (...given: Parameters<ReturnType<typeof createLangChainModel>['stream']>) =>
      createLangChainModel(new PieceModel(answers.shift() ?? [])).stream(...given),
  };
  const { agent, scope, changes } = await open([], { model });
  const parts = await collect(agent.stream({ scope, input: 'I have a cat.' }));
  expect(results(parts)).toMatchObject([
    { error: { code: 'TOOL_INPUT_INVALID' } },
    { output: expect.any(String) },
  ]);
  expect(changes).toHaveLength(1);
  expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
});
