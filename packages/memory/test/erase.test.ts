import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededRandom, type MemoryEvents, type MessageId } from '@retentive/core';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../src/index.ts';
import { codeOf } from '../src/testing/journal-fixtures.ts';
import { startChild } from './journal/support.ts';
import { createCaller, histories, live, readEverything } from './support/histories.ts';
import { inFolder, inProcess, type TestPlace } from './support/memories.ts';

const ANA = { tenant: 'acme', user: 'ana' };
const BEN = { tenant: 'acme', user: 'ben' };
const CANARY = 'Zanzicanary';

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

const textsOf = async (memory: ScopedMemory): Promise<readonly string[]> =>
  (await memory.messages()).map(({ text }) => text);

describe.each([
  ['in this process', inProcess],
  ['in a folder', inFolder],
] as const)('erase %s', (_, makePlace) => {
  let place: TestPlace;
  let memory: Memory;

  beforeEach(async () => {
    place = await makePlace();
    memory = await place.open();
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
  });

  it('takes out all of a user, and says what went', async () => {
    const heard: MemoryEvents['scope:erased'][] = [];
    memory.events.on('scope:erased', (event) => heard.push(event));
    const [ana, ben] = [memory.scope(ANA), memory.scope(BEN)];
    for (const scope of [ana, ben]) await say(scope, 'I like tea.', 'm');
    await ana.core.change({ type: 'append', line: 'Speaks Portuguese.' });
    await ana.ingestDocument({ title: 'A page' }).write('Some text.');
    const counts = { messages: 1, documents: 1, facts: 1 };
    // The message, its job twice, its fact, the line and the document.
    const expected = { scopes: [{ ...ANA, ...counts, entries: 6 }], ...counts, entries: 6 };
    expect(await memory.erase(ANA, { dryRun: true })).toEqual({ dryRun: true, ...expected });
    expect(await textsOf(ana)).toHaveLength(1);
    expect(await memory.erase(ANA)).toEqual({ dryRun: false, ...expected });
    expect(heard).toMatchObject([{ scope: ANA, entries: 6 }]);
    expect([await textsOf(ana), await ana.facts(), await ana.core.blocks()]).toEqual([[], [], []]);
    expect(await ana.search('tea')).toEqual([]);
    expect((await ana.context('tea')).text).toBe('');
    expect(await textsOf(ben)).toEqual(['I like tea.']);
    expect(await memory.doctor()).toMatchObject({ ok: true, scopes: 1, messages: { open: 0 } });
    expect(await memory.erase(ANA)).toMatchObject({ scopes: [], entries: 0 });
    // The id is free, and the work on it begins anew.
    await say(ana, 'I like rain.', 'm');
    expect((await ana.facts()).map(({ text }) => text)).toEqual(['The user likes rain.']);
    expect((await ana.search('rain')).length).toBeGreaterThan(0);
  });

  it('takes out a tenant, and no other', async () => {
    const other = memory.scope({ tenant: 'other', user: 'ana' });
    for (const scope of [memory.scope(ANA), memory.scope(BEN), other]) await say(scope, 'I like tea.');
    expect((await memory.erase({ tenant: 'acme' })).scopes.map(({ user }) => user)).toEqual(['ana', 'ben']);
    expect(await textsOf(memory.scope(BEN))).toEqual([]);
    expect(await textsOf(other)).toEqual(['I like tea.']);
  });

  it('takes out what an agent wrote at its path, and a thread, and leaves the rest of the user', async () => {
    const ana = memory.scope(ANA);
    const helper = memory.scope({ ...ANA, agent: 'helper' });
    await say(helper, 'I like boats.');
    await say(memory.scope({ ...ANA, agent: 'helper/deep' }), 'Deeper.');
    await say(memory.scope({ ...ANA, thread: 'secret' }), 'I live in Porto.');
    await say(ana, 'I like tea.');
    const writer = memory.scope({ ...ANA, thread: 'secret' }).ingest({ role: 'assistant' });
    await writer.write('Still being said. ');
    const wouldGo = await memory.erase({ ...ANA, agent: 'helper' }, { dryRun: true });
    expect(await memory.erase({ ...ANA, agent: 'helper' })).toEqual({ ...wouldGo, dryRun: false });
    expect(wouldGo.scopes).toMatchObject([{ ...ANA, agent: 'helper', messages: 1, facts: 1 }]);
    expect(await textsOf(ana)).toEqual(['Deeper.', 'I live in Porto.', 'I like tea.', 'Still being said. ']);
    expect(await memory.erase({ ...ANA, thread: 'secret' })).toMatchObject({ messages: 2, facts: 1 });
    expect(await textsOf(ana)).toEqual(['Deeper.', 'I like tea.']);
    expect((await ana.facts()).map(({ text }) => text)).toEqual(['The user likes tea.']);
    expect(await codeOf(writer.write('More.'))).toBe('MESSAGE_NOT_FOUND');
    expect((await memory.doctor()).faults).toEqual([]);
  });

  it('refuses what names nobody', async () => {
    expect(await codeOf(memory.erase({ tenant: '' }))).toBe('LABEL_INVALID');
    expect(await codeOf(memory.erase({ tenant: 'acme', thread: 't' }))).toBe('OPTION_INVALID');
    expect(await codeOf(memory.erase(undefined as never))).toBe('OPTION_INVALID');
  });

  it('leaves those who write meanwhile with what came after it', async () => {
    const ana = memory.scope(ANA);
    for (let index = 0; index < 5; index += 1) await say(ana, `I like thing${index}.`);
    const writer = ana.ingest({ role: 'assistant' });
    await writer.write('The first half. ');
    await Promise.all([
      ana.changeFact({ kind: 'add', fact: { text: 'before' } }),
      memory.erase(ANA),
      ana.search('thing').catch(() => {}),
    ]);
    await say(ana, 'After it.');
    expect(await codeOf(writer.write('The second half.'))).toBe('MESSAGE_NOT_FOUND');
    expect(await textsOf(ana)).toEqual(['After it.']);
    expect((await memory.doctor()).faults).toEqual([]);
  });
});

