import {
  type ChatModel,
  type ChatPrompt,
  type FactInput,
  type MessageId,
  type OperationId,
  RetentiveError,
} from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Memory, MemoryOptions, ScopedMemory } from '../../src/index.ts';
import { codeOf } from '../../src/testing/journal-fixtures.ts';
import { inFolder, type TestPlace } from '../support/memories.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const HOUR = 3_600_000;

let place: TestPlace;
let memory: Memory;
let ana: ScopedMemory;

const open = async (options: MemoryOptions = {}): Promise<void> => {
  memory = await place.open({ extractor: false, episodes: true, ...options });
  ana = memory.scope(SCOPE);
};
const reopen = async (options: MemoryOptions = {}): Promise<void> => {
  await memory.close();
  await open(options);
};
const say = async (content: string, more = {}): Promise<MessageId> => {
  const receipt = await ana.observe({ role: 'user', speaker: 'Ana', content, ...more });
  await receipt.settled();
  place.clock.advance(60_000);
  return receipt.id;
};
const know = async (attribute: string, value: string, source: MessageId, more: Partial<FactInput> = {}) => {
  const text = `Ana's ${attribute} is ${value}.`;
  const fact = {
    text,
    subject: 'user',
    attribute,
    value,
    sources: [{ source, origin: 'user' as const }],
    ...more,
  };
  return (await ana.changeFact({ kind: 'add', fact })).fact;
};
const profile = async (): Promise<readonly string[]> =>
  (await ana.core.blocks()).find(({ label }) => label === 'profile')?.lines ?? [];

beforeEach(async () => {
  place = await inFolder();
  await open();
});
afterEach(async () => {
  await memory.close();
  await place.remove();
});

describe('facts that say the same', () => {
  it('become one with the sources of all, once, and again two when that is undone', async () => {
    const [first, second] = [await say('I live in Porto.'), await say('Porto is where I live.')];
    const kept = await know('home', 'Porto', first);
    const other = await know('home', 'porto', second);
    await know('job', 'diver', second);
    const planned = await ana.consolidate({ dryRun: true });
    expect(planned).toMatchObject({ dryRun: true, done: false, modelCalls: 0 });
    expect(await ana.facts({ attribute: 'home' })).toHaveLength(2);
    const { operations, done } = await ana.consolidate();
    expect(operations).toEqual(planned.operations);
    expect(done).toBe(true);
    const [fact, ...none] = await ana.facts({ attribute: 'home' });
    expect(none).toEqual([]);
    expect(fact).toMatchObject({ id: kept.id, sources: [{ source: first }, { source: second }] });
    await ana.undo(operations[1]?.id as OperationId);
    expect((await ana.facts({ attribute: 'home' })).map(({ id }) => id).toSorted()).toEqual(
      [kept.id, other.id].toSorted(),
    );
    expect((await ana.consolidate()).operations).toEqual([]);
    expect((await memory.doctor()).faults).toEqual([]);
  });

  it('live on in the words of the other when one is forgotten', async () => {
    const [first, second] = [await say('I live in Porto.'), await say('Porto is where I live.')];
    await know('home', 'Porto', first);
    await know('home', 'porto', second);
    await ana.consolidate();
    await ana.forget(first);
    expect(await ana.facts({ attribute: 'home' })).toMatchObject([
      { value: 'porto', sources: [{ source: second }] },
    ]);
    await ana.forget(second);
    expect(await ana.facts()).toEqual([]);
  });

  it.each([
    ['C', 'C#'],
    ['5', '-5'],
    ['1.5', '1,5'],
    ['!!!', '???'],
    ['x2', 'x²'],
  ])('are not those that differ by a mark: %s and %s', async (one, other) => {
    const source = await say('Take care.');
    await know('choice', one, source);
    await know('choice', other, source);
    expect((await ana.consolidate({ dryRun: true })).operations).toEqual([]);
  });

  it('are those that differ by case, white space and a final full stop, of one time and kept as long', async () => {
    const source = await say('Take care.');
    await know('home', 'Porto', source);
    await know('home', ' porto. ', source);
    const day = Date.UTC(2030, 0, 1);
    for (const more of [{ valid: { from: 1 } }, { valid: { until: day } }, { expiresAt: day }])
      await know('home', 'Porto', source, more);
    expect((await ana.consolidate()).operations).toHaveLength(2);
    expect(await ana.facts({ attribute: 'home' })).toHaveLength(4);
  });

  it('are left alone where something was derived from them', async () => {
    const source = await say('I live in Porto.');
    await know('home', 'Porto', source);
    const premise = await know('home', 'porto', source);
    await know('country', 'Portugal', source, { premises: [premise.id] });
    expect((await ana.consolidate()).operations).toEqual([]);
  });

  it('are merged a bounded part at a time', async () => {
    const source = await say('I like tea.');
    for (let each = 0; each < 6; each += 1) await know('drink', 'tea', source);
    const first = await ana.consolidate({ limit: 2 });
    expect(first).toMatchObject({ done: false });
    expect(first.operations).toHaveLength(2);
    await reopen();
    expect(await ana.consolidate({ limit: 100 })).toMatchObject({ done: true });
    expect(await ana.facts()).toHaveLength(1);
  });
});

