import { type Command, InvalidArgumentError } from 'commander';
import { createProgress } from '../progress.ts';
import { formatTable, share } from '../table.ts';
import { measureRetention, type RetentionBenchOptions } from './measure-retention.ts';
import { writePlots } from './plots.ts';
import {
  type RetentionBenchReport,
  type RetentionRow,
  retentionReportSchema,
  type TaskRow,
} from './schemas.ts';
import { RETENTION_TASKS } from './tasks/tasks.ts';

const DEFAULT_CAPACITY = [0.1, 0.2, 0.5];

const TASK_NAMES = RETENTION_TASKS.map(({ name }) => name).join(', ');

const parseShares = (text: string): readonly number[] =>
  text.split(',').map((part) => {
    const value = Number(part);
    if (value > 0 && value <= 1) return value;
    throw new InvalidArgumentError('shares above 0 and at most 1 are needed, separated by commas');
  });

const formatRows = (rows: readonly RetentionRow[]): string => {
  const capacities = [...new Set(rows.map(({ capacity }) => capacity))];
  const header = ['policy'];
  for (const metric of ['evidence', 'answer words', 'recall']) {
    header.push(...capacities.map((capacity) => `${metric} ${Math.round(100 * capacity)} %`));
  }
  const cells = [...new Set(rows.map(({ policy }) => policy))].map((policy) => {
    const own = rows.filter((row) => row.policy === policy);
    return [
      policy,
      ...own.map(({ evidence }) => share(evidence)),
      ...own.map(({ answerWords }) => share(answerWords)),
      ...own.map(({ retainedRecall }) => share(retainedRecall)),
    ];
  });
  return formatTable(header, cells);
};

/** A table a task: its policies down, its metrics across. */
const printTasks = (rows: readonly TaskRow[]): void => {
  for (const { name, about } of RETENTION_TASKS) {
    const own = rows.filter(({ task }) => task === name);
    if (own.length === 0) continue;
    const metrics = [...new Set(own.map(({ metric }) => metric))];
    const cells = [...new Set(own.map(({ policy }) => policy))].map((policy) => [
      policy,
      ...metrics.map((metric) =>
        share(own.find((row) => row.policy === policy && row.metric === metric)?.value ?? null),
      ),
    ]);
    process.stdout.write(`\n${name}: ${about}\n${formatTable(['policy', ...metrics], cells)}`);
    for (const reason of new Set(own.flatMap((row) => row.reason ?? []))) process.stdout.write(`${reason}\n`);
  }
};

const print = ({ sets, tasks }: RetentionBenchReport): void => {
  for (const [name, set] of Object.entries(sets)) {
    process.stdout.write(
      set.rows === null ? `\n${name}: not measured, ${set.reason}\n` : `\n${name}\n${formatRows(set.rows)}`,
    );
  }
  printTasks(tasks);
};

/** What `main.ts` parses alike for all commands. */
export interface SharedParsers {
  readonly list: (text: string) => readonly string[];
  readonly whole: (text: string) => number;
  readonly seed: number;
}

type CommandOptions = Omit<RetentionBenchOptions, 'progress'> & {
  readonly json?: boolean;
  readonly plots?: string;
};

/** Adds `bench retention` to the program. */
export const addRetentionCommand = (program: Command, { list, whole, seed }: SharedParsers): void => {
  program
    .command('retention')
    .description('share of the evidence still held when only a part of the tokens is, no question known')
    .option('--data <dir>', 'folder of evaluation sets; without it the demo conversation')
    .option('--sets <names>', 'only these sets, separated by commas; none for tasks alone', list)
    .option('--capacity <shares>', 'shares of the tokens, separated by commas', parseShares, DEFAULT_CAPACITY)
    .option('--policies <names>', 'only these rows', list)
    .option('--tasks <names>', `only these tasks, or none; there are ${TASK_NAMES}`, list)
    .option('--plots <dir>', 'writes plots of the demo conversation there, and measures nothing')
    .option('--recall', 'also recall at 1,024 tokens from what is held; takes minutes')
    .option('--seed <number>', 'for everything that needs chance', whole, seed)
    .option('--json', 'one JSON document on stdout')
    .action(async (options: CommandOptions) => {
      if (options.plots !== undefined) {
        for (const file of await writePlots(options.plots, options.seed)) process.stdout.write(`${file}\n`);
        return;
      }
      const report = await measureRetention({ ...options, progress: createProgress(process.stderr) });
      if (!options.json) return print(report);
      process.stdout.write(`${JSON.stringify(retentionReportSchema.parse(report), null, 2)}\n`);
    });
};
