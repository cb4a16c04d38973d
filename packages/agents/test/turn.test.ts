import { readdir, readFile } from 'node:fs/promises';
import { collect } from '@retentive/core';
import { expect, it } from 'vitest';
import type { AgentPart } from '../src/agent-types.ts';
import { openBench } from './support/open-agent.ts';

const turnFolder = new URL('../src/turn/', import.meta.url);

it('reads as a recipe: run-turn has at most 60 lines and imports exactly the stages', async () => {
  const source = await readFile(new URL('run-turn.ts', turnFolder), 'utf8');
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  const imported = [...source.matchAll(/^import (?!type ).* from '(.+)';$/gmu)].map(([, path]) => path);
  const stages = (await readdir(new URL('stages/', turnFolder))).map((file) => `./stages/${file}`);
  expect(imported.toSorted()).toEqual(stages.toSorted());
});

it('streams context, text, writes and a finish, and stores both sides of the talk', async () => {
  const { agent, scope } = await openBench([['Hello ', 'Ana.']]);
  const parts = await collect(agent.stream({ scope, thread: 't1', input: 'Hi, I am Ana.' }));
  expect(parts.map(({ type }) => type)).toEqual([
    'memory-write',
    'context-ready',
    'text-delta',
    'text-delta',
    'memory-write',
    'finish',
  ]);
  const stored = await scope.messages({ thread: 't1' });
  expect(stored.map(({ role, text, state }) => [role, text, state])).toEqual([
    ['user', 'Hi, I am Ana.', 'complete'],
    ['assistant', 'Hello Ana.', 'complete'],
  ]);
  const finish = parts.at(-1) as Extract<AgentPart, { type: 'finish' }>;
  expect(finish).toMatchObject({ reason: 'stop', messageIds: stored.map(({ id }) => id) });
});

it('journals the context that it sent, and none of a turn that is not to be remembered', async () => {
  const { agent, memory, scope } = await openBench(['Red.', 'Red.']);
  await scope.observe({ role: 'user', content: 'The kayak is red.', thread: 't0' });
  const ask = async (remember: boolean) => {
    const parts = await collect(agent.stream({ scope, input: 'Which kayak is it?', remember }));
    const ready = parts.find((part) => part.type === 'context-ready');
    if (ready?.type !== 'context-ready') throw new Error('no context was built');
    return ready.context;
  };
  const [looked, sent] = [await ask(false), await ask(true)];
  expect(sent.text).toContain('kayak');
  const archive = async () => (await collect(scope.export())).join('');
  await expect.poll(archive, { timeout: 5_000 }).toContain(sent.id);
  expect(await scope.sentContext(sent.id)).toMatchObject({ text: sent.text, isExact: true });
  expect(await archive()).not.toContain(looked.id);
  await memory.close();
});

it('gives the answer as text, once', async () => {
  const { agent, scope } = await openBench([['Hello ', 'Ana.']]);
  const run = agent.stream({ scope, input: 'Hi.' });
  await expect(run.text()).resolves.toBe('Hello Ana.');
  await expect(run.text()).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  expect(() => run[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
});

it('does nothing before the first step is asked for', async () => {
  const { agent, scope, model } = await openBench(['Hello.']);
  agent.stream({ scope, input: 'Hi.' });
  expect(await scope.messages()).toEqual([]);
  expect(model.prompts).toEqual([]);
});

it('takes the labels of a scope as well as a scope', async () => {
  const { agent, scope } = await openBench(['Hello.']);
  await agent.stream({ scope: { tenant: 'acme', user: 'ana', thread: 't9' }, input: 'Hi.' }).text();
  expect(await scope.messages({ thread: 't9' })).toHaveLength(2);
});

it('keeps the speaker, the time and the key of an input', async () => {
  const { agent, scope } = await openBench(['Hello.', 'Hello again.']);
  const input = { content: 'Hi.', speaker: 'Ana', time: '2023-01-02T10:00:00Z', idempotencyKey: 'k1' };
  await agent.stream({ scope, input }).text();
  await agent.stream({ scope, input }).text();
  const users = (await scope.messages()).filter(({ role }) => role === 'user');
  expect(users).toHaveLength(1);
  expect(users[0]).toMatchObject({ speaker: 'Ana', time: Date.UTC(2023, 0, 2, 10) });
});

it('reads memory and writes nothing with remember: false', async () => {
  const { agent, scope, model } = await openBench(['In Lisbon.']);
  await scope.observe({ thread: 't0', role: 'user', content: 'I live in Lisbon.' });
  const parts = await collect(agent.stream({ scope, input: 'Where do I live?', remember: false }));
  expect(parts.map(({ type }) => type)).toEqual(['context-ready', 'text-delta', 'finish']);
  expect(parts.at(-1)).toMatchObject({ messageIds: [] });
  expect(await scope.messages()).toHaveLength(1);
  expect(model.prompts[0]?.context?.text).toContain('I live in Lisbon.');
});

it('acknowledges a long answer while it streams', async () => {
  const sentence = 'This sentence is one of many that make a long answer. ';
  const { agent, scope } = await openBench([Array.from({ length: 20 }, () => sentence)]);
  const writes = (await collect(agent.stream({ scope, input: 'Tell me.' }))).filter(
    (part) => part.type === 'memory-write' && part.role === 'assistant',
  );
  expect(writes.length).toBeGreaterThan(3);
  expect(writes.at(-1)).toMatchObject({ state: 'complete', offset: sentence.length * 20 });
});

it.each([
  ['an empty input', { input: '  ' }, 'OPTION_INVALID'],
  ['a bad thread', { input: 'Hi.', thread: '\u0000' }, 'LABEL_INVALID'],
  ['a bad budget', { input: 'Hi.', budget: { tokens: Number.NaN } }, 'BUDGET_INVALID'],
  ['a budget of half tokens', { input: 'Hi.', budget: { context: { tokens: 0.5 } } }, 'BUDGET_INVALID'],
])('refuses %s at once', async (_, request, code) => {
  const { agent, scope } = await openBench(['Hello.']);
  expect(() => agent.stream({ scope, ...request })).toThrow(expect.objectContaining({ code }));
});

it.each([
  ['no step', { maxSteps: 0 }],
  ['part of a step', { maxSteps: 1.5 }],
  ['no time for tools', { toolTimeoutMs: 0 }],
])('refuses an agent with %s', async (_, options) => {
  await expect(openBench([], options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});
