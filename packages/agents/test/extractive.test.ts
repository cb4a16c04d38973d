import { collect, type OperationId } from '@retentive/core';
import { openMemory, type ScopedMemory } from '@retentive/memory';
import { beforeAll, expect, it } from 'vitest';
import { createAgent } from '../src/agent.ts';
import type { Agent } from '../src/agent-types.ts';
import { isStatement, questionKind } from '../src/models/extractive/question.ts';
import { ABSTENTION, createExtractiveModel } from '../src/models/extractive.ts';

let scope: ScopedMemory;
let agent: Agent;

beforeAll(async () => {
  const memory = await openMemory();
  scope = memory.scope({ tenant: 'acme', user: 'ana' });
  agent = createAgent({ memory });
  const talk: readonly (readonly [speaker: string, day: string, content: string])[] = [
    ['Ana', '2024-05-03', 'I moved from Porto to Lisbon in May. The flat has two balconies.'],
    ['Ana', '2024-05-04', 'What do you think of Porto?'],
    ['Ben', '2024-05-04', 'I have never been to Porto. My sister Clara works there as a nurse.'],
    ['Ana', '2024-06-11', 'We adopted a cat. She is called Miso and weighs 4 kilos.'],
    ['Ben', '2024-06-12', 'I bought a cello because the piano was too loud for the neighbours.'],
    ['Ana', '2024-06-20', 'Which colour did the kitchen get in the end?'],
    ['Ben', '2024-06-20', 'Pale yellow, after a long quarrel. Nobody was happy.'],
    ['Ben', '2024-06-25', 'Nothing with walnuts, please. They make my throat close up.'],
    ['Ana', '2024-07-01', 'Work was long today, and it rained all afternoon.'],
  ];
  for (const [speaker, day, content] of talk) {
    await scope.observe({ thread: 't1', role: 'user', speaker, time: `${day}T12:00:00Z`, content });
  }
});

const ask = (input: string) => collect(agent.stream({ scope, input, remember: false }));
const textOf = (parts: Awaited<ReturnType<typeof ask>>) =>
  parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');

it.each([
  ['Where did Ana move?', 'I moved from Porto to Lisbon in May. [1]'],
  ['What is the cat called?', 'She is called Miso and weighs 4 kilos. [1]'],
  ['Why did Ben buy a cello?', 'I bought a cello because the piano was too loud for the neighbours. [1]'],
  ['Which colour did the kitchen get?', 'Pale yellow, after a long quarrel. [1]'],
  ["What makes Ben's throat close?", 'Nothing with walnuts, please. [1] They make my throat close up. [1]'],
  ['Who works as a nurse?', 'My sister Clara works there as a nurse. [1]'],
])('answers %s word for word', async (question, answer) => {
  expect(textOf(await ask(question))).toContain(answer);
});

it('says who said it and when, and gives the source as a part', async () => {
  const parts = await ask('Why did Ben buy a cello?');
  expect(textOf(parts)).toMatch(/\n\n\[1\] Ben, 12 June 2024$/u);
  expect(parts.filter(({ type }) => type === 'source')).toMatchObject([
    {
      quote: 'I bought a cello because the piano was too loud for the neighbours.',
      item: { speaker: 'Ben' },
    },
  ]);
  expect(parts.at(-1)).toMatchObject({ reason: 'stop' });
});

it('quotes facts, notes and summaries without what the layout sets around them', async () => {
  const memory = await openMemory({ extractor: false });
  const own = memory.scope({ tenant: 'acme', user: 'ben' });
  const text = 'Ana (the baker) owns a red kayak.';
  await own.changeFact({ kind: 'add', fact: { text, valid: { until: Date.UTC(2099, 0, 1) } } });
  const context = await own.context('Who owns a red kayak?');
  const [fact] = context.items;
  if (fact === undefined) throw new Error('no fact');
  const note = { ...fact, source: { type: 'note' as const, note: 'ope_1' as OperationId } };
  for (const items of [[fact], [note]]) {
    const prompt = {
      messages: [{ role: 'user' as const, content: 'Who owns a red kayak?' }],
      context: { ...context, items },
    };
    const parts = await collect(createExtractiveModel().stream(prompt));
    expect(parts.filter(({ type }) => type === 'source')).toEqual([{ type: 'source', item: 0, quote: text }]);
  }
  await memory.close();
});

it.each([
  ['Which car does Ana drive?', ' Nothing that is known of Ana answers it.'],
  ["What is Ana's favourite opera?", ' Nothing that is known of Ana answers it.'],
  ['Did Ben climb a mountain in winter?', ' Nothing that is known of Ben answers it.'],
  // What was said of somebody else.
  ['Why did Ana buy a cello?', ' Nothing that is known of Ana answers it.'],
  ['Which boats sail to Madeira in autumn?', ''],
  ['   ?', ''],
])('abstains from %j', async (question, more) => {
  const parts = await ask(question);
  expect(textOf(parts)).toBe(ABSTENTION + more);
  expect(parts.at(-1)).toMatchObject({ reason: 'abstain' });
});

it('answers with what is known not to be so', async () => {
  const memory = await openMemory();
  const fresh = memory.scope({ tenant: 'acme', user: 'eva' });
  await fresh.observe({ role: 'user', speaker: 'Eva', content: "I don't have a car, I cycle everywhere." });
  const answer = await createAgent({ memory })
    .stream({ scope: fresh, input: 'Does Eva have a car?', remember: false })
    .text();
  expect(answer).toContain("I don't have a car");
  await memory.close();
});

it('finds what was said earlier in the same thread', async () => {
  const memory = await openMemory();
  const fresh = memory.scope({ tenant: 'acme', user: 'eva' });
  const local = createAgent({ memory });
  expect(await local.stream({ scope: fresh, input: 'My bicycle is green.' }).text()).toBe('Noted.');
  expect(await local.stream({ scope: fresh, input: 'What colour is my bicycle?' }).text()).toContain(
    'My bicycle is green. [1]',
  );
});

it('gives the same answer to the same prompt', async () => {
  expect(textOf(await ask('Where did Ana move?'))).toBe(textOf(await ask('Where did Ana move?')));
});

it('knows what a question asks for', () => {
  const kinds = ['When was it?', 'How many are there?', 'Who is she?', 'Where is it?', 'Why so?', 'Really?'];
  expect(kinds.map(questionKind)).toEqual(['when', 'count', 'who', 'where', 'why', 'other']);
  expect(isStatement('I like tea.')).toBe(true);
  expect(isStatement('Do I like tea?')).toBe(false);
  expect(isStatement('walnut allergy')).toBe(false);
});

it.each([{ threshold: Number.NaN }, { threshold: 2 }, { maxSentences: 0 }, { maxSentences: 1.5 }])(
  'refuses %j',
  (options) => {
    expect(() => createExtractiveModel(options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  },
);

it('abstains without a context', async () => {
  const parts = await collect(
    createExtractiveModel().stream({ messages: [{ role: 'user', content: 'Hm?' }] }),
  );
  expect(parts.at(-1)).toEqual({ type: 'finish', reason: 'abstain' });
});