describe('another agent', () => {
  it('is neither shown nor changed, and its operations are unknown', async () => {
    const model = scripted(['[]']);
    await reopen({ profile: true, summarizer: model });
    const [one, two] = ['one', 'two'].map((agent) => memory.scope({ ...SCOPE, agent }));
    if (one === undefined || two === undefined) throw new Error('no scope');
    const fact = { text: 'The key is 4711.', subject: 'key', attribute: 'number', value: '4711' };
    const { id: source } = await ana.observe({ role: 'user', content: 'My name is Ana.' });
    await know('name', 'Ana', source);
    for (let each = 0; each < 2; each += 1) await two.changeFact({ kind: 'add', fact });
    const receipt = await two.observe({ role: 'user', content: 'The key is 4711.' });
    await receipt.settled();
    const example = await two.remember({ outcome: 'good', input: 'Which key?', output: '4711' });
    place.clock.advance(5 * HOUR);
    expect(await one.consolidate({ dryRun: true })).toMatchObject({ operations: [], modelCalls: 0 });
    expect(await one.consolidate()).toMatchObject({ operations: [], modelCalls: 0, done: true });
    expect(await two.facts()).toHaveLength(2);
    expect((await two.episodes()).map(({ state }) => state)).toEqual(['open']);
    expect(await profile()).toEqual([]);
    const { operations } = await two.consolidate();
    expect(operations.map(({ kind, target }) => [kind, target.store]).slice(0, 3)).toEqual([
      ['add', 'episode'],
      ['skip', 'semantic'],
      ['retract', 'semantic'],
    ]);
    expect(await one.consolidate()).toMatchObject({ operations: [], modelCalls: 0 });
    for (const id of [example.id, ...operations.map((operation) => operation.id)])
      await expect(one.undo(id)).rejects.toThrow(/is unknown, or undone already/u);
    expect(await two.examples()).toHaveLength(1);
  });
});

