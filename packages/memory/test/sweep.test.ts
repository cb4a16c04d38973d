import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MemoryEvents } from '@retentive/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Memory, MemoryOptions, ScopedMemory } from '../src/index.ts';
import { codeOf } from '../src/testing/journal-fixtures.ts';
import { createCaller, histories, live, readEverything } from './support/histories.ts';
import { inFolder, inProcess } from './support/memories.ts';

const ANA = { tenant: 'acme', user: 'ana' };
const DAY = 86_400_000;

const open = async (options: MemoryOptions = {}) => {
  const place = await inProcess();
  const memory = await place.open(options);
  return { memory, ana: memory.scope(ANA), clock: place.clock };
};

const say = async (scope: ScopedMemory, content: string, expiresAt?: number): Promise<void> => {
  const receipt = await scope.observe({
    role: 'user',
    content,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  await receipt.settled();
};

const seen = async (scope: ScopedMemory): Promise<readonly string[]> => [
  ...(await scope.messages()).map(({ text }) => text),
  ...(await scope.facts()).map(({ text }) => text),
];

const nothing = { scopes: 0, messages: 0, documents: 0, facts: 0, entries: 0, done: true };

describe('sweep', () => {
  it('takes out what is hidden since it expired, with its facts, and tells of it', async () => {
    const { memory, ana, clock } = await open();
    const heard: MemoryEvents['items:expired'][] = [];
    memory.events.on('items:expired', (event) => heard.push(event));
    await say(ana, 'I live in Porto.', clock.now() + DAY);
    await say(ana, 'I like tea.');
    await ana.changeFact({ kind: 'add', fact: { text: 'The user is away', expiresAt: clock.now() + DAY } });
    expect(await memory.sweep()).toEqual(nothing);
    clock.advance(DAY);
    expect(await seen(ana)).toEqual(['I like tea.', 'The user likes tea.']);
    expect((await ana.context('Porto')).text).not.toContain('Porto');
    expect(JSON.stringify(await ana.search('Porto away'))).not.toMatch(/Porto|away/u);
    // The message, its job twice, its fact; and the other fact.
    const swept = { messages: 1, documents: 0, facts: 2, entries: 5 };
    expect(await memory.sweep()).toEqual({ scopes: 1, ...swept, done: true });
    expect(heard).toMatchObject([{ scope: ANA, ...swept }]);
    expect(await memory.sweep()).toEqual(nothing);
    expect(await seen(ana)).toEqual(['I like tea.', 'The user likes tea.']);
    expect((await memory.doctor()).faults).toEqual([]);
  });

  it('hides and takes out an example when its time is over, or that of all its sources', async () => {
    const { memory, ana, clock } = await open({ retain: '30d', extractor: false });
    const example = {
      outcome: 'good',
      input: 'How do I return a damaged kayak?',
      output: 'By post.',
    } as const;
    const observe = async (days: number) => {
      const receipt = await ana.observe({
        role: 'user',
        content: 'It broke.',
        expiresAt: clock.now() + days * DAY,
      });
      await receipt.settled();
      return { source: receipt.id, origin: 'user' as const };
    };
    const [short, longer] = [await observe(1), await observe(2)];
    const first = await ana.remember(example, { sources: [short] });
    const second = await ana.remember(example, { sources: [short, longer] });
    const third = await ana.remember(example);
    const left = async () => {
      const context = await ana.context('return a damaged kayak', { examples: 0.25, access: false });
      const shown = context.items.filter(({ source }) => source.type === 'example').length;
      const ids = (await ana.examples()).map(({ id }) => id);
      expect(shown).toBe(ids.length);
      return ids;
    };
    expect(await left()).toEqual([first.id, second.id, third.id]);
    for (const [days, ids] of [
      [1, [second.id, third.id]],
      [1, [third.id]],
      [28, []],
    ] as const) {
      clock.advance(days * DAY);
      expect(await left()).toEqual(ids);
      expect((await memory.sweep()).entries).toBeGreaterThan(0);
      expect(await left()).toEqual(ids);
    }
    let text = '';
    for await (const line of ana.export()) text += line;
    expect(text).not.toContain('kayak');
    expect((await memory.doctor()).faults).toEqual([]);
  });

  it('keeps a fact that another message tells, until that one goes too', async () => {
    const { memory, ana, clock } = await open();
    await say(ana, 'I like tea.', clock.now() + DAY);
    await say(ana, 'I really like tea!', clock.now() + 2 * DAY);
    clock.advance(DAY);
    expect(await memory.sweep()).toMatchObject({ messages: 1, facts: 0 });
    expect(await seen(ana)).toEqual(['I really like tea!', 'The user really likes tea.']);
    clock.advance(DAY);
    expect(await memory.sweep()).toMatchObject({ messages: 1, facts: 1 });
  });

  it('keeps everything as long as the memory says, by user where it says so, from when it was recorded', async () => {
    const { memory, ana, clock } = await open({ retain: ({ user }) => (user === 'ana' ? '30d' : undefined) });
    const ben = memory.scope({ tenant: 'acme', user: 'ben' });
    await ana.observe({ role: 'user', content: 'Long ago.', time: '2019-01-01' });
    await say(ana, 'For a day.', clock.now() + DAY);
    const page = ana.ingestDocument({ title: 'A page' });
    await page.write('I like tea. ');
    await page.complete();
    await ana.changeFact({ kind: 'add', fact: { text: 'A fact' } });
    await say(ben, 'For ever.');
    clock.advance(29 * DAY);
    expect(await seen(ana)).toEqual(['Long ago.', 'A fact']);
    clock.advance(DAY);
    expect(await seen(ana)).toEqual([]);
    expect(await seen(ben)).toEqual(['For ever.']);
    expect(await memory.sweep()).toMatchObject({ scopes: 1, messages: 2, documents: 1, facts: 1 });
    expect(await codeOf(inProcess().then((place) => place.open({ retain: 'a month' })))).toBe(
      'OPTION_INVALID',
    );
    expect(await codeOf(memory.sweep({ limit: 0 }))).toBe('OPTION_INVALID');
  });

  it('takes out as many as it is told, and goes on from there', async () => {
    const { memory, ana, clock } = await open();
    for (let index = 0; index < 5; index += 1) await say(ana, `Word ${index}.`, clock.now() + DAY + index);
    clock.advance(2 * DAY);
    expect(await memory.sweep({ limit: 2 })).toMatchObject({ messages: 2, done: false });
    expect(await memory.sweep({ limit: 2 })).toMatchObject({ messages: 2, done: false });
    expect(await memory.sweep({ limit: 2 })).toMatchObject({ messages: 1, done: true });
    const writer = ana.ingest({ role: 'user', expiresAt: clock.now() + DAY });
    await writer.write('Still being said. ');
    clock.advance(2 * DAY);
    expect(await memory.sweep()).toEqual(nothing);
    await writer.complete();
    expect(await memory.sweep()).toMatchObject({ messages: 1 });
  });

  it('finds after reopening what expired meanwhile, also what was written before there was a time to keep it', async () => {
    const place = await inFolder();
    let memory = await place.open();
    await say(memory.scope(ANA), 'I live in Zanzicanary.');
    await say(memory.scope({ ...ANA, user: 'ben' }), 'Zanzicanary for a day.', place.clock.now() + DAY);
    await memory.scope(ANA).search('where');
    await memory.close();
    place.clock.advance(400 * DAY);
    memory = await place.open({ retain: '365d' });
    expect(await memory.sweep()).toMatchObject({ scopes: 2, messages: 2, facts: 1, done: true });
    const files = readdirSync(place.path, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    for (const { parentPath, name } of files) {
      expect(readFileSync(join(parentPath, name)).includes('Zanzicanary')).toBe(false);
    }
    expect((await memory.doctor()).faults).toEqual([]);
    await memory.close();
    await place.remove();
  });

  it('changes nothing of what can be read', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 9 }), async (history, limit) => {
        const { memory, clock } = await open();
        await live(memory, clock, createCaller(), history);
        clock.advance(30 * 3_600_000);
        const read = async (of: Memory) => {
          const { messages, threads, blocks, facts } = (await readEverything(of, clock.now())) as Record<
            string,
            unknown
          >;
          return { messages, threads, blocks, facts };
        };
        const before = await read(memory);
        for (let done = false; !done; ) ({ done } = await memory.sweep({ limit }));
        expect(await read(memory)).toEqual(before);
        expect((await memory.doctor()).faults).toEqual([]);
        await memory.close();
      }),
      { numRuns: 20, seed: 4 },
    );
  });
});
