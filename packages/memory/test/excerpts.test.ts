import { type ContextItem, chunkIdOf } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, MemoryOptions, ScopedMemory } from '../src/index.ts';
import { inFolder } from './support/memories.ts';
import { say } from './support/say.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const OPTIONS: MemoryOptions = { capacity: 160, extractor: false, sinks: 0, retention: { spans: true } };
const TOLD =
  'Well, you know how it is, I was going to do it and then I was not and it went on like that for so long. My sister Henrike bought a harpsichord from a dentist in Ghent. And that was that, so it is what it is, you know, and so on, and so it goes.';

let place: Awaited<ReturnType<typeof inFolder>>;
let memory: Memory;
let ana: ScopedMemory;

const open = async (options: MemoryOptions = OPTIONS): Promise<void> => {
  memory = await place.open(options);
  ana = memory.scope(SCOPE);
};

/** Talk that weighs more than the long message and less than its middle. */
const crowd = async (from: number, count: number): Promise<void> => {
  for (let index = from; index < from + count; index += 1) {
    place.clock.advance(60_000);
    await say(ana, `I liked the bridges in Porto, all ${index} of them.`);
  }
};

const found = async (
  query: string,
  { archive = false, excerpts = true } = {},
): Promise<ContextItem | undefined> =>
  (await ana.context(query, { access: false, archive, excerpts })).items.find(({ text }) =>
    /harpsichord/u.test(text),
  );

beforeEach(async () => {
  place = await inFolder();
  await open();
});
afterEach(async () => {
  await memory.close();
  await place.remove();
});

describe('with spans', () => {
  it('a message that would leave keeps what it tells most with, word for word, gaps marked, and says so', async () => {
    await say(ana, TOLD);
    await crowd(0, 12);
    const item = await found('Who has a harpsichord?');
    expect(item).toMatchObject({ excerpt: true });
    expect(item?.why.reason).toContain('an excerpt; the whole is in the archive');
    const [, shown = ''] = item?.text.split('Ana: ') ?? [];
    expect(shown).toContain('[...]');
    expect(shown).not.toContain('and so on');
    for (const part of shown.split('[...]').map((each) => each.trim())) {
      expect(TOLD).toContain(part);
      if (part !== '') expect(part.split(' ').length).toBeGreaterThanOrEqual(4);
    }
    const { workingSetTokens } = await ana.retention();
    expect(workingSetTokens).toBeLessThanOrEqual(160);
  });

  it('a context shows all of a message that its excerpt finds, within its budget, and nothing by what was cut', async () => {
    await say(ana, TOLD);
    await crowd(0, 12);
    const whole = await found('Who has a harpsichord?', { excerpts: false });
    expect(whole?.text).toContain(TOLD);
    expect(whole?.excerpt).toBeUndefined();
    for (const tokens of [20, 40, 80, 160]) {
      const context = await ana.context('harpsichord', { access: false, budget: { tokens } });
      expect(context.tokens).toBeLessThanOrEqual(tokens);
    }
    const { items } = await ana.context('so it goes', { access: false });
    expect(items.filter(({ text }) => text.includes(TOLD))).toEqual([]);
    await expect(ana.context('harpsichord', { excerpts: 'yes' as never })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });

  it('what was shown leaves before what was said', async () => {
    await memory.close();
    // Less than all of it has.
    await open({ ...OPTIONS, capacity: 50 });
    const said = 'I sold the harpsichord to a dentist in Ghent.';
    await ana.observe({
      role: 'user',
      speaker: 'Ana',
      content: [
        { type: 'text', text: said },
        {
          type: 'image',
          uri: 'file:///harpsichord.jpg',
          mediaType: 'image/jpeg',
          caption:
            'a photo of a wooden instrument in a room with two windows and a rug on the floor, seen from the side',
        },
      ],
    });
    await crowd(0, 1);
    const item = await found('harpsichord');
    expect(item).toMatchObject({ excerpt: true });
    expect(item?.text).toContain(`Ana: ${said} [...]`);
  });

  it('the whole text is in archive and journal, and comes back when it is used or pinned', async () => {
    const { id } = await say(ana, TOLD);
    await crowd(0, 12);
    expect(await found('harpsichord')).toMatchObject({ excerpt: true });
    const whole = await found('harpsichord', { archive: true });
    expect(whole?.text).toContain(TOLD);
    expect(whole?.excerpt).toBeUndefined();
    expect((await ana.messages())[0]?.text).toBe(TOLD);
    expect((await ana.search('harpsichord'))[0]).toMatchObject({
      chunk: { id: chunkIdOf(id, 0), text: TOLD },
    });
    await ana.pin(id, true);
    const pinned = await found('harpsichord');
    expect(pinned?.text).toContain(TOLD);
    expect(pinned?.excerpt).toBeUndefined();
    await ana.pin(id, false);
    await crowd(12, 60);
    expect(await found('harpsichord')).toMatchObject({ excerpt: true });
  });

  it('is the same after a restart, and forgotten with the message', async () => {
    const { id } = await say(ana, TOLD);
    await crowd(0, 12);
    const before = await found('harpsichord');
    const report = await ana.retention();
    await memory.close();
    await open();
    expect(await found('harpsichord')).toEqual(before);
    expect(await ana.retention()).toEqual(report);
    expect((await memory.doctor()).faults).toEqual([]);
    await ana.forget(id);
    expect(await found('harpsichord')).toBeUndefined();
    expect(await found('harpsichord', { archive: true })).toBeUndefined();
  });

  it('an excerpt goes for good when others are worth more', async () => {
    await memory.close();
    await open({ ...OPTIONS, capacity: 60 });
    await say(ana, TOLD);
    for (let index = 0; index < 60; index += 1) {
      place.clock.advance(60_000);
      await say(ana, `My brother Anselm sold ${index} accordions in Antwerp to Wilhelmina.`);
    }
    expect(await found('harpsichord')).toBeUndefined();
    expect((await found('harpsichord', { archive: true }))?.text).toContain(TOLD);
  });

  it('is off unless asked for, and another choice is made anew from the journal', async () => {
    await say(ana, TOLD);
    await crowd(0, 12);
    expect(await found('harpsichord')).toMatchObject({ excerpt: true });
    await expect(place.open({ ...OPTIONS, retention: {} })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await memory.close();
    await open({ ...OPTIONS, retention: {} });
    expect(await found('harpsichord')).toBeUndefined();
  });
});

describe('weights', () => {
  it('decide who stays, and are refused where they are none', async () => {
    await memory.close();
    await open({
      ...OPTIONS,
      capacity: 40,
      retention: { weights: { digits: 9, exponent: 0 } },
    });
    await say(ana, 'a kayak, quite red');
    await crowd(0, 12);
    expect((await ana.context('kayak', { access: false })).text).not.toContain('a kayak, quite red');
    await memory.close();
    await open({ ...OPTIONS, capacity: 40 });
    expect((await ana.context('kayak', { access: false })).text).toContain('a kayak, quite red');
    for (const retention of [{ weights: { luck: 1 } }, { weights: { digits: Number.NaN } }, { spans: 1 }]) {
      await expect(place.open({ ...OPTIONS, retention: retention as never })).rejects.toMatchObject({
        code: 'OPTION_INVALID',
      });
    }
  });
});
