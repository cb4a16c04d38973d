import { type ChatPrompt, type MemoryEvents, RetentiveError } from '@retentive/core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ContextOptions, Memory, ScopedMemory } from '../../src/index.ts';
import { codeOf } from '../../src/testing/journal-fixtures.ts';
import { inProcess, type TestPlace } from '../support/memories.ts';
import { type Answer, createTalkingModel } from '../support/talking-model.ts';

const QUERY = 'Which vessel does Ana own?';
const PRICES = { input: 1, output: 10 };

let place: TestPlace;
let memory: Memory;
let ana: ScopedMemory;

beforeEach(async () => {
  place = await inProcess();
  memory = await place.open({ extractor: false });
  ana = memory.scope({ tenant: 'acme', user: 'ana' });
  const talk = [
    ['Ana', 'I own a lot of books.'],
    ['Ben', 'A sloop called Marta lies in Faro harbour.'],
    ['Ben', 'The weather was fine all week.'],
    ...Array.from({ length: 24 }, (_, day) => ['Cleo', `Day ${day} of the course went on and on.`] as const),
  ] as const;
  for (const [speaker, content] of talk) {
    await ana.observe({ role: 'user', speaker, content, thread: speaker });
    place.clock.advance(3_600_000);
  }
});
afterEach(() => memory.close());

const enough = JSON.stringify({ enough: true });
const asking = (...queries: readonly string[]): string => JSON.stringify({ enough: false, queries });
const playing =
  (...answers: readonly Answer[]) =>
  (_: ChatPrompt, call: number): Answer =>
    answers[call] ?? enough;
const ask = (options: ContextOptions = {}) =>
  ana.context(QUERY, { access: false, budget: { tokens: 60 }, ...options });

it('finds what the question has no word of, by other words that a model says', async () => {
  expect((await ask()).text).not.toContain('Marta');
  const paid: MemoryEvents['context:paid'][] = [];
  memory.events.on('context:paid', (event) => paid.push(event));
  const model = createTalkingModel(playing(asking('sloop harbour')));
  const context = await ask({ requery: { model, prices: PRICES } });
  expect(context.text).toContain('Marta');
  expect(context.tokens).toBeLessThanOrEqual(60);
  expect(context.degraded).toEqual([]);
  expect(context.cost).toEqual({ calls: 1, inputTokens: 1_000, outputTokens: 100, microdollars: 2_000 });
  expect(paid).toEqual([{ scope: { tenant: 'acme', user: 'ana' }, context: context.id, cost: context.cost }]);
  expect(model.prompts[0]?.messages[1]?.content).toContain(`Question: ${QUERY}`);
});

it('leaves the context as it is where that is enough, and says nothing of cost where no model is asked', async () => {
  const model = createTalkingModel(playing(enough));
  const { id: _, cost, ...context } = await ask({ requery: { model, calls: 3 } });
  const { id: __, ...plain } = await ask();
  expect(context).toEqual(plain);
  expect(plain).not.toHaveProperty('cost');
  expect([cost?.calls, cost?.microdollars]).toEqual([1, null]);
});

it('grades again what it found, as often as it may', async () => {
  const model = createTalkingModel(playing(asking('boat'), asking('sloop'), asking('ship')));
  const context = await ask({ requery: { model, calls: 2 } });
  expect([model.prompts.length, context.cost?.calls]).toEqual([2, 2]);
  expect(context.text).toContain('Marta');
});

it.each([
  ['prose', 'I would look for a boat.'],
  ['nothing', ''],
  ['another shape', '{"enough":"no"}'],
  ['no query', '{"enough":false,"queries":[]}'],
  ['too many queries', asking('a', 'b', 'c', 'd')],
  ['an endless query', asking('x'.repeat(10_000))],
  ['10 MB', 'x'.repeat(10_000_000)],
])('falls back to the plain context, and says so, on %s', async (_, answer) => {
  const { id, cost, degraded, ...context } = await ask({
    requery: { model: createTalkingModel(playing(answer)) },
  });
  const { id: __, degraded: none, ...plain } = await ask();
  expect(context).toEqual(plain);
  expect([degraded, none, cost?.calls]).toEqual([['requery'], [], 1]);
});

it('falls back where the model fails, and keeps what an earlier call found', async () => {
  const model = createTalkingModel((_, call) => {
    if (call === 0) return asking('sloop');
    throw new RetentiveError('MODEL_FAILED', 'away');
  });
  const context = await ask({ requery: { model, calls: 3 } });
  expect(context.text).toContain('Marta');
  expect(context).toMatchObject({ degraded: ['requery'], cost: { calls: 2 } });
});

