import { expect, it } from 'vitest';
import { measureSurprisal } from '../../src/surprisal/measure-surprisal.ts';
import { surprisalReportSchema } from '../../src/surprisal/schemas.ts';

it('measures sources of surprisal, and finds that they keep more in common than chance does', async () => {
  const progress = { update: () => {}, end: () => {} };
  const report = await measureSurprisal({ mb: 0.5, scoredMb: 0.05, capacity: 0.2, seed: 7, progress });
  expect(surprisalReportSchema.parse(report)).toEqual(report);
  const { training, overlap } = report;
  expect(training.modelBytes).toBeLessThanOrEqual(training.maxBytes);
  const between = (b: string): number =>
    overlap.rows.find((row) => row.a === 'words' && row.b === b)?.score ?? 0;
  expect(between('n-gram')).toBeGreaterThan(2 * between('random'));
  expect(between('characters')).toBeGreaterThan(2 * between('random'));
}, 60_000);