describe('the profile', () => {
  beforeEach(() => reopen({ profile: true }));

  it('has what the user told of herself, the important first, and follows it', async () => {
    const source = await say('I live in Porto, I am a diver, and I do not stand nuts.');
    const home = await know('home', 'Porto', source);
    await know('allergy', 'nuts', source);
    await know('mood', 'fine', source);
    await ana.consolidate();
    expect((await profile()).toSorted()).toEqual(["Ana's allergy is nuts.", "Ana's home is Porto."]);
    await ana.changeFact({
      kind: 'supersede',
      id: home.id,
      fact: { text: "Ana's home is Faro.", value: 'Faro', sources: [{ source, origin: 'user' }] },
    });
    await ana.consolidate();
    expect((await profile()).toSorted()).toEqual(["Ana's allergy is nuts.", "Ana's home is Faro."]);
    const [last] = (await ana.core.versions({ label: 'profile' })).slice(-1);
    expect(last).toMatchObject({ change: { type: 'replace' }, sources: [{ source }] });
    await ana.forget(source);
    expect(await profile()).toEqual([]);
    expect((await ana.consolidate()).operations).toEqual([]);
  });

  it('takes nothing from tools and the web alone, of others, or of another agent', async () => {
    const source = await say('A page says so.', { role: 'tool', origin: 'web' });
    await know('home', 'Porto', source, { sources: [{ source, origin: 'web' }] });
    await know('home', 'Lyon', source, { subject: 'Ben' });
    const helper = memory.scope({ ...SCOPE, agent: 'helper' });
    await helper.changeFact({
      kind: 'add',
      fact: {
        text: 'Lives in Oslo.',
        subject: 'user',
        attribute: 'home',
        value: 'Oslo',
        sources: [{ source, origin: 'user' }],
      },
    });
    await ana.consolidate();
    expect(await profile()).toEqual([]);
  });

  it('leaves half of its room to the user, cuts no line, and drops the least important', async () => {
    const source = await say('A long life.');
    const long = (what: string): string => `${what} ${'and so on '.repeat(9)}`.trim();
    for (let each = 0; each < 20; each += 1) await know('school', long(`number ${each}`), source);
    await know('name', 'Ana', source);
    await ana.consolidate();
    const lines = await profile();
    expect(lines).toContain("Ana's name is Ana.");
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.length).toBeLessThan(15);
    const known = new Set((await ana.facts()).map(({ text }) => text));
    for (const line of lines) expect(known).toContain(line);
    await ana.core.change({ type: 'append', line: long('My own line') });
    expect((await ana.consolidate()).operations).toEqual([]);
  });

  it('does not bring back what somebody took out, nor touch what somebody wrote', async () => {
    const source = await say('I live in Porto.');
    await ana.core.change({ type: 'append', line: 'Likes tea.' });
    await know('home', 'Porto', source);
    const { operations } = await ana.consolidate();
    expect(await profile()).toEqual(['Likes tea.', "Ana's home is Porto."]);
    await ana.undo(operations[0]?.id as OperationId);
    await ana.consolidate();
    expect(await profile()).toEqual(['Likes tea.']);
  });
});

/** A model that says what it is told, and what it was asked. */
const scripted = (answers: readonly (string | Error)[]): ChatModel & { readonly asked: ChatPrompt[] } => {
  const asked: ChatPrompt[] = [];
  return {
    id: 'scripted',
    asked,
    async *stream(prompt) {
      const answer = answers[Math.min(asked.length, answers.length - 1)] ?? '';
      asked.push(prompt);
      if (answer instanceof Error) throw answer;
      yield { type: 'text-delta', text: answer };
      yield { type: 'finish', reason: 'stop', usage: { inputTokens: 100, outputTokens: 20 } };
    },
  };
};

