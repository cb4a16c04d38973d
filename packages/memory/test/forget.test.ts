import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createSeededRandom,
  type DocumentId,
  type Evidence,
  type Fact,
  type FactId,
  type MemoryEvents,
  type MessageId,
} from '@retentive/core';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../src/index.ts';
import { codeOf } from '../src/testing/journal-fixtures.ts';
import { startChild } from './journal/support.ts';
import { inFolder, inProcess, type TestPlace } from './support/memories.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const CANARY = 'Zanzicanary';
const QUERIES = ['Where do I live?', 'What do I like?', 'the harbour and the market'];

const messageId = (id: string): MessageId => id as MessageId;

const say = async (memory: ScopedMemory, content: string, id?: string): Promise<MessageId> => {
  const receipt = await memory.observe({ role: 'user', content, ...(id === undefined ? {} : { id }) });
  await receipt.settled();
  return receipt.id;
};

/** Files of a folder that have the text in their bytes. */
const filesWith = (folder: string, text: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file).includes(text));

const texts = (facts: readonly Fact[]): readonly string[] => facts.map(({ text }) => text);

/** Facts by what they say: a fact that another witness tells keeps the id that the first gave it. */
const nameless = (facts: readonly Fact[]): readonly unknown[] => {
  const textOf = (id: FactId | undefined): string | undefined => facts.find((fact) => fact.id === id)?.text;
  return facts.map(({ id: _, replacedBy, premises, ...fact }) => ({
    ...fact,
    replacedBy: textOf(replacedBy),
    premises: premises.map(textOf),
  }));
};

/** Everything that can be read of a user. */
const everything = async (memory: ScopedMemory): Promise<unknown> => {
  const contexts = [];
  for (const query of QUERIES) {
    for (const tokens of [60, 1_024]) {
      const { text, tokens: used, degraded } = await memory.context(query, { budget: { tokens } });
      contexts.push({ text, used, degraded });
    }
  }
  const ended = await memory.facts({ asOf: 0 });
  return {
    messages: await memory.messages(),
    facts: nameless(await memory.facts()),
    ended: nameless(ended),
    blocks: await memory.core.blocks(),
    retention: await memory.retention(),
    contexts,
  };
};

