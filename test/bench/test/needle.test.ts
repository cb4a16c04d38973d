import { expect, it } from 'vitest';
import { measureNeedle } from '../src/needle/measure-needle.ts';
import { needleReportSchema } from '../src/needle/schemas.ts';

const silent = { update: () => {}, end: () => {} };

it('finds what was said far back, where a window has lost it, and says so in its schema', async () => {
  const report = await measureNeedle({
    trials: 2,
    distances: [4, 120],
    budget: 512,
    seed: 3,
    progress: silent,
  });
  expect(needleReportSchema.parse(report)).toEqual(report);
  const found = (policy: string, distance: number): number | undefined =>
    report.rows.find((row) => row.policy === policy && row.distance === distance)?.found;
  expect([found('sinks+recent', 4), found('sinks+recent', 120)]).toEqual([1, 0]);
  expect([found('retentive', 4), found('retentive', 120)]).toEqual([1, 1]);
});
