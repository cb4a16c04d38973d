import type { Context, MessageId } from '@retentive/core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createToolWriter, type Memory, type MemoryOptions, type ScopedMemory } from '../../src/index.ts';
import { codeOf } from '../../src/testing/journal-fixtures.ts';
import { inFolder, type TestPlace } from '../support/memories.ts';
import { createTalkingModel } from '../support/talking-model.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const HOUR = 3_600_000;
const QUERY = 'How did the kayak trip go?';

let place: TestPlace;
let memory: Memory;
let ana: ScopedMemory;

const open = async (options: MemoryOptions = {}): Promise<void> => {
  memory = await place.open({ extractor: false, episodes: true, ...options });
  ana = memory.scope(SCOPE);
};
const TRIP = [
  'We took the kayak to the Douro on Saturday.',
  'Tom forgot the tents, and Helena laughed for an hour.',
  'The rapids near Pinhao broke the red paddle.',
  'In the end a fisherman lent us his shed for 20 euros.',
  'I slept badly, since the wind tore at the roof all night.',
  'On Sunday we carried both boats six kilometres back to the road.',
  'A bus driver from Regua took us to the station for free.',
  'I lost my grey hat and one shoe, and I would do it again.',
];
const say = async (content: string, scope = ana): Promise<MessageId> => {
  const receipt = await scope.observe({ role: 'user', speaker: 'Ana', content });
  await receipt.settled();
  place.clock.advance(60_000);
  return receipt.id;
};
const tell = async (): Promise<readonly MessageId[]> => {
  const ids: MessageId[] = [];
  for (const text of TRIP) ids.push(await say(text));
  place.clock.advance(5 * HOUR);
  await say('Shall we have lunch?');
  await ana.consolidate();
  return ids;
};
const sentences = ({ items }: Context) => items.filter(({ source }) => source.type === 'episode');
const shown = ({ items }: Context): readonly string[] =>
  items.flatMap(({ source }) => (source.type === 'message' ? [source.message] : []));
const ask = (options = {}, scope = ana) =>
  scope.context(QUERY, { access: false, budget: { tokens: 90 }, ...options });

beforeEach(async () => {
  place = await inFolder();
  await open();
});
afterEach(async () => {
  await memory.close();
  await place.remove();
});

it('shows sentences of an episode that the words shown do not tell, with speaker, day and sources', async () => {
  const ids = await tell();
  const context = await ask({ episodes: 0.5 });
  const told = sentences(context);
  expect(told.length).toBeGreaterThan(0);
  expect(context.text).toContain('[episodes]\n- ');
  for (const { text, source, speaker, time } of told) {
    expect(text).toMatch(/^- .+ \(Ana, 2025-03-03\)\n$/u);
    if (source.type !== 'episode') throw new Error('no sentence');
    expect(TRIP).toContain(text.slice(2, text.indexOf(' (Ana')));
    expect(ids).toEqual(expect.arrayContaining([...source.messages]));
    expect([speaker, typeof time]).toEqual(['Ana', 'number']);
  }
  expect(new Set(told.map(({ text }) => text)).size).toBe(told.length);
});

it('is in no context that does not ask, and shows nothing twice where everything finds room', async () => {
  const before = (await ask()).text;
  expect(before).toBe('');
  await tell();
  expect(sentences(await ask())).toEqual([]);
  const roomy = await ask({ episodes: 0.5, budget: { tokens: 2_000 } });
  expect(sentences(roomy)).toEqual([]);
  expect(roomy.text).toBe((await ask({ budget: { tokens: 2_000 } })).text);
});

it('tells of what has left the working set', async () => {
  await memory.close();
  await open({ capacity: 30, sinks: 0 });
  await tell();
  for (let each = 0; each < 20; each += 1)
    await say(`Lunch number ${each} was soup with bread, ${each} euros.`);
  expect(shown(await ask()).length).toBeLessThan(4);
  const told = sentences(await ask({ episodes: 0.5, budget: { tokens: 200 } }));
  expect(told.map(({ text }) => text).join('')).toMatch(/Douro|fisherman|paddle|Tom/u);
});