describe.each([
  ['in this process', inProcess],
  ['in a folder', inFolder],
] as const)('forget %s', (_, makePlace) => {
  let place: TestPlace;
  let memory: Memory;
  let ana: ScopedMemory;

  beforeEach(async () => {
    place = await makePlace();
    memory = await place.open();
    ana = memory.scope(SCOPE);
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
  });

  it('takes a message out with its facts, and tells listeners', async () => {
    const heard: MemoryEvents['item:forgotten'][] = [];
    memory.events.on('item:forgotten', (event) => heard.push(event));
    await say(ana, 'I like tea.', 'a');
    await say(ana, `I live in ${CANARY}.`, 'b');
    await ana.pin(messageId('b'), true);
    expect(texts(await ana.facts())).toHaveLength(2);
    const report = await ana.forget(messageId('b'));
    // The message, its job twice, the pin and the operation.
    expect(report).toEqual({ messages: 1, facts: 1, entries: 5 });
    expect(heard).toMatchObject([{ id: 'b', entries: 5, scope: { user: 'ana' } }]);
    expect((await ana.messages()).map(({ id }) => id)).toEqual(['a']);
    expect(texts(await ana.facts())).toEqual(['The user likes tea.']);
    expect((await ana.context(CANARY)).text).not.toContain(CANARY);
    expect(JSON.stringify(await ana.search(CANARY))).not.toContain(CANARY);
    expect((await memory.doctor()).faults).toEqual([]);
  });

  it('frees id and idempotency key, and goes on writing', async () => {
    const message = { role: 'user', content: 'I live in Porto.', idempotencyKey: 'k', id: 'a' } as const;
    await (await ana.observe(message)).settled();
    await ana.forget(messageId('a'));
    const again = await ana.observe({ ...message, content: 'I live in Lisbon.' });
    expect(again.replayed).toBe(false);
    await again.settled();
    expect(texts(await ana.facts())).toEqual(['The user lives in Lisbon.']);
    expect((await ana.observe({ ...message, content: 'I live in Lisbon.' })).replayed).toBe(true);
  });

  it('keeps a fact that another message tells, in that one’s words and from its time on', async () => {
    await say(ana, 'I like tea.', 'a');
    place.clock.advance(60_000);
    const later = place.clock.now();
    await say(ana, 'I really like tea!', 'b');
    const [both] = await ana.facts();
    expect(both?.sources.map(({ source }) => source)).toEqual(['a', 'b']);
    expect(await ana.forget(messageId('a'))).toMatchObject({ messages: 1, facts: 0 });
    const [fact, ...others] = await ana.facts();
    expect(others).toEqual([]);
    expect(fact?.sources.map(({ source }) => source)).toEqual(['b']);
    expect(fact?.recorded).toEqual({ from: later });
    expect(await ana.forget(messageId('b'))).toMatchObject({ messages: 1, facts: 1 });
    expect(await ana.facts()).toEqual([]);
  });

  it('takes out the evidence of a message, and with it conclusions, where a caller named it', async () => {
    await say(ana, 'one', 'a');
    await say(ana, 'two', 'b');
    const evidence = (source: string): Evidence => ({
      source: messageId(source),
      origin: 'user',
      quote: `${source} said`,
    });
    const add = async (text: string, sources: readonly Evidence[], premises: readonly FactId[] = []) =>
      (await ana.changeFact({ kind: 'add', fact: { text, sources, premises } })).fact.id;
    await add('both', [evidence('a'), evidence('b')]);
    const one = await add('one', [evidence('a')]);
    await add('a conclusion', [evidence('b')], [one]);
    const told = await add('told', [evidence('b')]);
    await ana.changeFact({ kind: 'supersede', id: one, fact: { text: 'instead of one' } });
    await ana.forget(messageId('a'));
    const facts = await ana.facts();
    expect(texts(facts)).toEqual(['instead of one', 'told', 'both']);
    expect(facts.find(({ text }) => text === 'both')?.sources).toEqual([evidence('b')]);
    expect(facts[0]).toMatchObject({ status: 'current', valid: {} });
    expect(await ana.forget(told)).toMatchObject({ messages: 0, facts: 1, entries: 1 });
    expect(texts(await ana.facts())).toEqual(['instead of one', 'both']);
  });

  it('forgets a fact as if it had never been: what it had replaced is current again', async () => {
    const { fact: porto } = await ana.changeFact({ kind: 'add', fact: { text: 'Porto' } });
    const { fact: lisbon, operation } = await ana.changeFact({
      kind: 'supersede',
      id: porto.id,
      fact: { text: 'Lisbon' },
    });
    await ana.changeFact({ kind: 'retract', id: lisbon.id });
    await ana.forget(lisbon.id);
    expect(nameless(await ana.facts())).toMatchObject([{ text: 'Porto', status: 'current' }]);
    expect(await codeOf(ana.undo(operation))).toBe('OPTION_INVALID');
    await ana.changeFact({ kind: 'update', id: porto.id, fact: { text: 'Braga' } });
    expect(texts(await ana.facts())).toEqual(['Braga']);
  });

  it('refuses what is not there, what is another’s and what is still being written', async () => {
    const writer = ana.ingest({ role: 'user', id: 'open' });
    await writer.write('It goes on and on, ');
    const ben = memory.scope({ tenant: 'acme', user: 'ben' });
    await say(ben, 'I like coffee.', 'of ben');
    const [coffee] = await ben.facts();
    expect(await codeOf(ana.forget(messageId('open')))).toBe('OPTION_INVALID');
    expect(await codeOf(ana.forget(messageId('of ben')))).toBe('MESSAGE_NOT_FOUND');
    expect(await codeOf(ana.forget(coffee?.id as FactId))).toBe('FACT_NOT_FOUND');
    expect(await codeOf(ana.forget(7 as never))).toBe('OPTION_INVALID');
    const controller = new AbortController();
    controller.abort();
    await writer.complete();
    expect(await codeOf(ana.forget(messageId('open'), { signal: controller.signal }))).toBe('ABORTED');
    expect(await ana.messages()).toHaveLength(1);
    expect(await ana.forget(messageId('open'))).toMatchObject({ messages: 1 });
    expect(texts(await ben.facts())).toEqual(['The user likes coffee.']);
  });

  it('leaves another user of the same ids as he was, and those who write meanwhile', async () => {
    const ben = memory.scope({ tenant: 'acme', user: 'ben' });
    for (const user of [ana, ben]) await say(user, `I live in ${CANARY}.`, 'a');
    const before = await everything(ben);
    const writer = ana.ingest({ role: 'assistant', id: 'long' });
    await writer.write('The first half of a long answer. ');
    const [, receipt] = await Promise.all([
      ana.forget(messageId('a')),
      ana.observe({ role: 'user', content: 'I like rain.' }),
      ana.core.change({ type: 'append', line: 'Likes short answers.' }),
    ]);
    await receipt.settled();
    await writer.write('The second half of it.');
    expect((await writer.complete()).offset).toBe(55);
    expect((await ana.messages()).map(({ text }) => text)).toEqual([
      'The first half of a long answer. The second half of it.',
      'I like rain.',
    ]);
    expect(texts(await ana.facts())).toEqual(['The user likes rain.']);
    expect(await ana.core.blocks()).toMatchObject([{ lines: ['Likes short answers.'] }]);
    expect(await everything(ben)).toEqual(before);
  });
});

