import type { FactInput } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../../src/index.ts';
import { codeOf } from '../../src/testing/journal-fixtures.ts';
import { inProcess, type TestPlace } from '../support/memories.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const DAY = 86_400_000;

let place: TestPlace;
let memory: Memory;
let ana: ScopedMemory;

const say = async (content: string, more = {}) => {
  const receipt = await ana.observe({ role: 'user', speaker: 'Ana', content, ...more });
  await receipt.settled();
  return receipt.id;
};
const dayOf = (time: number | undefined): string => new Date(time ?? 0).toISOString().slice(0, 10);

beforeEach(async () => {
  place = await inProcess();
  memory = await place.open({ extractor: false, episodes: true });
  ana = memory.scope(SCOPE);
});
afterEach(async () => {
  await memory.close();
  await place.remove();
});

describe('a timeline', () => {
  it('says what came first, how often, and how long apart, by the times that were said', async () => {
    const later = await say('I visited the dentist on 1 March 2025, at last.');
    place.clock.advance(DAY);
    const first = await say('Back on 10 February 2025 I visited the dentist too.');
    await say('How was the dentist?', { speaker: 'Ben' });
    await say('The ferry leaves at nine.');
    place.clock.advance(30 * DAY);
    const last = await say('Yesterday I visited the dentist for a third time, with a new tooth.');
    const { items, count, span, gaps } = await ana.timeline({ about: 'dentist' });
    expect(items.map(({ when, isDated, sources }) => [dayOf(when.from), isDated, sources])).toEqual([
      ['2025-02-10', true, [first]],
      ['2025-03-01', true, [later]],
      ['2025-04-02', true, [last]],
    ]);
    expect(count).toBe(3);
    expect(gaps.map((gap) => Math.round(gap / DAY))).toEqual([19, 32]);
    expect(Math.round(span / DAY)).toBe(51);
    expect(items.every(({ episode }) => episode === undefined || episode.startsWith('epi_'))).toBe(true);
  });

  it('counts what is told twice once, with both sources', async () => {
    const first = await say('I sold the red kayak to Tom on 3 March 2025.');
    place.clock.advance(2 * DAY);
    const second = await say('I sold the red kayak to Tom.');
    const { items, count } = await ana.timeline({ about: 'kayak' });
    expect(count).toBe(1);
    expect(items[0]).toMatchObject({ isDated: true, sources: [first, second] });
  });

  it('has facts among what was said, and keeps to thread, time and what was known', async () => {
    const source = await say('We talked of boats.', { thread: 'b' });
    const from = Date.UTC(2024, 4, 1);
    const fact = {
      text: 'Tom owns a ferry.',
      subject: 'Tom',
      attribute: 'owns',
      value: 'a ferry',
      valid: { from },
      sources: [{ source, origin: 'user' as const }],
    };
    await ana.changeFact({ kind: 'add', fact });
    const before = place.clock.now();
    place.clock.advance(DAY);
    await say('Tom painted the ferry.');
    const textsOf = async (options = {}) =>
      (await ana.timeline({ about: 'Tom', ...options })).items.map(({ text }) => text);
    expect(await textsOf()).toEqual(['Tom owns a ferry.', 'Tom painted the ferry.']);
    expect(await textsOf({ knownAt: before })).toEqual(['Tom owns a ferry.']);
    expect(await textsOf({ asOf: before })).toEqual(['Tom owns a ferry.']);
    expect(await textsOf({ thread: 'default' })).toEqual(['Tom painted the ferry.']);
    expect(await ana.timeline({ about: 'nobody' })).toEqual({
      about: 'nobody',
      items: [],
      count: 0,
      span: 0,
      gaps: [],
    });
    expect(await codeOf(ana.timeline({ about: ' ' }))).toBe('OPTION_INVALID');
  });

  it('knows the user by the names of facts, and refuses what names nothing', async () => {
    const from = Date.UTC(2024, 4, 1);
    const source = await say('We talked.');
    const add = (fact: Omit<FactInput, 'subject' | 'sources'>) =>
      ana.changeFact({
        kind: 'add',
        fact: { subject: 'user', sources: [{ source, origin: 'user' }], ...fact },
      });
    await add({ text: 'The user is called Annie.', attribute: 'name', value: 'Annie' });
    await add({ text: 'The user moved to Porto.', attribute: 'home', value: 'Porto', valid: { from } });
    await say('Annie painted the ferry.', { speaker: 'Ben' });
    await say('The user interface is ugly.', { speaker: 'Ben' });
    for (const about of ['ana', 'Annie'])
      expect((await ana.timeline({ about })).items.map(({ text }) => text)).toEqual([
        'The user moved to Porto.',
        'Annie painted the ferry.',
      ]);
    const none = ana.timeline as unknown as () => Promise<unknown>;
    expect(await codeOf(none())).toBe('OPTION_INVALID');
    expect(await codeOf(ana.timeline({ about: 'ana', limit: -1 }))).toBe('OPTION_INVALID');
  });

  it('gives the latest so many, counts all, lets the process go on, and ends where it is told to', async () => {
    const MANY = 400;
    for (let each = 0; each < MANY; each += 1) {
      const receipt = await ana.observe({
        role: 'user',
        content: `The ferry carried load${each} to port${each}.`,
      });
      if (each === MANY - 1) await receipt.settled();
      place.clock.advance(60_000);
    }
    await ana.timeline({ about: 'nobody' });
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const { items, count, gaps, span } = await ana.timeline({ about: 'ferry', limit: 3 });
    isDone = true;
    expect(turns).toBeGreaterThan(5);
    expect([items.length, count, gaps, span]).toEqual([3, MANY, [60_000, 60_000], (MANY - 1) * 60_000]);
    expect(items.at(-1)?.text).toContain(`load${MANY - 1} `);
    const controller = new AbortController();
    const aborted = codeOf(ana.timeline({ about: 'ferry', signal: controller.signal }));
    setImmediate(() => setImmediate(() => controller.abort()));
    expect(await aborted).toBe('ABORTED');
  });
});
