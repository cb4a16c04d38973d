import {
  type ChatPrompt,
  collect,
  type Fact,
  type MemoryEvents,
  type Tokenizer,
  type Wait,
} from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createModelExtractor,
  type Memory,
  type ModelWriterOptions,
  type ScopedMemory,
} from '../../src/index.ts';
import { EXTRACTION_PROMPT } from '../../src/writing/model/extraction-prompt.ts';
import { WRITER_PROMPT } from '../../src/writing/model/writer-prompt.ts';
import { WRITER_TOOLS } from '../../src/writing/model/writer-tools.ts';
import { inFolder, inProcess, type TestPlace } from '../support/memories.ts';
import { type Answer, createTalkingModel, messagesIn, shownTo } from '../support/talking-model.ts';

const ANA = { tenant: 'acme', user: 'ana' };

/** Pauses that last until they are cut: nothing is read because time went by. */
const patient: Wait = (_, signal) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

const facts = (...found: readonly object[]): string => JSON.stringify({ facts: found });

const home = (message: string, quote: string, more: object = {}): object => ({
  text: `The user said: ${quote}`,
  about: 'user',
  attribute: 'home',
  value: 'Lisbon',
  evidence: [{ message, quote }],
  ...more,
});

/** Says one fact of each message, in its own words. */
const echoing = (prompt: ChatPrompt): string =>
  facts(...messagesIn(prompt).map(({ message, text }) => ({ text, evidence: [{ message, quote: text }] })));