describe('forget', () => {
  it('leaves no byte of what went in any file, while open and when closed', async () => {
    const place = await inFolder();
    let memory = await place.open();
    let ana = memory.scope(SCOPE);
    const random = createSeededRandom(3);
    for (let index = 0; index < 40; index += 1) {
      await say(ana, `I like thing${index}. ${'And so on. '.repeat(Math.floor(random.next() * 60))}`);
    }
    await say(ana, `I live in ${CANARY}.`, 'said');
    const writer = ana.ingestDocument({ title: `About ${CANARY}`, id: 'written' });
    for (let piece = 0; piece < 30; piece += 1) await writer.write(`${CANARY} is far. `.repeat(60));
    await writer.complete();
    const { fact } = await ana.changeFact({ kind: 'add', fact: { text: `${CANARY} is warm` } });
    await ana.context(CANARY, { sent: true });
    await ana.search(CANARY);
    expect(filesWith(place.path, CANARY)).not.toEqual([]);
    await ana.forget(fact.id);
    await ana.forget(messageId('said'));
    await ana.forget('written' as DocumentId);
    expect(filesWith(place.path, CANARY)).toEqual([]);
    expect(filesWith(place.path, 'written#')).toEqual([]);
    await say(ana, 'I like tea.');
    await memory.close();
    expect(filesWith(place.path, CANARY)).toEqual([]);
    memory = await place.open();
    ana = memory.scope(SCOPE);
    expect(await ana.messages()).toHaveLength(41);
    expect(await ana.facts()).toHaveLength(41);
    expect((await memory.doctor()).ok).toBe(true);
    expect(filesWith(place.path, CANARY)).toEqual([]);
    await memory.close();
    await place.remove();
  });

  it('leaves nothing behind of many, forgotten in any order', async () => {
    const place = await inFolder();
    const memory = await place.open({ extractor: false });
    const ana = memory.scope(SCOPE);
    const random = createSeededRandom(5);
    const ids = Array.from({ length: 150 }, (_, index) => `canary-${index}-`);
    await Promise.all(
      ids.map((id) => {
        const filling = 'and so on '.repeat(Math.floor(random.next() ** 4 * 2_000));
        return ana.observe({ role: 'user', content: `<${id}> ${filling} <${id}>`, id: `of-${id}` });
      }),
    );
    const order = ids.map((id) => ({ id, at: random.next() })).sort((a, b) => a.at - b.at);
    for (const { id } of order.slice(0, 100)) await ana.forget(messageId(`of-${id}`));
    expect(order.slice(0, 100).flatMap(({ id }) => filesWith(place.path, `<${id}>`))).toEqual([]);
    expect(await ana.messages()).toHaveLength(50);
    expect((await memory.doctor()).faults).toEqual([]);
    await memory.close();
    await place.remove();
  });

  it('is done or not begun, whenever the process is killed', { timeout: 110_000 }, async () => {
    const place = await inFolder();
    const ids = Array.from({ length: 24 }, (_, index) => `m${index}-`);
    const open = () => place.open();
    let memory = await open();
    for (const id of ids) await say(memory.scope(SCOPE), `I like ${CANARY}${id}.`, id);
    await memory.close();
    const random = createSeededRandom(9);
    let left: readonly string[] = ids;
    for (let trial = 0; trial < 3; trial += 1) {
      const child = startChild(new URL('./children/forget.ts', import.meta.url), place.path, ...left);
      expect(await child.nextLine()).toBe('ready');
      child.process.stdin?.write('go');
      const after = 1 + Math.floor(random.next() * 6);
      const told: string[] = [];
      for await (const line of child.lines) {
        told.push(line);
        // The next one is under way.
        if (told.length === after) setTimeout(() => child.process.kill('SIGKILL'), random.next() * 12);
      }
      await child.exited;
      memory = await open();
      const ana = memory.scope(SCOPE);
      const messages = (await ana.messages()).map(({ id }) => String(id));
      const facts = (await ana.facts()).map(({ sources }) => String(sources[0]?.source)).reverse();
      expect(facts).toEqual(messages);
      expect(told.filter((id) => messages.includes(id))).toEqual([]);
      const gone = ids.filter((id) => !messages.includes(id));
      expect(gone.flatMap((id) => filesWith(place.path, `${CANARY}${id}`))).toEqual([]);
      expect((await memory.doctor()).faults).toEqual([]);
      left = messages;
      await memory.close();
    }
    expect(left.length).toBeLessThan(ids.length - 2);
    await place.remove();
  });
});

