import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock, createSeededRandom, systemClock, systemRandom } from '../src/index.ts';

describe('a manual clock', () => {
  it('stands still until it is told to move', () => {
    const clock = createManualClock(1_000);
    expect([clock.now(), clock.elapsed(), clock.now()]).toEqual([1_000, 0, 1_000]);
    clock.advance(250);
    clock.advance(0);
    expect([clock.now(), clock.elapsed()]).toEqual([1_250, 250]);
    expect(createManualClock().now()).toBe(Date.UTC(2024, 0, 1));
  });

  it('never goes back', () => {
    const clock = createManualClock();
    for (const ms of [-1, Number.NaN]) {
      expect(() => clock.advance(ms)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    }
    expect(clock.elapsed()).toBe(0);
  });
});

describe("the machine's clock", () => {
  it('gives numbers, and durations that do not go back', () => {
    expect(Number.isFinite(systemClock.now())).toBe(true);
    const first = systemClock.elapsed();
    expect(systemClock.elapsed()).toBeGreaterThanOrEqual(first);
  });
});

describe('chance', () => {
  it('is a number from 0 up to but not 1, from the machine and from any seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createSeededRandom(seed);
        for (const source of [random, systemRandom]) {
          for (let draw = 0; draw < 20; draw += 1) {
            const value = source.next();
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThan(1);
          }
        }
      }),
    );
  });

  it('is the same for the same seed and another for another', () => {
    const draw = (seed: number): readonly number[] => {
      const random = createSeededRandom(seed);
      return Array.from({ length: 10 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('is spread evenly', () => {
    const random = createSeededRandom(3);
    const buckets = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 10_000; draw += 1) {
      const bucket = Math.floor(random.next() * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