describe('a model that summarises', () => {
  const talk = [
    'I bought a red kayak for 1,200 euros.',
    'My brother Tom carried it home.',
    'We never leave for the Douro without tents.',
  ];
  const tell = async (): Promise<readonly MessageId[]> => {
    const ids: MessageId[] = [];
    for (const text of talk) ids.push(await say(text));
    place.clock.advance(5 * HOUR);
    return ids;
  };
  const answer = JSON.stringify([
    { text: 'Ana bought a red kayak for 1,200 euros.', lines: [1] },
    { text: 'Ana bought a red kayak for 1,300 euros.', lines: [1] },
    { text: 'Her sister Helena carried it home.', lines: [2] },
    { text: 'They leave for the Douro without tents.', lines: [3] },
    { text: 'They sold a bakery.', lines: [99] },
  ]);

  it('is believed as far as its sources go; where it tells nothing, the words themselves stand', async () => {
    const model = scripted([answer]);
    await reopen({ summarizer: model });
    const ids = await tell();
    const planned = await ana.consolidate({ dryRun: true });
    expect([planned.modelCalls, model.asked.length]).toEqual([0, 0]);
    const report = await ana.consolidate();
    expect(report).toMatchObject({
      modelCalls: 1,
      failedCalls: 0,
      done: true,
      tokens: { input: 100, output: 20 },
    });
    const [episode] = await ana.episodes();
    expect(episode?.summary.map(({ text, verbatim, sources }) => [text, verbatim, sources])).toEqual([
      ['Ana bought a red kayak for 1,200 euros.', false, [ids[0]]],
      ...(episode?.summary.slice(1).map(({ text }) => [text, true, [ids[talk.indexOf(text)]]]) ?? []),
    ]);
    expect(episode?.summary.length).toBeGreaterThan(1);
    expect(JSON.stringify(episode)).not.toMatch(/1,300|Helena|bakery/u);
    await reopen({ summarizer: model });
    expect(await ana.episodes()).toEqual([episode]);
    expect((await ana.consolidate()).modelCalls).toBe(0);
    expect(model.asked).toHaveLength(1);
    expect((await memory.doctor()).faults).toEqual([]);
  });

  it('is taken back by undoing, and forgotten with each of its sources', async () => {
    await reopen({
      summarizer: scripted([
        JSON.stringify([{ text: 'Ana bought a red kayak and Tom carried it home.', lines: [1, 2] }]),
      ]),
    });
    const ids = await tell();
    const { operations } = await ana.consolidate();
    const made = operations.at(-1)?.id as OperationId;
    const before = place.clock.now();
    place.clock.advance(1_000);
    const summary = async (options = {}) =>
      (await ana.episodes(options))[0]?.summary.map(({ verbatim }) => verbatim) ?? [];
    expect(await summary()).toContain(false);
    await ana.undo(made);
    expect(await summary()).not.toContain(false);
    expect(await summary({ knownAt: before })).toContain(false);
    expect(await codeOf(ana.undo(made))).toBe('OPTION_INVALID');
    await ana.forget(ids[1] as MessageId);
    expect(await summary({ knownAt: before })).not.toContain(false);
    for await (const line of ana.export()) expect(line).not.toContain('carried');
  });

  it('that answers prose, or nothing, costs its calls and changes nothing', async () => {
    const model = scripted(['I would rather not.', new RetentiveError('MODEL_FAILED', 'away'), '[]', answer]);
    await reopen({ summarizer: model });
    await tell();
    expect(await ana.consolidate()).toMatchObject({ modelCalls: 1, failedCalls: 1, done: false });
    expect(await ana.consolidate()).toMatchObject({ modelCalls: 1, failedCalls: 1, done: false });
    const before = await ana.episodes();
    expect(await ana.consolidate()).toMatchObject({ modelCalls: 1, failedCalls: 0, done: true });
    expect(await ana.episodes()).toEqual(before);
    expect(await ana.consolidate()).toMatchObject({ modelCalls: 0, done: true });
  });

  it('that goes on for ever, or hangs whatever it is told, is let go of', async () => {
    const endless: ChatModel = {
      id: 'endless',
      async *stream() {
        for (;;) yield { type: 'text-delta', text: 'x'.repeat(10_000) };
      },
    };
    await reopen({ summarizer: endless });
    await tell();
    expect(await ana.consolidate()).toMatchObject({ modelCalls: 1, failedCalls: 1, done: false });
    let asked = (): void => {};
    const deaf: ChatModel = {
      id: 'deaf',
      async *stream() {
        asked();
        await new Promise(() => {});
        yield { type: 'finish', reason: 'stop' };
      },
    };
    await reopen({ summarizer: deaf });
    const stop = new AbortController();
    asked = () => stop.abort();
    expect(await codeOf(ana.consolidate({ signal: stop.signal }))).toBe('ABORTED');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      asked = () => queueMicrotask(() => vi.advanceTimersByTime(100_000));
      expect(await ana.consolidate()).toMatchObject({ modelCalls: 1, failedCalls: 1, done: false });
    } finally {
      vi.useRealTimers();
    }
  });

  it('is called so often as it may be, and each call begins as the one before', async () => {
    const model = scripted([answer]);
    await reopen({ summarizer: model });
    for (let session = 0; session < 3; session += 1) await tell();
    expect(await ana.consolidate({ modelCalls: 2 })).toMatchObject({ modelCalls: 2, done: false });
    expect(await ana.consolidate({ modelCalls: 2 })).toMatchObject({ modelCalls: 1, done: true });
    const prefixes = model.asked.map(({ messages }) => JSON.stringify(messages[0]));
    expect(new Set(prefixes).size).toBe(1);
    expect(await codeOf(ana.consolidate({ modelCalls: -1 }))).toBe('OPTION_INVALID');
    expect(await codeOf(ana.consolidate({ limit: 0 }))).toBe('OPTION_INVALID');
  });
});
