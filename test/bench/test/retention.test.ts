import { describe, expect, it } from 'vitest';
import { measureRetention, type RetentionBenchOptions } from '../src/retention/measure-retention.ts';
import { retentionReportSchema } from '../src/retention/schemas.ts';

const silent = { update: () => {}, end: () => {} };

const options = (more: Partial<RetentionBenchOptions>): RetentionBenchOptions => ({
  capacity: [0.2, 1],
  tasks: ['none'],
  seed: 7,
  progress: silent,
  ...more,
});

describe('bench retention', () => {
  it('measures every policy on the demo conversation, the same figures for the same seed', async () => {
    const policies = ['retentive', 'recent', 'random', 'idf-words', 'oracle'];
    const report = await measureRetention(options({ policies }));
    retentionReportSchema.parse(report);
    const rows = report.sets['demo']?.rows ?? [];
    expect(new Set(rows.map(({ policy }) => policy))).toEqual(new Set(policies));
    const at = (policy: string, capacity: number) =>
      rows.find((row) => row.policy === policy && row.capacity === capacity);
    for (const policy of policies.filter((name) => name !== 'idf-words')) {
      expect(at(policy, 1)?.evidence).toBe(1);
      expect(at(policy, 0.2)?.evidence).toBeLessThanOrEqual(at('oracle', 0.2)?.evidence ?? 0);
    }
    for (const control of ['recent', 'random']) {
      expect(at('retentive', 0.2)?.evidence).toBeGreaterThan(at(control, 0.2)?.evidence ?? 1);
    }
    expect(at('idf-words', 0.2)).toMatchObject({ evidence: null, reason: 'single words are held, no turns' });
    expect(await measureRetention(options({ policies }))).toEqual(report);
  });

  it('asks a memory of what is held, when told to', async () => {
    const report = await measureRetention(options({ policies: ['oracle'], capacity: [0.05], recall: true }));
    const [row] = report.sets['demo']?.rows ?? [];
    expect(row?.retainedRecall).toBeGreaterThan(0);
    expect(row?.retainedRecall).toBeLessThan(1);
    expect(row?.reason).toBeUndefined();
  });

  it('refuses a policy that it does not know', async () => {
    await expect(measureRetention(options({ policies: ['luck'] }))).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });

  it('refuses a task that it does not know', async () => {
    await expect(measureRetention(options({ tasks: ['luck'] }))).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });

  it('measures tasks beside their controls, and says which need data', async () => {
    const tasks = ['lufy', 'grocery', 'dailydialog', 'plain-facts', 'rock-paper-scissors', 'languages'];
    const report = await measureRetention(options({ policies: ['recent'], tasks }));
    retentionReportSchema.parse(report);
    const value = (task: string, policy: string, metric: string) =>
      report.tasks.find((row) => row.task === task && row.policy === policy && row.metric === metric)
        ?.value ?? Number.NaN;
    for (const task of ['lufy', 'grocery', 'dailydialog']) {
      expect(report.tasks.filter((row) => row.task === task)).toMatchObject([
        { policy: 'retentive', value: null, reason: expect.stringContaining('--data') },
      ]);
    }
    for (const control of ['recent', 'random', 'shortest', 'longest', 'surprisal-mean']) {
      expect(value('plain-facts', 'retentive', 'aucSmallTalk')).toBeGreaterThan(
        value('plain-facts', control, 'aucSmallTalk'),
      );
    }
    const informed = value('rock-paper-scissors', 'informed', 'won');
    expect(value('rock-paper-scissors', 'retentive', 'won')).toBeGreaterThan(informed - 0.03);
    expect(value('rock-paper-scissors', 'everything', 'won')).toBeLessThan(informed - 0.1);
    for (const language of ['chinese', 'spanish', 'arabic']) {
      for (const share of [10, 20, 50]) {
        const metric = `${language}${share}`;
        for (const control of ['recent', 'random']) {
          expect(value('languages', 'retentive', metric)).toBeGreaterThan(
            value('languages', control, metric),
          );
        }
      }
    }
  }, 60_000);

  it('keeps more of the answer in spans than in whole turns, at the same tokens', async () => {
    const policies = ['retentive', 'retentive:spans', 'idf-words'];
    const report = await measureRetention(options({ policies, capacity: [0.2] }));
    const rows = report.sets['demo']?.rows ?? [];
    const words = (policy: string) => rows.find((row) => row.policy === policy)?.answerWords ?? Number.NaN;
    expect(words('retentive:spans')).toBeGreaterThan(words('retentive'));
  });
});
