import type { Command } from 'commander';
import { createProgress } from '../progress.ts';
import { decimals, formatTable } from '../table.ts';
import { measureCrash } from './measure-crash.ts';
import { type CrashReport, crashReportSchema } from './schemas.ts';

const DEFAULT_TRIALS = 20;

/** What `main.ts` parses alike for all commands. */
export interface CrashParsers {
  readonly count: (text: string) => number;
  readonly whole: (text: string) => number;
  readonly seed: number;
}

const print = (report: CrashReport): void => {
  process.stdout.write(
    formatTable(
      [
        'kills',
        'stored before',
        'acknowledged',
        'lost',
        'duplicates',
        'unreadable',
        'reopen ms p95',
        'open',
        'first context',
      ],
      [
        [
          report.trials,
          report.n,
          report.acknowledged,
          report.lost,
          report.duplicates,
          report.unreadable,
          decimals(report.reopenP95Ms, 0),
          decimals(report.openP95Ms, 0),
          decimals(report.contextP95Ms, 0),
        ],
      ],
    ),
  );
};

/** Adds `bench crash` to the program. */
export const addCrashCommand = (program: Command, { count, whole, seed }: CrashParsers): void => {
  program
    .command('crash')
    .description(
      'kill -9 at random moments under 8 writers: what is lost, and how long the next opening takes',
    )
    .option('--trials <number>', 'kills', count, DEFAULT_TRIALS)
    .option('--n <chunks>', 'stored before the first kill', whole, 0)
    .option('--seed <number>', 'for the moments and the generated talk', whole, seed)
    .option('--json', 'one JSON document on stdout')
    .action(async ({ json, ...options }: { trials: number; n: number; seed: number; json?: boolean }) => {
      const report = await measureCrash({ ...options, progress: createProgress(process.stderr) });
      if (json) process.stdout.write(`${JSON.stringify(crashReportSchema.parse(report), null, 2)}\n`);
      else print(report);
    });
};
