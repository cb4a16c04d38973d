import { openMemory, type ScopedMemory } from '@retentive/memory';
import { beforeAll, expect, it } from 'vitest';
import { createMemorySearchTool } from '../src/memory-search.ts';

let scope: ScopedMemory;

beforeAll(async () => {
  const memory = await openMemory();
  scope = memory.scope({ tenant: 'acme', user: 'ana' });
  const time = '2024-05-03T12:00:00Z';
  await scope.observe({
    thread: 't1',
    role: 'user',
    speaker: 'Ana',
    time,
    content: 'My cat is called Miso.',
  });
  const other = memory.scope({ tenant: 'acme', user: 'ben' });
  await other.observe({ role: 'user', content: 'My cat is called Pixel.' });
});

it('finds what was said to this user and nobody else, with source, speaker and time', async () => {
  const result = JSON.parse(await createMemorySearchTool(scope).run({ query: 'cat' }));
  expect(result.text).toContain('Miso');
  expect(result.text).not.toContain('Pixel');
  expect(result.items).toMatchObject([
    { source: { type: 'message' }, thread: 't1', speaker: 'Ana', time: '2024-05-03T12:00:00.000Z' },
  ]);
});

it('stays within the tokens that are asked for', async () => {
  const result = JSON.parse(await createMemorySearchTool(scope).run({ query: 'cat', tokens: 64 }));
  expect(result.tokens).toBeLessThanOrEqual(64);
});

it.each([
  ['an empty query', { query: '  ' }],
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