it('ends with its signal, whatever the model does', async () => {
  const stop = new AbortController();
  const model = createTalkingModel(() => {
    stop.abort();
    return new Promise<Answer>(() => {});
  });
  expect(await codeOf(ask({ requery: { model }, signal: stop.signal }))).toBe('ABORTED');
});

it('asks nobody beyond its money, or without knowing a price', async () => {
  const model = createTalkingModel(playing(asking('sloop')), { inputTokens: 100, outputTokens: 10 });
  const budget = { tokens: 60, microdollars: 1_000 };
  expect(await ask({ budget, requery: { model } })).toMatchObject({
    degraded: ['requery'],
    cost: { calls: 0 },
  });
  expect(model.prompts).toEqual([]);
  const priced = await ask({ budget, requery: { model, prices: PRICES } });
  expect(priced.degraded).toEqual(['requery']);
  const enoughMoney = { tokens: 60, microdollars: 5_000 };
  const paid = await ask({ budget: enoughMoney, requery: { model, prices: PRICES, calls: 4 } });
  expect(paid.cost?.microdollars).toBeLessThanOrEqual(5_000);
  expect(paid.cost?.calls).toBeGreaterThan(0);
});

it('stays within the budget of tokens whatever a model asks for', async () => {
  const words = ['sloop', 'books', 'weather', 'dinner', 'Faro', 'Ana', 'zebra'];
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 200 }),
      fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }),
      async (tokens, queries) => {
        const model = createTalkingModel(playing(asking(...queries)));
        const context = await ask({ budget: { tokens }, requery: { model } });
        expect(context.tokens).toBeLessThanOrEqual(tokens);
      },
    ),
    { numRuns: 30 },
  );
});

it('takes other wordings of a caller too', async () => {
  const context = await ask({ also: ['sloop'] });
  expect(context.text).toContain('Marta');
  const item = context.items.find(({ text }) => text.includes('Marta'));
  const sum = Object.values(item?.why.parts ?? {}).reduce((total, part) => total + part, 0);
  expect(sum).toBeCloseTo(item?.why.score ?? 0, 6);
  const { id: _, ...same } = await ask({ also: [] });
  const { id: __, ...plain } = await ask();
  expect(same).toEqual(plain);
});

it('asks for no more wordings than a context takes, however many the caller has', async () => {
  const also = Array.from({ length: 15 }, (_, each) => `zebra${each}`);
  const model = createTalkingModel(playing(asking('sloop', 'boat', 'ship'), asking('yacht')));
  const context = await ask({ also, requery: { model, calls: 2 } });
  expect(context.text).toContain('Marta');
  expect(model.prompts).toHaveLength(1);
});

it('asks nobody where the caller has as many wordings as a context takes', async () => {
  const also = Array.from({ length: 16 }, (_, each) => `zebra${each}`);
  const model = createTalkingModel(playing(asking('sloop')));
  expect(await ask({ also, requery: { model } })).toMatchObject({
    degraded: ['requery'],
    cost: { calls: 0 },
  });
});

it('says that it is late by all that it took, the model included', async () => {
  const model = createTalkingModel(() => {
    place.clock.advance(2_000);
    return asking('sloop');
  });
  const context = await ask({ budget: { tokens: 60, ms: 1_000 }, requery: { model } });
  expect(context.degraded).toEqual(['deadline']);
});

it('takes any time that a budget may name', async () => {
  const model = createTalkingModel(playing(asking('sloop')));
  const context = await ask({ budget: { tokens: 60, ms: 1e12 }, requery: { model } });
  expect([context.text.includes('Marta'), context.degraded]).toEqual([true, []]);
});

it.each([
  { requery: { model: createTalkingModel(() => enough) }, also: 7 },
  { requery: { model: createTalkingModel(() => enough) }, also: 'sloop' },
  { requery: {} },
  { requery: null },
  { requery: { model: createTalkingModel(() => enough), calls: 0 } },
  { requery: { model: createTalkingModel(() => enough), prices: { input: -1, output: 1 } } },
  { also: 'sloop' },
  { also: Array.from({ length: 17 }, () => 'sloop') },
])('refuses %j', async (options) => {
  expect(await codeOf(ask(options as never))).toBe('OPTION_INVALID');
});
