import type { Command } from 'commander';
import { createProgress } from '../progress.ts';
import { formatTable, share } from '../table.ts';
import { measureNeedle } from './measure-needle.ts';
import { type NeedleReport, needleReportSchema } from './schemas.ts';

const DEFAULT_TRIALS = 20;
const DEFAULT_DISTANCES = [10, 100, 1_000];
const DEFAULT_BUDGET = 1_024;

/** What `main.ts` parses alike for all commands. */
export interface NeedleParsers {
  readonly count: (text: string) => number;
  readonly counts: (text: string) => readonly number[];
  readonly whole: (text: string) => number;
  readonly seed: number;
}

const print = ({ rows }: NeedleReport): void => {
  const distances = [...new Set(rows.map(({ distance }) => distance))];
  const policies = [...new Set(rows.map(({ policy }) => policy))];
  const cell = (policy: string, distance: number): string | undefined =>
    share(rows.find((row) => row.policy === policy && row.distance === distance)?.found ?? null);
  process.stdout.write(
    formatTable(
      ['found at a distance of', ...distances.map((distance) => `${distance} turns`)],
      policies.map((policy) => [policy, ...distances.map((distance) => cell(policy, distance))]),
    ),
  );
};

/** Adds `bench needle` to the program. */
export const addNeedleCommand = (program: Command, { count, counts, whole, seed }: NeedleParsers): void => {
  program
    .command('needle')
    .description('whether a fact that was said once stands in the context, by how many turns ago it was said')
    .option('--trials <number>', 'talks', count, DEFAULT_TRIALS)
    .option('--distances <turns>', 'separated by commas', counts, DEFAULT_DISTANCES)
    .option('--budget <tokens>', 'of a context', count, DEFAULT_BUDGET)
    .option('--seed <number>', 'for the talks', whole, seed)
    .option('--json', 'one JSON document on stdout')
    .action(
      async ({
        json,
        ...options
      }: {
        trials: number;
        distances: readonly number[];
        budget: number;
        seed: number;
        json?: boolean;
      }) => {
        const report = await measureNeedle({ ...options, progress: createProgress(process.stderr) });
        if (json) process.stdout.write(`${JSON.stringify(needleReportSchema.parse(report), null, 2)}\n`);
        else print(report);
      },
    );
};
