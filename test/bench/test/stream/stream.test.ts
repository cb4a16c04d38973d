import fc from 'fast-check';
import { expect, it } from 'vitest';
import { growthOf } from '../../src/stream/growth.ts';
import { streamReportSchema } from '../../src/stream/schemas.ts';

it('growth is the slope of a straight line times the length, whatever was loaded first', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -2, max: 20, noNaN: true }),
      fc.double({ min: 0, max: 500, noNaN: true }),
      (slope, start) => {
        const samples = Array.from({ length: 40 }, (_, index) => ({
          mb: index + 1,
          // The first quarter climbs as things load.
          rssMb: index < 9 ? 10 * index : 1_000 + start + slope * index,
        }));
        expect(growthOf(samples)).toBeCloseTo(40 * slope, 4);
      },
    ),
  );
});

it('has no growth of too few samples', () => {
  expect(growthOf([])).toBeUndefined();
  expect(growthOf([{ mb: 1, rssMb: 5 }])).toBeUndefined();
});

it('reports a stream that broke off with null and a reason', () => {
  const report = { rows: [], rssSlopeMb: null, mb: 3, mbPerSecond: 1, reason: 'out of memory' };
  expect(streamReportSchema.parse(report)).toEqual(report);
});
