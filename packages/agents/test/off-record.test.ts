import { collect } from '@retentive/core';
import { createMemoryTools } from '@retentive/tools';
import { expect, it } from 'vitest';
import { createAgent } from '../src/agent.ts';
import { openBench } from './support/open-agent.ts';

const textsOf = async (scope: Awaited<ReturnType<typeof openBench>>['scope']): Promise<readonly string[]> =>
  (await scope.messages()).map(({ text }) => text);

it('answers a message that is not to be remembered, and stores neither it nor the answer', async () => {
  const { agent, scope, model, memory } = await openBench(['It rains in Porto.', 'Noted.']);
  const input = { content: 'I live in Porto.', remember: false };
  const parts = await collect(agent.stream({ scope, input }));
  expect(parts.map(({ type }) => type)).toEqual(['context-ready', 'text-delta', 'finish']);
  expect(parts.at(-1)).toMatchObject({ messageIds: [] });
  expect(JSON.stringify(model.prompts[0])).toContain('I live in Porto.');
  expect([await textsOf(scope), await scope.facts()]).toEqual([[], []]);
  await agent.stream({ scope, input: 'I like tea.' }).text();
  expect(JSON.stringify(model.prompts[1])).not.toContain('Porto');
  expect(await memory.doctor()).toMatchObject({ ok: true, messages: { complete: 2 } });
});

it('heeds a wish that is spoken, and says so to the caller and to the model', async () => {
  const { agent, scope, model } = await openBench(['I will not.', 'Noted.']);
  const parts = await collect(agent.stream({ scope, input: "Don't remember this: my PIN is 1234." }));
  expect(parts[0]).toEqual({ type: 'off-record', wish: 'this', forgotten: [] });
  expect(JSON.stringify(model.prompts[0])).toContain('asked that this message is not remembered');
  expect(await textsOf(scope)).toEqual([]);
});

it('forgets what was said before, with the answer to it, when it is told to', async () => {
  const { agent, scope } = await openBench(['Hello.', 'A fine city.', 'Forgotten.']);
  await agent.stream({ scope, input: 'I like tea.' }).text();
  await agent.stream({ scope, input: 'I live in Porto.' }).text();
  const [first] = await collect(agent.stream({ scope, input: 'Forget what I just said.' }));
  expect(first).toMatchObject({
    type: 'off-record',
    wish: 'last',
    forgotten: [expect.anything(), expect.anything()],
  });
  expect(await textsOf(scope)).toEqual(['I like tea.', 'Hello.']);
  await expect
    .poll(async () => (await scope.facts()).map(({ text }) => text))
    .toEqual(['The user likes tea.']);
});

it('remembers as ever where the agent is told not to listen for wishes, and takes nothing out unasked', async () => {
  const deaf = await openBench(['Hello.'], { spokenWishes: false });
  await deaf.agent.stream({ scope: deaf.scope, input: 'Off the record: I like tea.' }).text();
  expect(await textsOf(deaf.scope)).toHaveLength(2);
  const { agent, scope } = await openBench(['Hello.', 'No.']);
  await agent.stream({ scope, input: 'I like tea.' }).text();
  await agent.stream({ scope, input: 'Forget what I just said.', remember: false }).text();
  expect(await textsOf(scope)).toEqual(['I like tea.', 'Hello.']);
});

it('lets no tool write down what is not to be remembered', async () => {
  const script = [[{ tool: 'memory_insert', input: { text: 'The user lives in Porto.' } }], 'Well.'];
  const { memory, scope, model, tokenizer } = await openBench(script);
  const agent = createAgent({ memory, model, tokenizer, tools: (given) => createMemoryTools(given) });
  await scope.observe({ role: 'user', content: 'Something before.' });
  const parts = await collect(agent.stream({ scope, input: 'Off the record, I live in Porto.' }));
  const result = parts.find(({ type }) => type === 'tool-result');
  expect(result).toMatchObject({ error: expect.anything() });
  expect([await scope.facts(), await scope.core.blocks(), await textsOf(scope)]).toEqual([
    [],
    [],
    ['Something before.'],
  ]);
  expect(model.prompts).toHaveLength(2);
});