type Step =
  | { readonly type: 'home' }
  | { readonly type: 'taste'; readonly thing: string }
  | { readonly type: 'talk'; readonly text: string }
  | { readonly type: 'pin'; readonly at: number }
  | { readonly type: 'line' }
  | { readonly type: 'fact'; readonly rests: readonly number[] }
  | { readonly type: 'replace'; readonly kind: 'update' | 'supersede'; readonly rests: readonly number[] }
  | { readonly type: 'retract' };

const rests = fc.uniqueArray(fc.nat(20), { maxLength: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('home' as const) }),
  fc.record({ type: fc.constant('taste' as const), thing: fc.constantFrom('tea', 'rain', 'boats') }),
  fc.record({
    type: fc.constant('talk' as const),
    text: fc.constantFrom('We met at the harbour.', 'The market was full. '.repeat(30)),
  }),
  fc.record({ type: fc.constant('pin' as const), at: fc.nat(20) }),
  fc.record({ type: fc.constant('line' as const) }),
  fc.record({ type: fc.constant('fact' as const), rests }),
  fc.record({
    type: fc.constant('replace' as const),
    kind: fc.constantFrom('update' as const, 'supersede' as const),
    rests,
  }),
  fc.record({ type: fc.constant('retract' as const) }),
);

interface CallerFact {
  readonly name: string;
  readonly isGone: boolean;
  readonly replaces: CallerFact | undefined;
}

