import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AIMessage, ChatMessage, HumanMessage, RemoveMessage, ToolMessage } from '@langchain/core/messages';
import { METADATA_LIMITS, type MessageId } from '@retentive/core';
import { openMemory, type ScopedMemory } from '@retentive/memory';
import { beforeEach, expect, it } from 'vitest';
import { RetentiveChatMessageHistory } from '../../src/langchain/chat-message-history.ts';
import { openScope } from '../support/open-scope.ts';

let scope: ScopedMemory;

beforeEach(async () => {
  scope = await openScope();
});

it('feeds memory: what is added is found, with role, speaker and origin', async () => {
  const history = new RetentiveChatMessageHistory({ scope, thread: 't1' });
  await history.addMessages([
    new HumanMessage({ content: 'My cat is called Miso.', name: 'Ana' }),
    new AIMessage('What a name!'),
    new ToolMessage({ content: 'a fetched page', tool_call_id: 'c1', name: 'fetch' }),
    new ChatMessage('hear this', 'narrator'),
  ]);
  const stored = await scope.messages({ thread: 't1' });
  expect(stored.map(({ role, speaker, origin }) => [role, speaker, origin])).toEqual([
    ['user', 'Ana', 'user'],
    ['assistant', undefined, 'agent'],
    ['tool', 'fetch', 'tool'],
    // A role that nobody knows is data, not the words of the user.
    ['tool', undefined, 'tool'],
  ]);
  expect((await scope.context('Which cat?')).text).toContain('Miso');
});

it('is there again after the memory was closed and opened', async () => {
  const path = await mkdtemp(join(tmpdir(), 'retentive-history-'));
  try {
    const message = new AIMessage({ content: '', tool_calls: [{ id: 'c1', name: 'add', args: { a: 1 } }] });
    for (const added of [[new HumanMessage('Hi.'), message], []]) {
      const memory = await openMemory({ path });
      const open = memory.scope({ tenant: 'acme', user: 'ana' });
      const history = new RetentiveChatMessageHistory({ scope: open, thread: 't1' });
      await history.addMessages(added);
      expect(await history.getMessages()).toMatchObject([
        { content: 'Hi.' },
        { content: '', tool_calls: [{ id: 'c1', name: 'add', args: { a: 1 } }] },
      ]);
      await memory.close();
    }
  } finally {
    await rm(path, { recursive: true, force: true });
  }
});

it('clear hides: the history starts anew in every instance, and memory keeps what was said', async () => {
  const history = new RetentiveChatMessageHistory({ scope, thread: 't1' });
  await history.addUserMessage('My cat is called Miso.');
  await history.clear();
  const other = new RetentiveChatMessageHistory({ scope, thread: 't1' });
  await expect(other.getMessages()).resolves.toEqual([]);
  expect((await scope.context('Which cat?')).text).toContain('Miso');
});

it('clear forgets where the builder wants that', async () => {
  const forgotten: string[] = [];
  const history = new RetentiveChatMessageHistory({
    scope: {
      ...scope,
      messages: async (options) =>
        (await scope.messages(options)).filter(({ id }) => !forgotten.includes(id)),
      forget: async (id) => {
        forgotten.push(id);
        return { messages: 1, facts: 0, entries: 1 };
      },
    },
    thread: 't1',
    onClear: 'forget',
  });
  await history.addMessages([new HumanMessage('one'), new AIMessage('two')]);
  await scope.observe({ thread: 't2', role: 'user', content: 'elsewhere' });
  await history.clear();
  expect(forgotten).toEqual((await scope.messages({ thread: 't1' })).map(({ id }) => id));
  await expect(history.getMessages()).resolves.toEqual([]);
});

