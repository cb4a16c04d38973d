import { createManualClock, createSeededRandom, type MessageId, type Wait } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../src/index.ts';
import { createInMemoryJournal } from '../src/journal/in-memory-journal.ts';
import type { EntryBody, ScopeKey } from '../src/journal/journal.ts';
import { type AccessLog, createAccessLog } from '../src/scope/access-log.ts';
import { createFaultyJournal } from '../src/testing/index.ts';
import { ANNA, BEN, readAll } from '../src/testing/journal-fixtures.ts';
import { inFolder, inProcess, type TestPlace } from './support/memories.ts';

const ANA = { tenant: 'acme', user: 'ana' };
const CAPACITY = 400;

/** A wait that ends when it is told to. */
const createHeldWait = () => {
  const waits: { readonly ms: number; readonly end: () => void }[] = [];
  const wait: Wait = (ms, signal) =>
    new Promise((resolve) => {
      waits.push({ ms, end: resolve });
      signal.addEventListener('abort', () => resolve());
    });
  return { wait, waits };
};

const exported = async (scope: ScopedMemory): Promise<readonly EntryBody[]> => {
  const bodies: EntryBody[] = [];
  for await (const line of scope.export()) {
    const { body } = JSON.parse(line) as { body?: EntryBody };
    if (body !== undefined) bodies.push(body);
  }
  return bodies;
};

/** Notes items as a reader does. */
const note = (log: AccessLog, scope: ScopeKey, items: readonly string[]): void => {
  void log.reading(scope, async (reading) => reading.note(items));
};

describe('the log of accesses', () => {
  const accessesOf = async (journal: Parameters<typeof readAll>[0]) =>
    (await readAll(journal)).flatMap(({ scope, body }) =>
      body.kind === 'access' ? [{ user: scope.user, items: body.items }] : [],
    );

  it('writes what gathered within a second as one entry a scope, in the background', async () => {
    const journal = createInMemoryJournal({ clock: createManualClock() });
    const { wait, waits } = createHeldWait();
    const log = createAccessLog({ journal, wait });
    note(log, ANNA, ['a', 'b']);
    note(log, BEN, ['c']);
    note(log, ANNA, ['a']);
    note(log, ANNA, []);
    expect(await accessesOf(journal)).toEqual([]);
    expect(waits.map(({ ms }) => ms)).toEqual([1_000]);
    waits[0]?.end();
    const both = [
      { user: ANNA.user, items: ['a', 'b', 'a'] },
      { user: BEN.user, items: ['c'] },
    ];
    await expect.poll(() => accessesOf(journal)).toEqual(both);
    // What comes later is another batch, and is written at the end at the latest.
    note(log, BEN, ['d']);
    await log.close();
    await log.close();
    note(log, BEN, ['late']);
    expect(await accessesOf(journal)).toEqual([...both, { user: BEN.user, items: ['d'] }]);
  });

  it('writes many at once, without waiting', async () => {
    const journal = createInMemoryJournal({ clock: createManualClock() });
    const { wait } = createHeldWait();
    const log = createAccessLog({ journal, wait });
    for (let index = 0; index < 255; index += 1) note(log, ANNA, [`m${index}`]);
    expect(await accessesOf(journal)).toEqual([]);
    note(log, ANNA, ['m255']);
    await expect.poll(async () => (await accessesOf(journal))[0]?.items.length).toBe(256);
    await log.close();
  });

  it('gives up what the journal does not take, and goes on', async () => {
    const inner = createInMemoryJournal({ clock: createManualClock() });
    const { wait, waits } = createHeldWait();
    const journal = createFaultyJournal(inner, ({ count }) => (count === 0 ? 'refuse' : undefined));
    const log = createAccessLog({ journal, wait });
    note(log, ANNA, ['lost']);
    waits[0]?.end();
    await expect.poll(() => waits.length).toBe(1);
    await Promise.resolve();
    note(log, ANNA, ['kept']);
    await log.close();
    expect((await accessesOf(inner)).flatMap(({ items }) => items)).toContain('kept');
  });
});

describe('the log of accesses beside a removal', () => {
  const named = async (journal: Parameters<typeof readAll>[0]): Promise<readonly string[]> =>
    (await readAll(journal)).flatMap(({ body }) => (body.kind === 'access' ? body.items : []));

  it('writes what was noted before it, and nothing of a reader that began before its end', async () => {
    const journal = createInMemoryJournal({ clock: createManualClock() });
    const log = createAccessLog({ journal, wait: createHeldWait().wait });
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    note(log, ANNA, ['before']);
    const reading = (scope: ScopeKey, item: string) =>
      log.reading(scope, async (reader) => {
        await gate;
        reader.note([item]);
      });
    const overtaken = [reading(ANNA, 'overtaken'), reading(BEN, 'of another user')];
    let seen: readonly string[] = [];
    await log.removing(ANNA, async () => {
      seen = await named(journal);
      overtaken.push(reading(ANNA, 'meanwhile'));
    });
    note(log, ANNA, ['after']);
    open();
    await Promise.all(overtaken);
    await log.close();
    expect(seen).toEqual(['before']);
    expect((await named(journal)).toSorted()).toEqual(['after', 'before', 'of another user']);
  });

  it('holds for every user of a tenant, and ends where the removal fails', async () => {
    const journal = createInMemoryJournal({ clock: createManualClock() });
    const log = createAccessLog({ journal, wait: createHeldWait().wait });
    const removal = log.removing({ tenant: ANNA.tenant }, async () => {
      note(log, ANNA, ['dropped']);
      note(log, { ...ANNA, user: 'somebody else' }, ['dropped']);
      note(log, { ...ANNA, tenant: 'another' }, ['kept']);
      throw new Error('refused');
    });
    await expect(removal).rejects.toThrow('refused');
    note(log, ANNA, ['later']);
    await log.close();
    expect((await named(journal)).toSorted()).toEqual(['kept', 'later']);
  });
});

