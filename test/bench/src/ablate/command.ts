import { type Command, InvalidArgumentError } from 'commander';
import { createProgress } from '../progress.ts';
import { formatTable, share } from '../table.ts';
import { PARTS, type Part } from './ablation-rows.ts';
import { type AblateOptions, measureAblation } from './measure-ablation.ts';
import { type AblateReport, ablateReportSchema } from './schemas.ts';

/** What `main.ts` parses alike for all commands. */
export interface AblateParsers {
  readonly list: (text: string) => readonly string[];
  readonly count: (text: string) => number;
  readonly whole: (text: string) => number;
  readonly seed: number;
}

const isPart = (name: string): name is Part => PARTS.some((part) => part === name);

const signed = (value: number | null): string | undefined =>
  value === null ? undefined : `${value < 0 ? '-' : '+'}${share(Math.abs(value))}`;

const print = ({ rows }: AblateReport): void => {
  process.stdout.write(
    formatTable(
      ['without', 'set', 'metric', 'value', 'change', '95 % from', 'to'],
      rows.map((row) => [
        row.without,
        row.set,
        row.metric,
        share(row.value),
        signed(row.delta),
        signed(row.low),
        signed(row.high),
      ]),
    ),
  );
  for (const { without, set, metric, reason } of rows) {
    if (reason !== undefined)
      process.stdout.write(`${without}, ${set}, ${metric}: not measured, ${reason}\n`);
  }
};

/** Adds `bench ablate` to the program. */
export const addAblateCommand = (program: Command, { list, count, whole, seed }: AblateParsers): void => {
  const parseParts = (text: string): readonly Part[] => {
    const names = list(text);
    const unknown = names.find((name) => !isPart(name));
    if (unknown === undefined) return names.filter(isPart);
    throw new InvalidArgumentError(`no part "${unknown}"; there are ${PARTS.join(', ')}`);
  };
  program
    .command('ablate')
    .description('what each part contributes: the same questions with everything and without it')
    .option('--without <parts>', 'separated by commas', parseParts, PARTS)
    .option('--data <dir>', 'folder of evaluation sets; without it the demo conversation')
    .option('--sets <names>', 'only these sets, separated by commas', list)
    .option('--limit <questions>', 'at most so many questions a set, spread over it', count)
    .option('--seed <number>', 'for everything that needs chance', whole, seed)
    .option('--json', 'one JSON document on stdout')
    .action(async ({ json, ...options }: Omit<AblateOptions, 'progress'> & { readonly json?: boolean }) => {
      const report = await measureAblation({ ...options, progress: createProgress(process.stderr) });
      if (json) process.stdout.write(`${JSON.stringify(ablateReportSchema.parse(report), null, 2)}\n`);
      else print(report);
    });
};