describe('erase', () => {
  it('leaves no byte of a user in any file, while open and when closed, labels and keys included', async () => {
    const place = await inFolder();
    let memory = await place.open();
    const random = createSeededRandom(3);
    const named = { tenant: 'acme', user: `${CANARY}@example.org` };
    const scopes = [memory.scope(named), memory.scope(BEN)] as const;
    for (let index = 0; index < 60; index += 1) {
      const [ana, ben] = scopes;
      const tail = 'And so on. '.repeat(Math.floor(random.next() * 60));
      await say(ben, `I like thing${index}. ${tail}`);
      await say(ana, `I like ${CANARY}${index}. ${tail}`, `${CANARY}-${index}`);
    }
    const [ana, ben] = scopes;
    await ana.observe({ role: 'user', content: 'Keyed.', idempotencyKey: `${CANARY}-key` });
    await ana.forget(`${CANARY}-3` as MessageId);
    const writer = ana.ingestDocument({ title: `About ${CANARY}` });
    for (let piece = 0; piece < 30; piece += 1) await writer.write(`${CANARY} is far. `.repeat(60));
    await writer.complete();
    await ana.search(CANARY);
    await ben.search('thing');
    await memory.close();
    memory = await place.open();
    await memory.scope(named).search(CANARY);
    // As a migration that broke off would leave it.
    copyFileSync(join(place.path, 'journal.db'), join(place.path, 'journal.db.schema-1.backup'));
    expect(filesWith(place.path, CANARY)).not.toEqual([]);
    expect(readdirSync(join(place.path, 'vectors'))).toHaveLength(2);
    // As another projection keeps its files: by the same name.
    const kept = readdirSync(join(place.path, 'vectors'));
    mkdirSync(join(place.path, 'archive'), { recursive: true });
    for (const name of kept) writeFileSync(join(place.path, 'archive', `${name}.db-wal`), '');
    await memory.erase(named);
    expect(readdirSync(join(place.path, 'archive'))).toHaveLength(1);
    expect(filesWith(place.path, CANARY)).toEqual([]);
    expect(readdirSync(join(place.path, 'vectors'))).toHaveLength(1);
    await say(memory.scope(BEN), 'I like tea.');
    await memory.close();
    expect(filesWith(place.path, CANARY)).toEqual([]);
    memory = await place.open();
    expect(await memory.scope(BEN).messages()).toHaveLength(61);
    expect(await memory.scope(BEN).facts()).toHaveLength(61);
    expect((await memory.doctor()).ok).toBe(true);
    await memory.close();
    await place.remove();
  });

  it('is done or not begun, whenever the process is killed', { timeout: 110_000 }, async () => {
    const place = await inFolder();
    const users = Array.from({ length: 20 }, (_, index) => `${CANARY}${index}-`);
    let memory = await place.open();
    const everyone = users.map((user) => memory.scope({ tenant: 'acme', user }));
    for (const [index, scope] of everyone.entries()) {
      for (let count = 0; count < 4; count += 1) await say(scope, `I like ${users[index]}tea${count}.`);
      await scope.search('tea');
    }
    await memory.close();
    const random = createSeededRandom(9);
    let left: readonly string[] = users;
    for (let trial = 0; trial < 3; trial += 1) {
      const child = startChild(new URL('./children/erase.ts', import.meta.url), place.path, ...left);
      expect(await child.nextLine()).toBe('ready');
      child.process.stdin?.write('go');
      const after = 1 + Math.floor(random.next() * 4);
      const told: string[] = [];
      for await (const line of child.lines) {
        told.push(line);
        // The next one is under way.
        if (told.length === after) setTimeout(() => child.process.kill('SIGKILL'), random.next() * 12);
      }
      await child.exited;
      memory = await place.open();
      const still: string[] = [];
      for (const user of left) {
        const scope = memory.scope({ tenant: 'acme', user });
        const count = (await scope.messages()).length;
        expect([0, 4]).toContain(count);
        expect(await scope.facts()).toHaveLength(count);
        if (count > 0) still.push(user);
      }
      expect(told.filter((user) => still.includes(user))).toEqual([]);
      const gone = users.filter((user) => !still.includes(user));
      expect(gone.flatMap((user) => filesWith(place.path, user))).toEqual([]);
      expect((await memory.doctor()).faults).toEqual([]);
      left = still;
      await memory.close();
    }
    expect(left.length).toBeLessThan(users.length - 2);
    await place.remove();
  });

  it('leaves every projection as in a memory that never saw the scope', { timeout: 60_000 }, async () => {
    const whole = fc.tuple(histories, histories, histories, fc.boolean());
    await fc.assert(
      fc.asyncProperty(whole, async ([before, erased, after, isTenant]) => {
        const sides = await Promise.all(
          [true, false].map(async (isSeen) => {
            const place = await inProcess();
            const memory = await place.open({ capacity: 120 });
            const { clock } = place;
            await live(memory, clock, createCaller(), before);
            const start = clock.now();
            if (isSeen) {
              // `live` is about ana of acme; this is somebody whom the other side never meets.
              const other = { tenant: isTenant ? 'gone' : 'acme', user: 'gone' };
              const door: Memory = { ...memory, scope: (scope) => memory.scope({ ...scope, ...other }) };
              const still = { ...clock, advance: () => {} };
              await live(
                door,
                still,
                createCaller(),
                erased.filter(({ type }) => type !== 'resume'),
              );
              await memory.erase(isTenant ? { tenant: 'gone' } : other);
              expect(await memory.scope(other).messages()).toEqual([]);
            }
            expect(clock.now()).toBe(start);
            await live(memory, clock, createCaller(), after);
            const seen = await readEverything(memory, clock.now());
            await memory.close();
            return seen;
          }),
        );
        expect(nameless(sides[0])).toEqual(nameless(sides[1]));
      }),
      {
        numRuns: Number(process.env['RETENTIVE_TRIALS'] ?? 6),
        interruptAfterTimeLimit: 50_000,
        markInterruptAsFailure: false,
      },
    );
  });
});

/** Ids come from chance, of which the other side has used less; they are numbered in the order of their appearance. */
const nameless = (value: unknown): unknown => {
  const names = new Map<string, string>();
  const text = JSON.stringify(value).replace(/\b(?:msg|doc|fac|opn|ctx|ses|chk)_[0-9A-Za-z]+/gu, (id) => {
    if (!names.has(id)) names.set(id, `<${names.size}>`);
    return names.get(id) as string;
  });
  return JSON.parse(text) as unknown;
};
