import { collect } from '@retentive/core';
import { expect, it } from 'vitest';
import { createScriptedModel } from '../src/testing/index.ts';

const prompt = { messages: [{ role: 'user' as const, content: 'Hi.' }] };

it('plays its responses in order and keeps the prompts', async () => {
  const model = createScriptedModel(['One.', ({ messages }) => `You said: ${messages[0]?.content}`]);
  const first = await collect(model.stream(prompt));
  expect(first).toEqual([
    { type: 'text-delta', text: 'One.' },
    { type: 'finish', reason: 'stop' },
  ]);
  expect((await collect(model.stream(prompt)))[0]).toEqual({ type: 'text-delta', text: 'You said: Hi.' });
  expect(model.prompts).toEqual([prompt, prompt]);
  expect(model.left()).toBe(0);
});

it('fails when it is asked more often than it has responses', async () => {
  await expect(collect(createScriptedModel([]).stream(prompt))).rejects.toMatchObject({
    code: 'MODEL_FAILED',
  });
});

it('waits for a promise, and no longer than until it is aborted', async () => {
  const model = createScriptedModel([
    ['Now', { wait: Promise.resolve() }, '.'],
    [{ wait: new Promise(() => {}) }],
  ]);
  expect(await collect(model.stream(prompt))).toHaveLength(3);
  const abort = new AbortController();
  const waiting = collect(model.stream(prompt, { signal: abort.signal }));
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  expect(model.left()).toBe(1);
});

it('passes on sources, log probabilities, calls and a finish of its own', async () => {
  const model = createScriptedModel([
    [
      { text: 'Hi', logprobs: [{ token: 'Hi', logprob: -1 }] },
      { source: 0, quote: 'Hi' },
      { tool: 'add', input: { a: 1 }, id: 'x' },
      { finish: 'length', usage: { inputTokens: 1, outputTokens: 1 } },
      'never said',
    ],
  ]);
  expect(await collect(model.stream(prompt))).toEqual([
    { type: 'text-delta', text: 'Hi', logprobs: [{ token: 'Hi', logprob: -1 }] },
    { type: 'source', item: 0, quote: 'Hi' },
    { type: 'tool-call', call: { id: 'x', name: 'add', input: '{"a":1}' } },
    { type: 'finish', reason: 'length', usage: { inputTokens: 1, outputTokens: 1 } },
  ]);
});