describe('the model extractor', () => {
  let place: TestPlace;
  let memory: Memory;
  let ana: ScopedMemory;

  const open = async (
    answer: (prompt: ChatPrompt, call: number) => Answer | Promise<Answer>,
    {
      wait = patient,
      quota,
      tokenizer,
      ...options
    }: Partial<ModelWriterOptions> & {
      wait?: Wait;
      quota?: number;
      tokenizer?: Tokenizer;
    } = {},
  ) => {
    const model = createTalkingModel(answer);
    memory = await place.open({
      extractor: createModelExtractor({ model, ...options }),
      wait,
      ...(quota === undefined ? {} : { writeQuota: quota }),
      ...(tokenizer === undefined ? {} : { tokenizer }),
    });
    ana = memory.scope(ANA);
    return model;
  };

  const say = (content: string, more: object = {}) => ana.observe({ role: 'user', content, ...more });

  const read = async (content: string, more: object = {}): Promise<readonly Fact[]> => {
    await (await say(content, more)).settled();
    return ana.facts();
  };

  beforeEach(async () => {
    place = await inProcess();
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
  });

  it('has prompts of at most 1,200 tokens, tools included', async () => {
    await open(() => facts());
    const { count } = await openO200kTokenizer();
    expect(count(EXTRACTION_PROMPT)).toBeLessThanOrEqual(1_200);
    expect(count(WRITER_PROMPT) + count(JSON.stringify(WRITER_TOOLS))).toBeLessThanOrEqual(1_200);
  });

  it('writes facts with their words, place, origin and time', async () => {
    const model = await open(() => facts(home('M1', 'I moved to Lisbon last week', { when: 'last week' })));
    const content = 'Hello! I moved to Lisbon last week, finally.';
    const [fact] = await read(content, { time: '2026-05-06T10:00:00Z' });
    expect(fact).toMatchObject({
      subject: 'user',
      attribute: 'home',
      value: 'Lisbon',
      trust: 0.6,
      // From the week before the message on, whenever it is read.
      valid: { from: Date.UTC(2026, 3, 27) },
      sources: [{ start: 7, end: 34, origin: 'user', quote: 'I moved to Lisbon last week' }],
    });
    expect(model.prompts).toHaveLength(1);
    expect(shownTo(model.prompts[0] as ChatPrompt)).toMatchObject([
      { message: 'M1', time: '2026-05-06 10:00 Wednesday', text: content },
    ]);
  });

  it('closes the interval of what is over, and of what happened', async () => {
    await open(() =>
      facts(
        home('M1', 'In 2019 I lived in Lisbon', { when: 'In 2019', over: true }),
        home('M1', 'I ran a race last week', {
          attribute: 'event',
          value: 'race',
          text: 'A race.',
          when: 'last week',
        }),
      ),
    );
    await read('In 2019 I lived in Lisbon. I ran a race last week.', { time: '2026-05-06T10:00:00Z' });
    const then = async (asOf: string) => (await ana.facts({ asOf })).map(({ text }) => text);
    expect(await then('2019-07-01')).toEqual(['The user said: In 2019 I lived in Lisbon']);
    expect(await then('2026-04-28')).toEqual(['A race.']);
    expect(await then('2026-05-05')).toEqual([]);
  });

  it('takes dates in part, in the zone of the speaker, and refuses those of no calendar', async () => {
    await open(() =>
      facts(
        home('M1', 'mudei-me para Lisboa', { value: 'Lisboa', from: '2026-05' }),
        home('M1', 'mudei-me para Lisboa', { value: 'Lisboa', text: 'Lisboa.', from: '2026-02-30' }),
      ),
    );
    const found = await read('Em maio mudei-me para Lisboa.', { timeZone: 'Europe/Lisbon' });
    expect(found).toHaveLength(1);
    expect(found[0]?.valid).toEqual({ from: Date.UTC(2026, 3, 30, 23) });
  });

  it('reads messages together, one call at most for 1,024 tokens of what was said', async () => {
    const tokenizer = await openO200kTokenizer();
    const { count } = tokenizer;
    const model = await open(echoing, { tokenizer });
    const paid: MemoryEvents['extraction:paid'][] = [];
    memory.events.on('extraction:paid', (event) => paid.push(event));
    let tokens = 0;
    let last: Awaited<ReturnType<typeof say>> | undefined;
    for (let day = 0; day < 400; day += 1) {
      const words = Array.from({ length: 12 }, (_, at) => `w${(day * 37 + at * 101) % 997}x${at}`);
      const content = `On day ${day} I saw ${words.join(' ')}.`;
      tokens += count(content);
      last = await say(content);
      if (day % 2 === 0)
        await ana.observe({ role: 'assistant', content: 'How nice, tell me more about it.' });
    }
    await last?.settled();
    expect(await ana.facts()).toHaveLength(400);
    expect(model.prompts.length).toBeLessThanOrEqual(Math.ceil(tokens / 1_024));
    expect(model.prompts.length).toBeGreaterThan(1);
    expect(paid.reduce((sum, { messages }) => sum + messages, 0)).toBe(400);
    // The beginning is the same bytes each time.
    expect(new Set(model.prompts.map(({ messages }) => JSON.stringify(messages[0]))).size).toBe(1);
  });

  it('reads what there is when nothing came for a while', async () => {
    let resting: (() => void)[] = [];
    const waits: number[] = [];
    const wait: Wait = (ms, signal) =>
      new Promise((resolve) => {
        waits.push(ms);
        resting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    const model = await open(echoing, { wait, idleMs: 5_000 });
    await say('I have a cat.');
    await expect.poll(() => waits).toEqual([5_000]);
    expect(model.prompts).toHaveLength(0);
    place.clock.advance(5_000);
    for (const end of resting) end();
    resting = [];
    await expect.poll(() => ana.facts()).toHaveLength(1);
    expect(model.prompts).toHaveLength(1);
  });

  it('shows what is known by short names, and takes no others', async () => {
    const model = await open((prompt, call) => {
      if (call === 0)
        return facts(home('M1', 'I live in Porto', { text: 'The user lives in Porto.', value: 'Porto' }));
      const known = shownTo(prompt).find(({ fact }) => fact === 'The user lives in Porto.')?.known ?? 'F0';
      return call === 1
        ? facts(home('M1', 'I live in Lisbon now', { known: 'F9', relation: 'changed' }))
        : facts(home('M1', 'I live in Lisbon now', { known, relation: 'changed' }));
    });
    const [porto] = await read('I live in Porto.');
    const [lisbon] = await read('I live in Lisbon now, no more in Porto.');
    expect(model.prompts).toHaveLength(3);
    expect(model.prompts[2]?.messages.at(-1)?.content).toContain('there is no known fact F9');
    expect(await ana.facts({ asOf: place.clock.now() - 1 })).toEqual([]);
    expect(lisbon).toMatchObject({ value: 'Lisbon', status: 'current' });
    const past = await ana.facts({ knownAt: porto?.recorded.from as number, about: 'ana' });
    expect(past.length).toBeGreaterThan(0);
  });

  it('takes a repetition as one more witness, a correction as an update, and takes back what was not so', async () => {
    const relations = ['same', 'corrected', 'withdrawn'] as const;
    await open((prompt, call) => {
      const quote = messagesIn(prompt)[0]?.text ?? '';
      if (call === 0) return facts(home('M1', quote, { text: 'The user lives in Porto.', value: 'Porto' }));
      const known = shownTo(prompt).find((line) => line.known !== undefined)?.known;
      const value = call === 1 ? 'Porto' : 'Lisbon';
      return facts(home('M1', quote, { value, known, relation: relations[call - 1] }));
    });
    await read('I live in Porto.');
    const [twice] = await read('As I said, I live in Porto.');
    expect(twice?.sources).toHaveLength(2);
    const [updated] = await read('I meant Lisbon, where I live, not Porto.');
    expect(updated).toMatchObject({ value: 'Lisbon' });
    expect(await read('I made that up, I live nowhere near Lisbon.')).toEqual([]);
  });

  it('refuses quotes that do not stand in the message, and says so', async () => {
    const model = await open((_, call) =>
      call === 0
        ? facts(home('M1', 'I live in Lisboa'), home('M1', 'I live in Lisbon', { text: 'Home is Lisbon.' }))
        : facts(home('M1', 'I live in Lisbon', { text: 'Home is Lisbon.' })),
    );
    const found = await read('I live in Lisbon.');
    expect(found.map(({ text }) => text)).toEqual(['Home is Lisbon.']);
    expect(model.prompts[1]?.messages.at(-1)?.content).toContain('facts[0]: the quote does not stand');
  });

  it('refuses what rests on what others said, on no words, or on numbers nobody said', async () => {
    await open(() =>
      facts(
        home('M1', 'I live in Lisbon', { text: 'The user lives in Lisbon.' }),
        home('M1', 'I live in Lisbon', { text: 'The user has lived in Lisbon for 12 years.' }),
        home('M1', '.', { text: 'The user is kind.' }),
        home('M2', 'you own a boat', { text: 'The user owns a boat.' }),
        { text: 'The user is rich.' },
      ),
    );
    await ana.observe({ role: 'assistant', content: 'I see that you own a boat.' });
    const degraded: unknown[] = [];
    memory.events.on('extraction:degraded', ({ remarks }) => degraded.push(...remarks));
    const found = await read('I live in Lisbon.');
    expect(found.map(({ text }) => text)).toEqual(['The user lives in Lisbon.']);
    expect(degraded).toEqual(['extraction:refused']);
    expect((await ana.context('Lisbon', { access: false })).degraded).toContain('extraction:refused');
  });

  it('never takes prose, nothing, or a broken answer for one without facts: it gives up in the end', async () => {
    const answers = ['I found no facts, sorry!', '', '{"facts": [{"te', '[]', '{"fact": []}', 'null'];
    const model = await open((_, call) => answers[call % answers.length] as string, {
      wait: async (ms) => place.clock.advance(ms),
    });
    expect(await read('I live in Lisbon.')).toEqual([]);
    const [job] = await memory.jobs();
    expect(job).toMatchObject({ state: 'dead', attempts: 8 });
    expect(job?.error).toMatch(/^MODEL_ANSWER_INVALID: /u);
    expect(model.prompts).toHaveLength(24);
    expect(model.prompts[1]?.messages.at(-1)?.content).toContain('no JSON object');
    expect((await ana.context('Lisbon', { access: false })).degraded).toContain('extraction:failed');
    // Every try was paid for, and is counted.
    const { writing, jobs } = await memory.stats();
    expect(jobs).toEqual({ done: 0, dead: 1 });
    expect(writing).toMatchObject([{ calls: 24, operations: 0, inputTokens: 24_000, microdollars: null }]);
  });

  it('leaves a model that goes on for ever', async () => {
    await open(() => 'x'.repeat(10_000_000), { wait: async (ms) => place.clock.advance(ms) });
    expect(await read('I live in Lisbon.')).toEqual([]);
    expect((await memory.jobs())[0]?.error).toContain('more than 262144 characters');
  });

  it('takes an explicit list without facts as such', async () => {
    await open(() => '```json\n{"facts": []}\n```');
    expect(await read('Thanks, bye!')).toEqual([]);
    expect(await memory.jobs({ state: 'queued' })).toEqual([]);
    expect((await ana.context('bye', { access: false })).degraded).toEqual([]);
  });

  it('finds the message that cannot be read among those that were read with it, and reads the others', async () => {
    await open(
      (prompt) => (messagesIn(prompt).some(({ text }) => text.includes('poison')) ? 'No.' : echoing(prompt)),
      { wait: async (ms) => place.clock.advance(ms) },
    );
    const receipts = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        say(index === 7 ? 'This is poison.' : `I own boat number ${index}.`),
      ),
    );
    for (const receipt of receipts) await receipt.settled();
    expect(await ana.facts()).toHaveLength(19);
    expect(await memory.jobs()).toHaveLength(1);
  });

  it('counts calls, tokens and money, in all and for each operation', async () => {
    await open(echoing, { prices: { input: 0.5, output: 2 } });
    const paid: MemoryEvents['extraction:paid'][] = [];
    memory.events.on('extraction:paid', (event) => paid.push(event));
    await Promise.all([say('I have a cat.'), say('I have a dog.'), say('I have a bird.')]);
    await read('I have a fish.');
    const [{ calls = 0, microdollars } = {}] = (await memory.stats({ scope: ANA })).writing;
    expect(microdollars).toBe(calls * (1_000 * 0.5 + 100 * 2));
    expect((await memory.stats()).writing).toMatchObject([
      {
        extractor: 'model-1:talking',
        messages: 4,
        operations: 4,
        microdollarsPerOperation: (microdollars ?? 0) / 4,
      },
    ]);
    expect(paid.reduce((sum, { cost }) => sum + (cost.microdollars ?? 0), 0)).toBe(microdollars);
    expect((await memory.stats({ scope: { tenant: 'acme', user: 'ben' } })).writing).toEqual([]);
  });

  it('says of tokens and money that nobody told that they are unknown', async () => {
    const model = createTalkingModel(echoing, null);
    memory = await place.open({
      extractor: createModelExtractor({ model, prices: { input: 1, output: 1 } }),
    });
    ana = memory.scope(ANA);
    await read('I have a cat.');
    expect((await memory.stats()).writing).toMatchObject([
      { calls: 1, inputTokens: null, outputTokens: null, microdollars: null, microdollarsPerOperation: null },
    ]);
  });

  it('writes no more of one message than its quota, and says so', async () => {
    await open(
      (prompt) => {
        const [{ message, text }] = messagesIn(prompt) as [{ message: string; text: string }];
        return facts(
          ...text
            .split(' ')
            .map((word) => ({ text: `The user said ${word}.`, evidence: [{ message, quote: word }] })),
        );
      },
      { quota: 3 },
    );
    expect(await read('alpha beta gamma delta epsilon')).toHaveLength(3);
    expect((await ana.context('alpha', { access: false })).degraded).toContain('extraction:quota');
  });

  it('shows the beginning of a message of 10 MB, and says so', async () => {
    const model = await open(() => facts(home('M1', 'I live in Lisbon')));
    expect(await read(`I live in Lisbon. ${'word '.repeat(200_000)}`)).toHaveLength(1);
    expect(model.prompts[0]?.messages[1]?.content.length).toBeLessThan(20_000);
    expect((await ana.context('Lisbon', { access: false })).degraded).toContain('extraction:length');
  });

  it('keeps its answers with their messages: a forgotten one leaves nothing, the others stay', async () => {
    await open(echoing);
    const [cat] = await Promise.all([say('I have a cat called Tom.'), say('I have a dog called Rex.')]);
    await read('I have a fish called Bob.');
    await ana.forget(cat.id);
    expect((await ana.facts()).map(({ text }) => text).sort()).toEqual([
      'I have a dog called Rex.',
      'I have a fish called Bob.',
    ]);
    const left = JSON.stringify(await collect(memory.changes({ follow: false })));
    expect(left).not.toContain('Tom');
    expect(left).toContain('Rex');
    expect(await memory.doctor()).toMatchObject({ ok: true, faults: [] });
  });

  it('refuses options that are none', async () => {
    const model = await open(echoing);
    for (const options of [{ batchTokens: 0 }, { idleMs: -1 }, { prices: { input: -1, output: 0 } }]) {
      expect(() => createModelExtractor({ model, ...options })).toThrow(/OPTION_INVALID|must|has|prices/u);
    }
    await expect(place.open({ writeQuota: 0 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

it('a batch that waits when the memory is closed is read at the next opening', async () => {
  const place = await inFolder();
  const model = createTalkingModel(echoing);
  const options = { extractor: createModelExtractor({ model }), wait: patient };
  let memory = await place.open(options);
  await memory.scope(ANA).observe({ role: 'user', content: 'I have a cat.' });
  await memory.close();
  expect(model.prompts).toHaveLength(0);
  memory = await place.open(options);
  const receipt = await memory.scope(ANA).observe({ role: 'user', content: 'I have a dog.' });
  await receipt.settled();
  expect(await memory.scope(ANA).facts()).toHaveLength(2);
  expect(model.prompts).toHaveLength(1);
  await memory.close();
  await place.remove();
});