it('shows what came into the thread by other ways', async () => {
  const metadata = { tool: 'add', call: 'call-1', input: '{"a":1}' };
  await scope.observe({ role: 'user', speaker: 'Ana', content: 'Add.' });
  await scope.observe({ role: 'assistant', content: 'Let me see.', id: 'm1' });
  await scope.observe({ role: 'tool', content: '2', metadata });
  const torn = scope.ingest({ role: 'assistant' });
  await torn.write('It is');
  await torn.tear();
  await scope.observe({ role: 'system', content: 'A note.' });
  const open = scope.ingest({ role: 'assistant' });
  await open.write('not yet');
  const messages = await new RetentiveChatMessageHistory({ scope }).getMessages();
  expect(messages.map(({ type }) => type)).toEqual(['human', 'ai', 'tool', 'ai', 'system']);
  expect(messages).toMatchObject([
    { content: 'Add.', name: 'Ana' },
    { id: 'm1', content: 'Let me see.', tool_calls: [{ id: 'call-1', name: 'add', args: { a: 1 } }] },
    { content: '2', name: 'add', tool_call_id: 'call-1' },
    { content: 'It is', response_metadata: { state: 'torn' } },
    { content: 'A note.' },
  ]);
});

it.each(['no JSON', '[]', '{"type":"human"}', '{"type":"alien","data":{}}', 7, { a: 1 }])(
  'shows a message whose metadata only look like ours (%j) as a plain one',
  async (langchain) => {
    await scope.observe({ role: 'user', content: 'Hi.', metadata: { langchain } });
    const messages = await new RetentiveChatMessageHistory({ scope }).getMessages();
    expect(messages).toMatchObject([{ type: 'human', content: 'Hi.' }]);
  },
);

it('puts a call before a result that has none', async () => {
  const metadata = { tool: 'add', call: 'call-1', input: 'no JSON' };
  await scope.observe({ role: 'tool', content: '2', metadata });
  const messages = await new RetentiveChatMessageHistory({ scope }).getMessages();
  expect(messages).toMatchObject([{ tool_calls: [{ id: 'call-1', args: {} }] }, { tool_call_id: 'call-1' }]);
});

it('keeps long text whole, and says where it had to leave something out', async () => {
  const history = new RetentiveChatMessageHistory({ scope });
  const long = 'word '.repeat(METADATA_LIMITS.bytes);
  const data = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(20_000)}` } };
  await history.addMessages([
    new HumanMessage(long),
    new AIMessage({ content: 'Sure.', response_metadata: { log: long } }),
    new HumanMessage({ content: [{ type: 'text', text: 'What is this?' }, data] }),
    new AIMessage({ content: '', tool_calls: [{ id: 'c1', name: 'write', args: { long } }] }),
    new ToolMessage({ content: 'ok', tool_call_id: 'c1', artifact: { long } }),
  ]);
  const [first, ...trimmed] = await history.getMessages();
  expect(first?.content).toBe(long);
  expect(first?.additional_kwargs).toEqual({});
  expect(trimmed).toMatchObject([
    { content: 'Sure.', response_metadata: {} },
    { content: [{ type: 'text', text: 'What is this?' }] },
    { tool_calls: [{ id: 'c1', name: 'write', args: {} }] },
    { content: 'ok', tool_call_id: 'c1' },
  ]);
  for (const message of trimmed) expect(message.additional_kwargs).toEqual({ retentive_trimmed: true });
});

it('refuses what is no utterance, and the whole list with it', async () => {
  const history = new RetentiveChatMessageHistory({ scope });
  const list = [new HumanMessage('Hi.'), new RemoveMessage({ id: 'x' })];
  expect(() => history.addMessages(list)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  await expect(history.getMessages()).resolves.toEqual([]);
  expect(() => new RetentiveChatMessageHistory({ scope, thread: '' })).toThrow(
    expect.objectContaining({ code: 'LABEL_INVALID' }),
  );
});

it('goes on after a write that failed', async () => {
  let failures = 1;
  const history = new RetentiveChatMessageHistory({
    scope: {
      ...scope,
      observe: async (message, options) => {
        failures -= 1;
        if (failures >= 0) throw new Error('disk full');
        return await scope.observe(message, options);
      },
    },
  });
  await expect(history.addUserMessage('one')).rejects.toThrow('disk full');
  await history.addUserMessage('two');
  expect((await history.getMessages()).map(({ content }) => content)).toEqual(['two']);
  expect((await scope.messages()).map(({ id }) => id satisfies MessageId)).toHaveLength(1);
});