it('keeps to thread, path, time and what is excluded, and loses what is forgotten', async () => {
  const ids = await tell();
  const other = memory.scope({ ...SCOPE, agent: 'other' });
  expect(sentences(await ask({ episodes: 0.5 }, other))).toEqual([]);
  expect(sentences(await ask({ episodes: 0.5, thread: 'elsewhere' }))).toEqual([]);
  expect(sentences(await ask({ episodes: 0.5, exclude: ids }))).toEqual([]);
  expect(sentences(await ask({ episodes: 0.5, asOf: '2025-03-01' }))).toEqual([]);
  for (const id of ids) await ana.forget(id);
  expect(sentences(await ask({ episodes: 0.5 }))).toEqual([]);
});

it('is laid out again as it was sent', async () => {
  await tell();
  const sent = await ask({ episodes: 0.5, sent: true });
  expect(sentences(sent).length).toBeGreaterThan(0);
  await memory.close();
  await open();
  expect(await ana.sentContext(sent.id)).toMatchObject({ text: sent.text, isExact: true });
});

it('stays within its budget and its share, whatever they are', async () => {
  await tell();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 300 }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      async (tokens, episodes) => {
        const context = await ask({ budget: { tokens }, episodes });
        expect(context.tokens).toBeLessThanOrEqual(tokens);
        const told = sentences(context).reduce((sum, item) => sum + item.tokens, 0);
        expect(told).toBeLessThanOrEqual(tokens * episodes);
      },
    ),
    { numRuns: 40 },
  );
});

it('stays within its budget where every section takes all that it may', async () => {
  await memory.close();
  await open({ capacity: 30, sinks: 0 });
  for (let episode = 0; episode < 8; episode += 1) await tell();
  for (let line = 0; line < 60; line += 1) await ana.core.change({ type: 'append', line: `L${line}` });
  for (let each = 0; each < 10; each += 1) {
    await ana.changeFact({ kind: 'add', fact: { text: `Kayak trip ${each}.` } });
    await ana.remember({ outcome: 'good', input: QUERY, output: `Badly ${each}.` });
  }
  let fullest = 0;
  for (let tokens = 300; tokens <= 600; tokens += 4) {
    const context = await ask({ budget: { tokens }, episodes: 0.5, notes: 0.25, examples: 0.25 });
    expect(context.tokens).toBeLessThanOrEqual(tokens);
    const types = new Set(context.items.map(({ source }) => source.type));
    if (['core', 'example', 'fact', 'episode'].every((type) => types.has(type as never))) fullest += 1;
  }
  expect(fullest).toBeGreaterThan(10);
});

it.each([{ episodes: 0.6 }, { episodes: -1 }, { notes: 0.3 }, { notes: Number.NaN }])(
  'refuses %j',
  async (options) => {
    expect(await codeOf(ask(options))).toBe('OPTION_INVALID');
  },
);

it('shows notes of a writer whose words are near, once they say more than the words shown', async () => {
  await memory.close();
  const note = 'The kayak trip to the Douro went badly.';
  const model = createTalkingModel((_, call) =>
    call > 0
      ? 'DONE'
      : {
          calls: [
            [
              'memory_insert',
              { memory: 'episodic', content: note, evidence: [{ message: 'M1', quote: TRIP[0] }] },
            ],
          ],
        },
  );
  await open({ extractor: createToolWriter({ model }) });
  const id = await say(`${TRIP[0]} The kayak trip went badly, I must say.`);
  expect((await ana.notes()).map((one) => one.note)).toEqual([note]);
  const context = await ask({ budget: { tokens: 1_000 }, exclude: [id], sent: true });
  expect(context.text).toContain(`[notes]\n- ${note} (noted, 2025-03-03)\n`);
  await memory.close();
  await open();
  expect((await ana.sentContext(context.id)).isExact).toBe(true);
  expect((await ask({ budget: { tokens: 1_000 }, exclude: [id], notes: 0 })).text).toBe('');
  expect((await ask({ budget: { tokens: 1_000 } })).text).not.toContain('[notes]');
  await ana.forget(id);
  expect((await ask({ budget: { tokens: 1_000 } })).text).toBe('');
});
