import { createEstimatingTokenizer } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import { beforeAll, expect, it } from 'vitest';
import { createMemoryInsertTool } from '../src/memory-insert.ts';
import { createMemorySearchTool } from '../src/memory-search.ts';
import { openScope } from './support/open-scope.ts';

let scope: ScopedMemory;
let message: string;

beforeAll(async () => {
  scope = await openScope();
  const time = '2024-05-03T12:00:00Z';
  const content = 'My cat is called Miso.';
  ({ id: message } = await scope.observe({ thread: 't1', role: 'user', speaker: 'Ana', time, content }));
  await createMemoryInsertTool(scope).call({
    memory: 'semantic',
    text: 'The cat of Ana is Miso.',
    because: 'Ana said so.',
    evidence: [{ message }],
  });
  await scope.core.change({ type: 'append', line: 'Ana likes short answers.' });
});

it('finds what was said and facts, each with its full id and what it rests on', async () => {
  const { items, omitted } = await createMemorySearchTool(scope).call({ query: 'the cat of Ana' });
  expect(items).toMatchObject([
    {
      memory: 'semantic',
      id: expect.stringMatching(/^fac_/u),
      text: 'The cat of Ana is Miso.',
      sources: [{ source: message, origin: 'user' }],
    },
    {
      memory: 'episodic',
      id: `${message}#0`,
      source: { type: 'message', id: message },
      thread: 't1',
      speaker: 'Ana',
      time: '2024-05-03T12:00:00.000Z',
      text: 'My cat is called Miso.',
    },
  ]);
  expect(omitted).toBe(0);
});

it.each([
  ['episodic', ['episodic']],
  ['semantic', ['semantic']],
  ['core', ['core']],
] as const)('searches %s memory alone', async (memory, found) => {
  const { items } = await createMemorySearchTool(scope).call({ query: 'cat', memory });
  expect(items.map((item) => item.memory)).toEqual(found);
});

it('stays within the tokens that are asked for, and says what it left out', async () => {
  const result = JSON.parse(await createMemorySearchTool(scope).run({ query: 'cat', tokens: 90 }));
  expect(createEstimatingTokenizer().count(JSON.stringify(result))).toBeLessThanOrEqual(90);
  expect(result.items.length + result.omitted).toBe(2);
  expect(result.omitted).toBeGreaterThan(0);
});

it.each([
  ['an empty query', { query: '  ' }],
  ['another memory', { query: 'cat', memory: 'procedural' }],
  ['too many tokens', { query: 'cat', tokens: 100_000 }],
  ['too few tokens', { query: 'cat', tokens: 1 }],
])('refuses %s', async (_, value) => {
  await expect(createMemorySearchTool(scope).run(value)).rejects.toMatchObject({
    code: 'TOOL_INPUT_INVALID',
  });
});

it('is not remembered, and takes another name', () => {
  expect(createMemorySearchTool(scope)).toMatchObject({ name: 'memory_search', remember: false });
  expect(createMemorySearchTool(scope, { name: 'recall' }).name).toBe('recall');
  expect(() => createMemorySearchTool(scope, { maxTokens: 3 })).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  );
});
