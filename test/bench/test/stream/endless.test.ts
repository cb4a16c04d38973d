import { expect, it } from 'vitest';
import { measureEndless } from '../../src/endless/measure-endless.ts';
import { endlessReportSchema } from '../../src/endless/schemas.ts';

it('an endless stream keeps its cap, and finds what was said beyond it', async () => {
  const capacity = 1_500;
  const report = await measureEndless({
    mb: 0.04,
    capacity,
    seed: 7,
    execArgv: ['--import', 'tsx', '--conditions=@retentive/source'],
    progress: { update: () => {}, end: () => {} },
  });
  endlessReportSchema.parse(report);
  expect(report.reason).toBeUndefined();
  expect(report.mb).toBeGreaterThanOrEqual(0.04);
  expect(report.mostTokens).toBeGreaterThan(0);
  expect(report.mostTokens).toBeLessThanOrEqual(capacity);
  expect(report.samples.at(-1)?.archivedTokens).toBeGreaterThan(2 * capacity);
  const beyond = report.needles.find(({ distance }) => distance === 10);
  expect(beyond?.asked).toBeGreaterThan(0);
  expect(beyond?.foundWithArchive).toBeGreaterThanOrEqual(beyond?.found ?? 1);
}, 60_000);