describe.each([
  ['in this process', inProcess],
  ['in a folder', inFolder],
] as const)('accesses %s', (_, makePlace) => {
  let place: TestPlace;
  let memory: Memory;
  let ana: ScopedMemory;
  let held: ReturnType<typeof createHeldWait>;

  const open = async (): Promise<void> => {
    held = createHeldWait();
    memory = await place.open({ extractor: false, capacity: CAPACITY, wait: held.wait });
    ana = memory.scope(ANA);
  };
  /** Lets what was noted become durable. */
  const settle = async (): Promise<void> => {
    const before = (await exported(ana)).length;
    for (const { end } of held.waits) end();
    await expect.poll(async () => (await exported(ana)).length).toBeGreaterThan(before);
  };
  const say = async (content: string): Promise<MessageId> =>
    (await ana.observe({ role: 'user', content })).id;
  /** Fills the working set with talk that says little. */
  const fill = async (messages: number): Promise<void> => {
    const random = createSeededRandom(3);
    const words = ['yes', 'ok', 'so', 'well', 'then', 'we', 'go', 'there', 'now'];
    for (let index = 0; index < messages; index += 1) {
      await say(Array.from({ length: 12 }, () => words[Math.floor(random.next() * words.length)]).join(' '));
    }
  };

  beforeEach(async () => {
    place = await makePlace();
    await open();
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
  });

  it('journal the items of a context, behind its back, and nothing where that is not wanted', async () => {
    const id = await say('The kayak is red.');
    await ana.core.change({ type: 'append', line: 'Short answers.' });
    const { fact } = await ana.changeFact({ kind: 'add', fact: { text: 'The kayak is red.' } });
    const before = await exported(ana);
    await ana.context('Which kayak is red?', { access: false, budget: { tokens: 400 } });
    await ana.context('nothing of the sort', { budget: { tokens: 4 } });
    expect(held.waits).toEqual([]);
    const { items } = await ana.context('Which kayak is red?', { budget: { tokens: 400 } });
    expect(items).toHaveLength(3);
    expect(await exported(ana)).toEqual(before);
    await settle();
    expect((await exported(ana)).slice(before.length)).toEqual([
      { kind: 'access', items: [fact.id, `${id}#0`] },
    ]);
    await expect(ana.context('x', { access: 1 as never })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('bring back from the archive what is used, and keep longer what is used more', async () => {
    const archived: string[] = [];
    memory.events.on('chunk:archived', ({ chunk }) => archived.push(chunk));
    const said = new Map<string, string>();
    for (let index = 0; index < 40; index += 1) {
      const word = `bo${String.fromCharCode(97 + (index % 26))}${index}t`;
      said.set(`${await say(`so then we go to ${word} and well that is it`)}#0`, word);
    }
    // Listeners hear of it a moment later, and before any read at the latest.
    await ana.retention();
    const [used = ''] = archived;
    const word = said.get(used) ?? '';
    const options = { budget: { tokens: 100 } } as const;
    const shows = async (more: object): Promise<boolean> => {
      const { items } = await ana.context(word, { ...options, ...more });
      return items.some(({ source }) => source.type === 'message' && source.chunks.includes(used as never));
    };
    expect(await shows({})).toBe(false);
    expect(await shows({ archive: true, access: false })).toBe(true);
    expect(await shows({})).toBe(false);
    const gone = archived.length;
    expect(await shows({ archive: true })).toBe(true);
    await settle();
    // It is back, something else left for it, and listeners heard of that.
    expect(await shows({ access: false })).toBe(true);
    expect(archived.length).toBeGreaterThan(gone);
    const scoreOf = async () => {
      const { next } = await ana.retention({ capacity: 1 });
      return next.find(({ chunk }) => chunk === used)?.score ?? 0;
    };
    const before = await scoreOf();
    expect(await shows({})).toBe(true);
    await settle();
    expect(await scoreOf()).toBeGreaterThan(before);
  });

  it('read the same live and after a reopening', async () => {
    await fill(50);
    for (const query of ['well now', 'yes ok so', 'then we go']) await ana.context(query, { archive: true });
    await settle();
    await fill(10);
    const read = async () => {
      const { id: _id, ...context } = await ana.context('yes ok so', { access: false });
      return { retention: await ana.retention(), context };
    };
    const before = await read();
    // The same journal in another memory gives the same bytes.
    const lines: string[] = [];
    for await (const line of ana.export()) lines.push(line);
    const other = await (await inProcess()).open({ extractor: false, capacity: CAPACITY });
    const copy = other.scope(ANA);
    await copy.import(async function* () {
      yield* lines;
    });
    expect(await copy.retention()).toEqual(before.retention);
    await other.close();
    if (makePlace === inProcess) return;
    await memory.close();
    await open();
    expect(await read()).toEqual(before);
  });

  it('are durable when the memory is closed', async () => {
    const id = await say('The kayak is red.');
    await ana.context('kayak');
    if (makePlace === inProcess) return;
    await memory.close();
    await open();
    expect(await exported(ana)).toContainEqual({ kind: 'access', items: [`${id}#0`] });
  });

  it('of what is forgotten change nothing any more', async () => {
    const gone = await say('The kayak is red.');
    await say('The kayak is fast.');
    await ana.context('kayak');
    await settle();
    await ana.forget(gone);
    expect((await ana.context('kayak', { access: false })).text).not.toContain('red');
    expect((await memory.doctor()).ok).toBe(true);
  });
});
