import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory } from '../../src/index.ts';
import { inProcess, type TestPlace } from '../support/memories.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2025, 2, 3, 9);

describe('sessions', () => {
  let place: TestPlace;
  let memory: Memory;
  let users = 0;
  /** A user that nothing is known of yet. */
  const somebody = () => {
    users += 1;
    return memory.scope({ tenant: 'acme', user: `u${users}` });
  };

  beforeEach(async () => {
    place = await inProcess();
    memory = await place.open({ extractor: false });
  });
  afterEach(() => memory.close());

  it('lend words from neighbour to neighbour over a silence of up to 4 hours, whichever way time goes', async () => {
    const gaps = fc.oneof(
      fc.constantFrom(0, 1, 4 * HOUR - 1, 4 * HOUR, 4 * HOUR + 1),
      fc.integer({ min: 0, max: 8 * HOUR }),
      fc.integer({ min: 0, max: 400 * DAY }),
    );
    await fc.assert(
      fc.asyncProperty(gaps, fc.boolean(), async (gap, forward) => {
        const user = somebody();
        await user.observe({ role: 'assistant', content: 'Where did you leave the kayak?', time: START });
        await user.observe({
          role: 'user',
          content: 'Behind a blue shed.',
          time: forward ? START + gap : START - gap,
        });
        const { text } = await user.context('kayak');
        expect(text).toContain('Where did you leave the kayak?');
        expect(text.includes('Behind a blue shed.')).toBe(gap <= 4 * HOUR);
      }),
      { numRuns: 60 },
    );
  });

  it('lend no words from one thread to another', async () => {
    const user = somebody();
    await user.observe({ role: 'assistant', content: 'Where did you leave the kayak?', thread: 'a' });
    await user.observe({ role: 'user', content: 'Behind a blue shed.', thread: 'b' });
    expect((await user.context('kayak')).items).toHaveLength(1);
  });

  it('begin after a silence, so that a chain of short ones is one session however long it is', async () => {
    const user = somebody();
    await user.observe({ role: 'assistant', content: 'Where did you leave the kayak?', time: START });
    for (let hour = 3; hour <= 9; hour += 3) {
      await user.observe({ role: 'user', content: `Behind shed ${hour}.`, time: START + hour * HOUR });
    }
    const { items } = await user.context('kayak');
    expect(items).toHaveLength(4);
  });

  it('stand under the day of the speaker, one heading for each day', async () => {
    const user = somebody();
    const say = (content: string, time: string, timeZone: string) =>
      user.observe({ role: 'user', content, time, timeZone });
    await say('The kayak is red.', '2025-03-29T23:30:00Z', 'Europe/Lisbon');
    await say('The kayak is wet.', '2025-03-30T00:30:00Z', 'Europe/Lisbon');
    await say('The kayak is dry.', '2025-03-30T02:30:00Z', 'Europe/Lisbon');
    // The day before over there, with the clock an hour on: it stands under the day that the speaker had.
    await say('The kayak is sold.', '2025-03-30T03:30:00Z', 'America/New_York');
    expect((await user.context('kayak')).text.split('\n').slice(1, -1)).toEqual([
      '29 March 2025',
      'user: The kayak is red.',
      'user: The kayak is sold.',
      '30 March 2025',
      'user: The kayak is wet.',
      'user: The kayak is dry.',
    ]);
  });

  it('stand in order of time, whatever the threads are called and whenever they were stored', async () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 700 }), { minLength: 2, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(days, fc.boolean(), async (stored, inOneThread) => {
        const user = somebody();
        for (const [index, day] of stored.entries()) {
          // Two messages a session, the later one stored first.
          for (const minutes of [30, 0]) {
            await user.observe({
              role: 'user',
              content: `The kayak of day ${day} at ${minutes}.`,
              time: START + day * DAY + minutes * 60_000,
              thread: inOneThread ? 'one' : `thread ${(index * 7) % 5} ${index}`,
            });
          }
        }
        const { text } = await user.context('kayak', { budget: { tokens: 10_000 } });
        const headings = text.split('\n').filter((line) => /^\d+ \p{L}+ \d{4}$/u.test(line));
        expect(headings).toEqual(
          stored
            .toSorted((a, b) => a - b)
            .map((day) => new Date(START + day * DAY))
            .map((date) => date.toLocaleDateString('en-GB', { timeZone: 'UTC', dateStyle: 'long' })),
        );
        const said = [...text.matchAll(/of day (\d+) at/gu)].map(([, day]) => Number(day));
        expect(said).toEqual(stored.toSorted((a, b) => a - b).flatMap((day) => [day, day]));
      }),
      { numRuns: 25 },
    );
  });
});
