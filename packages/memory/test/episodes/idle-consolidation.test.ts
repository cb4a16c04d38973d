import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChatModel, MemoryEvents, Wait } from '@retentive/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Memory, MemoryOptions, ScopedMemory } from '../../src/index.ts';
import { codeOf } from '../../src/testing/journal-fixtures.ts';
import { inFolder, type TestPlace } from '../support/memories.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const MINUTE = 60_000;
const HOUR = 3_600_000;

let place: TestPlace;
let memory: Memory;
let ana: ScopedMemory;
let done: MemoryEvents['consolidation:done'][];

/** Pauses that end by the clock of the test. */
let pauses: { readonly ms: number; readonly until: number; readonly end: () => void }[];
const wait: Wait = (ms, signal) =>
  new Promise((resolve, reject) => {
    const leave = (): void => {
      pauses = pauses.filter((pause) => pause !== own);
    };
    const own = {
      ms,
      until: place.clock.elapsed() + ms,
      end: () => {
        leave();
        resolve();
      },
    };
    signal?.addEventListener('abort', () => {
      leave();
      reject(new Error('cut'));
    });
    pauses.push(own);
  });

/** The pause after a part; what comes after any other is a part, and its pause. */
const REST_MS = 10;
/**
 * Until memory waits again, or has nothing to wait for: each look at the journal comes after what was written before. Where there is
 * a pause to come, a machine with other work may take long to come to it.
 */
const settle = async (turns = 500): Promise<void> => {
  for (let turn = 0; turn < turns && pauses.length === 0; turn += 1) {
    await memory.jobs();
    await nextTurn();
  }
};
/** Lets so much time go by, with every pause that ends in it. */
const pass = async (ms: number): Promise<void> => {
  await settle();
  const until = place.clock.elapsed() + ms;
  const next = () => pauses.filter((pause) => pause.until <= until).sort((a, b) => a.until - b.until)[0];
  for (let pause = next(); pause !== undefined; pause = next()) {
    place.clock.advance(Math.max(0, pause.until - place.clock.elapsed()));
    pause.end();
    await settle(pause.ms === REST_MS ? 1_000 : 100_000);
  }
  place.clock.advance(until - place.clock.elapsed());
};

const open = async (options: MemoryOptions = {}): Promise<void> => {
  memory = await place.open({ extractor: false, episodes: true, consolidation: true, wait, ...options });
  ana = memory.scope(SCOPE);
  done = [];
  memory.events.on('consolidation:done', (event) => done.push(event));
};
const reopen = async (options: MemoryOptions = {}): Promise<void> => {
  await memory.close();
  await open(options);
};
const know = (value: string, scope = ana) =>
  scope.changeFact({
    kind: 'add',
    fact: { text: `Drinks ${value}.`, subject: 'user', attribute: 'drink', value },
  });
const say = async (content: string): Promise<void> => {
  await ana.observe({ role: 'user', speaker: 'Ana', content });
};
const facts = async (): Promise<number> => (await ana.facts()).length;

beforeEach(async () => {
  place = await inFolder();
  pauses = [];
  await open();
});
afterEach(async () => {
  await memory.close();
  await place.remove();
});

it('puts a scope in order when nobody has written to it for a while, and says what it did', async () => {
  await know('tea');
  await know('tea');
  await pass(MINUTE - 1_000);
  await know('coffee');
  await pass(MINUTE - 1_000);
  expect(await facts()).toBe(3);
  await pass(2_000);
  expect(await facts()).toBe(2);
  expect(done).toEqual([
    {
      scope: SCOPE,
      operations: 2,
      modelCalls: 0,
      failedCalls: 0,
      tokens: { input: 0, output: 0 },
      done: true,
    },
  ]);
  await pass(24 * HOUR);
  expect(done).toHaveLength(1);
  expect((await memory.stats()).consolidation).toMatchObject({
    operations: 2,
    modelCalls: 0,
    failedParts: 0,
  });
  expect((await memory.stats({ scope: SCOPE })).consolidation).toBeUndefined();
});

it('does nothing by itself unless it is asked to', async () => {
  await reopen({ consolidation: false });
  await know('tea');
  await know('tea');
  await pass(24 * HOUR);
  expect(await facts()).toBe(2);
  expect((await memory.stats()).consolidation).toBeUndefined();
});

it('finds after another opening what was left, and closes sessions once they are over', async () => {
  await know('tea');
  await know('tea');
  await say('I bought a kayak.');
  await reopen();
  await pass(MINUTE);
  expect(await facts()).toBe(1);
  expect((await ana.episodes()).map(({ state }) => state)).toEqual(['open']);
  await pass(5 * HOUR);
  expect((await ana.episodes()).map(({ state }) => state)).toEqual(['closed']);
});

it('does not wait for a pause where so much is said', async () => {
  await reopen({ consolidation: { everyTokens: 50 } });
  await know('tea');
  await know('tea');
  for (let each = 0; each < 12; each += 1) {
    await say('We talked about the river and the boats on it.');
    place.clock.advance(1_000);
  }
  await pass(1_000);
  expect(await facts()).toBe(1);
});

