import { isRetentiveError } from '@retentive/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Memory, MemoryOptions } from '../src/index.ts';
import { inFolder } from './support/memories.ts';
import { textOf } from './support/say.ts';

const USERS = ['ana', 'bo', 'cy', 'di'] as const;
const ROUNDS = 12;

let place: Awaited<ReturnType<typeof inFolder>>;
const opened: Memory[] = [];

const open = async (options: MemoryOptions): Promise<Memory> => {
  const memory = await place.open(options);
  opened.push(memory);
  return memory;
};

beforeEach(async () => {
  place = await inFolder();
});
afterEach(async () => {
  for (const memory of opened.splice(0)) await memory.close();
  await place.remove();
});

/** Users take turns, a minute apart; what each is answered on the way and in the end. */
const live = async (memory: Memory): Promise<readonly unknown[]> => {
  const answers: unknown[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const user of USERS) {
      const scope = memory.scope({ tenant: 'acme', user });
      place.clock.advance(60_000);
      const { settled } = await scope.observe({
        role: 'user',
        content: `I am ${user} and I bought ${round} kayaks in Porto.`,
      });
      await settled();
      answers.push((await scope.context('kayaks', { access: false })).text);
    }
  }
  for (const user of USERS) {
    const scope = memory.scope({ tenant: 'acme', user });
    const messages = await scope.messages();
    answers.push(messages.map(({ text }) => text));
    answers.push((await scope.search('kayaks in Porto')).map(textOf));
    answers.push((await scope.facts()).map(({ text }) => text));
  }
  return answers;
};

it('changes nothing that anybody is answered', async () => {
  const tight = await live(await open({ loadedTokens: 1, capacity: 60 }));
  for (const memory of opened.splice(0)) {
    expect((await memory.doctor()).faults).toEqual([]);
    await memory.close();
  }
  await place.remove();
  place = await inFolder();
  expect(await live(await open({ capacity: 60 }))).toEqual(tight);
});

it('holds what a call in progress works with, and tells of what is written through it', async () => {
  const memory = await open({ loadedTokens: 1, capacity: 60 });
  const ana = memory.scope({ tenant: 'acme', user: 'ana' });
  const told: string[] = [];
  memory.events.on('chunk:stored', ({ chunk }) => told.push(chunk));
  const writer = ana.ingest({ role: 'user' });
  await writer.write('The kayak is ');
  place.clock.advance(60_000);
  await memory.scope({ tenant: 'acme', user: 'bo' }).context('anything');
  await writer.write('red.');
  const { chunks } = await writer.complete();
  expect((await ana.messages()).map(({ text }) => text)).toEqual(['The kayak is red.']);
  expect(chunks).toHaveLength(1);
  expect(told).toEqual(chunks.map(({ id }) => id));
});

it.each([0, -1, 1.5, Number.NaN])('refuses loadedTokens of %d', async (loadedTokens) => {
  await expect(open({ loadedTokens })).rejects.toSatisfy((error) =>
    isRetentiveError(error, 'OPTION_INVALID'),
  );
});

it('takes one message and a whole user out at once, and closes', async () => {
  for (const delay of [0, 1, 5]) {
    const memory = await open({ extractor: false });
    const ana = memory.scope({ tenant: 'acme', user: 'ana' });
    const { id } = await ana.observe({ role: 'user', content: 'The kayak is red.' });
    await ana.search('kayak');
    const forgotten = ana.forget(id);
    for (let turn = 0; turn < delay; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const erased = memory.erase({ tenant: 'acme', user: 'ana' });
    await Promise.allSettled([forgotten, erased]);
    expect((await erased).scopes).toHaveLength(1);
    await memory.close();
    opened.pop();
  }
});

it('has everything after an erasure that was aborted', async () => {
  const memory = await open({ capacity: 40, extractor: false });
  const ana = memory.scope({ tenant: 'acme', user: 'ana' });
  for (let count = 0; count < 300; count += 1) {
    await ana.observe({ role: 'user', content: `I bought ${count} kayaks.` });
  }
  await ana.search('kayaks');
  const before = await ana.messages();
  const ending = new AbortController();
  const erased = memory.erase({ tenant: 'acme', user: 'ana' }, { signal: ending.signal });
  ending.abort();
  await expect(erased).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await ana.messages()).toEqual(before);
  expect((await memory.doctor()).faults).toEqual([]);
});