/** Lives a history; of the message `without` and of what rests on it alone nothing happens. */
const live = async (
  ana: ScopedMemory,
  advance: () => void,
  steps: readonly Step[],
  target: string,
  isWithout: boolean,
): Promise<void> => {
  const said: string[] = [];
  const facts = new Map<string, FactId>();
  let head: CallerFact | undefined;
  const standing = (fact: CallerFact | undefined): CallerFact | undefined =>
    fact?.isGone === true && isWithout ? standing(fact.replaces) : fact;

  const change = async (
    name: string,
    on: CallerFact | undefined,
    kind: 'update' | 'supersede',
    of: readonly number[],
  ) => {
    const named = [...new Set(of.map((at) => said[at % said.length]))].filter((id) => id !== undefined);
    const isGone = named.length > 0 && named.every((id) => id === target);
    head = { name, isGone, replaces: on };
    if (isGone && isWithout) return;
    const sources = named
      .filter((id) => !(isWithout && id === target))
      .map((id) => ({ source: messageId(id), origin: 'user', quote: `said in ${id}` }) as const);
    const fact = { text: `Statement ${name}`, sources };
    const id = facts.get(standing(on)?.name ?? '');
    const input = id === undefined ? ({ kind: 'add', fact } as const) : ({ kind, id, fact } as const);
    facts.set(name, (await ana.changeFact(input)).fact.id);
  };

  for (const [index, next] of steps.entries()) {
    advance();
    const id = `m${index}`;
    const tell = async (text: string): Promise<void> => {
      said.push(id);
      if (!(isWithout && id === target)) await say(ana, text, id);
    };
    switch (next.type) {
      case 'home':
        await tell(`I live in Town${index}.`);
        break;
      case 'taste':
        await tell(`I like ${next.thing}.`);
        break;
      case 'talk':
        await tell(next.text);
        break;
      case 'pin': {
        const pinned = said[next.at % Math.max(1, said.length)];
        if (pinned !== undefined && !(isWithout && pinned === target)) await ana.pin(messageId(pinned), true);
        break;
      }
      case 'line':
        await ana.core.change({ type: 'append', line: `Line ${index}` });
        break;
      case 'fact':
        await change(id, undefined, 'update', next.rests);
        break;
      case 'replace':
        await change(id, head, next.kind, next.rests);
        break;
      case 'retract':
        if (head !== undefined && !(head.isGone && isWithout)) {
          await ana.changeFact({ kind: 'retract', id: facts.get(head.name) as FactId });
        }
        head = undefined;
        break;
      default:
        next satisfies never;
    }
  }
};

it('equals the history that never had it', { timeout: 60_000 }, async () => {
  // Two memories for all runs, a tenant each: opening new ones would take longer than the histories.
  const sides = await Promise.all(
    [false, true].map(async (isWithout) => {
      const place = await inProcess();
      return { isWithout, clock: place.clock, memory: await place.open({ capacity: 120 }) };
    }),
  );
  let runs = 0;
  const isSaid = ({ type }: Step): boolean => type === 'home' || type === 'taste' || type === 'talk';
  const histories = fc
    .tuple(fc.array(step, { minLength: 1, maxLength: 14, size: 'max' }), fc.nat(13))
    .filter(([steps]) => steps.some(isSaid));
  const check = fc.asyncProperty(histories, async ([steps, at]) => {
    runs += 1;
    const said = steps.flatMap((next, index) => (isSaid(next) ? [`m${index}`] : []));
    const target = said[at % said.length] as string;
    const start = Math.max(...sides.map(({ clock }) => clock.now()));
    const [given, expected] = await Promise.all(
      sides.map(async ({ isWithout, clock, memory }) => {
        clock.advance(start - clock.now());
        const ana = memory.scope({ tenant: `run-${runs}`, user: 'ana' });
        await live(ana, () => clock.advance(60_000), steps, target, isWithout);
        if (!isWithout) await ana.forget(messageId(target));
        return everything(ana);
      }),
    );
    expect(given).toEqual(expected);
  });
  await fc.assert(check, {
    numRuns: Number(process.env['RETENTIVE_TRIALS'] ?? 10),
    interruptAfterTimeLimit: 50_000,
    markInterruptAsFailure: false,
  });
  for (const { memory } of sides) {
    expect((await memory.doctor()).faults).toEqual([]);
    await memory.close();
  }
});
