import { FakeListChatModel } from '@langchain/core/utils/testing';
import type { ScopedMemory } from '@retentive/memory';
import { beforeEach, expect, it } from 'vitest';
import { createLangChainMemoryTools } from '../../src/langchain/tools.ts';
import { openScope } from '../support/open-scope.ts';

let scope: ScopedMemory;

beforeEach(async () => {
  scope = await openScope();
});

const toolOf = (name: string) => {
  const found = createLangChainMemoryTools(scope).find((tool) => tool.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

it('remembers and finds again by tool calls', async () => {
  const { id: message } = await scope.observe({ role: 'user', content: 'My cat is called Miso.' });
  const args = {
    memory: 'semantic',
    text: 'The cat of Ana is Miso.',
    because: 'She said so.',
    evidence: [{ message }],
  };
  const made = await toolOf('memory_insert').invoke({
    type: 'tool_call',
    id: 'c1',
    name: 'memory_insert',
    args,
  });
  expect(JSON.parse(String(made.content))).toMatchObject({
    status: 'added',
    fact: { id: expect.stringMatching(/^fac_/u) },
  });
  const found = await toolOf('memory_search').invoke({ query: 'cat', memory: 'semantic' });
  expect(JSON.parse(String(found))).toMatchObject({ items: [{ text: args.text }] });
});

it('passes our codes on', async () => {
  const unknown = { memory: 'semantic', id: 'fac_9', because: 'x' };
  await expect(toolOf('memory_delete').invoke(unknown)).rejects.toMatchObject({ code: 'FACT_NOT_FOUND' });
  const episodic = { memory: 'episodic', text: 'x', because: 'x' };
  await expect(toolOf('memory_insert').invoke(episodic)).rejects.toMatchObject({ code: 'TOOL_FAILED' });
});

it('binds to chat models', () => {
  const model = new FakeListChatModel({ responses: ['ok'] });
  expect(model.bindTools([...createLangChainMemoryTools(scope)])).toBeDefined();
});