it('goes a part at a time, and lets messages in between', async () => {
  await reopen({ consolidation: { limit: 2 } });
  for (let each = 0; each < 8; each += 1) await know('tea');
  const order: string[] = [];
  memory.events.on('fact:retracted', () => {
    order.push('merged');
    if (order.length === 1) void say('Hello?');
  });
  memory.events.on('message:closed', () => order.push('said'));
  await pass(MINUTE);
  await pass(HOUR);
  expect(await facts()).toBe(1);
  expect(order.filter((what) => what === 'merged')).toHaveLength(7);
  expect(order.indexOf('said')).toBeLessThan(7);
  expect(done.every(({ operations }) => operations <= 2)).toBe(true);
});

/** A model that tells nothing, or never answers. */
const silent = (hangs = false): ChatModel & { calls: number } => {
  const model = {
    id: 'silent',
    calls: 0,
    async *stream(_: unknown, { signal }: { readonly signal?: AbortSignal | undefined } = {}) {
      model.calls += 1;
      if (hangs)
        await new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('cut')));
        });
      yield { type: 'text-delta' as const, text: '[]' };
      yield { type: 'finish' as const, reason: 'stop' as const };
    },
  };
  return model;
};
const threeSessions = async (): Promise<void> => {
  for (const thread of ['one', 'two', 'three'])
    await ana.observe({ role: 'user', thread, content: 'I bought a red kayak.' });
};

it('asks no model unless it may, and then so often an hour', async () => {
  const model = silent();
  await reopen({ summarizer: model });
  await threeSessions();
  await pass(24 * HOUR);
  expect((await ana.episodes()).map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']);
  expect(model.calls).toBe(0);
  await reopen({ summarizer: model, consolidation: { modelCallsPerHour: 2 } });
  await pass(2 * MINUTE);
  expect(model.calls).toBe(2);
  await pass(HOUR);
  expect(model.calls).toBe(3);
  await pass(24 * HOUR);
  expect(model.calls).toBe(3);
  expect((await memory.stats()).consolidation).toMatchObject({ modelCalls: 3 });
});

it('ends with the memory, whatever it is at', async () => {
  const model = silent(true);
  await reopen({ summarizer: model, consolidation: { modelCallsPerHour: 5 } });
  await threeSessions();
  await pass(6 * HOUR);
  expect(model.calls).toBe(1);
  await memory.close();
  expect(pauses).toEqual([]);
  await open();
  expect((await memory.doctor()).faults).toEqual([]);
});

it('leaves alone who was erased', async () => {
  const failed: string[] = [];
  memory.events.on('consolidation:failed', ({ scope }) => failed.push(scope.user));
  const ben = memory.scope({ tenant: 'acme', user: 'ben' });
  await know('tea', ben);
  await know('tea', ben);
  await memory.erase({ tenant: 'acme', user: 'ben' });
  await pass(2 * MINUTE);
  expect([failed, done]).toEqual([[], []]);
  expect(await ben.facts()).toEqual([]);
});

it('asks no model about what is gone by then', async () => {
  const model: ChatModel & { calls: number } = {
    ...silent(),
    async *stream() {
      model.calls += 1;
      await memory.erase(SCOPE);
      yield { type: 'text-delta', text: '[]' };
      yield { type: 'finish', reason: 'stop' };
    },
  };
  await reopen({ summarizer: model, consolidation: { modelCallsPerHour: 5 } });
  await threeSessions();
  await pass(30 * HOUR);
  expect(model.calls).toBe(1);
  expect(await ana.episodes()).toEqual([]);
});

it('says that it failed, and tries again within the hour', async () => {
  let isBroken = true;
  const model: ChatModel = {
    ...silent(),
    async *stream() {
      if (isBroken) throw new TypeError('no such thing');
      yield { type: 'text-delta', text: '[]' };
      yield { type: 'finish', reason: 'stop' };
    },
  };
  await reopen({ summarizer: model, consolidation: { modelCallsPerHour: 5 } });
  const failed: string[] = [];
  memory.events.on('consolidation:failed', ({ code }) => failed.push(code));
  await threeSessions();
  await pass(5 * HOUR);
  expect(failed).toEqual(['INTERNAL']);
  isBroken = false;
  await pass(HOUR);
  expect(failed).toHaveLength(1);
  expect((await memory.stats()).consolidation).toMatchObject({ failedParts: 1, modelCalls: 4 });
});

it('counts calls of parts that failed, whichever scope they were for', async () => {
  const model: ChatModel & { calls: number } = {
    ...silent(),
    // biome-ignore lint/correctness/useYield: it fails before it has said anything
    async *stream() {
      model.calls += 1;
      throw new TypeError('no such thing');
    },
  };
  await reopen({ summarizer: model, consolidation: { modelCallsPerHour: 2 } });
  for (const user of ['ana', 'ben', 'cleo', 'dora'])
    await memory.scope({ tenant: 'acme', user }).observe({ role: 'user', content: 'I bought a red kayak.' });
  await pass(4 * HOUR + 10 * MINUTE);
  expect(model.calls).toBe(2);
});

it.each([{ idleMs: 0 }, { everyTokens: 1.5 }, { limit: -1 }, { modelCallsPerHour: -1 }, 'often', null])(
  'refuses %j',
  async (consolidation) => {
    expect(await codeOf(place.open({ consolidation: consolidation as never }))).toBe('OPTION_INVALID');
  },
);
