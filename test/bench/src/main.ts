import { isRetentiveError } from '@retentive/core';
import { Command, InvalidArgumentError, Option } from 'commander';
import { addAblateCommand } from './ablate/command.ts';
import { addCrashCommand } from './crash/command.ts';
import { addEpisodesCommand } from './episodes/command.ts';
import { addNeedleCommand } from './needle/command.ts';
import { createProgress } from './progress.ts';
import { measureRecall, type RecallOptions, type RecallResult } from './recall.ts';
import { formatFaults, formatRecallByBudget } from './recall-summary.ts';
import { addRetentionCommand } from './retention/command.ts';
import { recallReportSchema, type StartReport, startReportSchema } from './schemas.ts';
import { measureStart } from './start.ts';
import { addStoreCommand } from './store/command.ts';
import { addStreamCommand } from './stream/command.ts';
import { addSurprisalCommand } from './surprisal/command.ts';
import { decimals, formatTable, share } from './table.ts';
import { addTruthCommand } from './truth/command.ts';

/** Any fixed number: it makes two runs give the same figures. */
const DEFAULT_SEED = 7;
const DEFAULT_BUDGETS = [256, 512, 1024, 2048];
/** Enough for a median that one busy moment does not move. */
const DEFAULT_RUNS = 5;

const parseWhole = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('a whole number from 0 is needed');
  return value;
};

const parseCount = (text: string): number => {
  const value = parseWhole(text);
  if (value === 0) throw new InvalidArgumentError('a whole number from 1 is needed');
  return value;
};

const parseList = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name.length > 0);

const parseShare = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('a number above 0, at most 1, is needed');
  return value;
};

const parseBudgets = (text: string): readonly number[] => parseList(text).map(parseWhole);

const parseCounts = (text: string): readonly number[] => parseList(text).map(parseCount);

const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
};

const printRecall = ({ report, summaries }: RecallResult): void => {
  for (const { set, questions, rows, faults } of summaries) {
    process.stdout.write(
      `\n${set}: ${questions} questions\n${formatRecallByBudget(rows)}${formatFaults(faults)}`,
    );
    const categories = Object.entries(report.sets[set]?.byCategory ?? {});
    if (categories.length < 2) continue;
    const budgets = Object.keys(categories[0]?.[1] ?? {});
    process.stdout.write(
      `\n${formatTable(
        ['retentive by category', ...budgets.map((budget) => `recall@${budget}`)],
        categories.map(([category, recall]) => [category, ...budgets.map((budget) => share(recall[budget]))]),
      )}`,
    );
  }
  for (const [name, set] of Object.entries(report.sets)) {
    if (set.rows === null) process.stdout.write(`\n${name}: not measured, ${set.reason}\n`);
  }
};

const printStart = ({ rows }: StartReport): void => {
  process.stdout.write(
    formatTable(
      ['from spawning to the first byte', 'run', 'runs', 'ms p50', 'ms p95'],
      rows.map((row) => [row.system, row.run, row.runs, decimals(row.msP50, 0), decimals(row.msP95, 0)]),
    ),
  );
  for (const { system, reason } of rows) {
    if (reason !== undefined) process.stdout.write(`${system}: not measured, ${reason}\n`);
  }
};

const createProgram = (): Command => {
  const program = new Command('bench')
    .description(
      'Measurements of Retentive, each beside its controls. Tables, or one JSON document with --json.',
    )
    .showHelpAfterError()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  program
    .command('recall')
    .description('share of the evidence turns that stand in the context, at token budgets')
    .option('--data <dir>', 'folder of evaluation sets; without it the demo conversation')
    .option('--sets <names>', 'only these sets, separated by commas', parseList)
    .option('--budgets <tokens>', 'separated by commas', parseBudgets, DEFAULT_BUDGETS)
    .option('--selectors <names>', 'only these rows', parseList)
    .option('--without <names>', 'rows that leave a part of ranking out; `all` for each in turn', parseList)
    .option('--capacity <share>', 'share of the tokens that the working set may hold', parseShare)
    .option('--grid', 'rows for chunk size x k, too')
    .option('--limit <questions>', 'at most so many questions a set, spread over it', parseCount)
    .option('--seed <number>', 'for everything that needs chance', parseWhole, DEFAULT_SEED)
    .option('--dump <file>', 'writes each context of retentive as a line of JSON')
    .addOption(
      new Option('--store <kind>', 'where the memory keeps its data')
        .choices(['memory', 'sqlite'])
        .default('memory'),
    )
    .option('--json', 'one JSON document on stdout')
    .action(async (options: Omit<RecallOptions, 'progress'> & { readonly json?: boolean }) => {
      const result = await measureRecall({ ...options, progress: createProgress(process.stderr) });
      if (!options.json) return printRecall(result);
      for (const { set, faults } of result.summaries) process.stderr.write(`${set}: ${formatFaults(faults)}`);
      printJson(recallReportSchema.parse(result.report));
    });
  program
    .command('start')
    .description('time from the command to its first recalled answer, on the demo conversation')
    .option('--runs <number>', 'fresh copies of the data folder, each asked twice', parseCount, DEFAULT_RUNS)
    .option('--json', 'one JSON document on stdout')
    .action(async ({ runs, json }: { readonly runs: number; readonly json?: boolean }) => {
      const report = await measureStart({ runs, progress: createProgress(process.stderr) });
      if (json) printJson(startReportSchema.parse(report));
      else printStart(report);
    });
  addRetentionCommand(program, { list: parseList, whole: parseWhole, seed: DEFAULT_SEED });
  addStoreCommand(program, { counts: parseCounts, whole: parseWhole, seed: DEFAULT_SEED });
  addCrashCommand(program, { count: parseCount, whole: parseWhole, seed: DEFAULT_SEED });
  addStreamCommand(program, { count: parseCount, whole: parseWhole, seed: DEFAULT_SEED });
  addSurprisalCommand(program, { count: parseCount, whole: parseWhole, seed: DEFAULT_SEED });
  addNeedleCommand(program, {
    count: parseCount,
    counts: parseCounts,
    whole: parseWhole,
    seed: DEFAULT_SEED,
  });
  addTruthCommand(program, { count: parseCount, whole: parseWhole, seed: DEFAULT_SEED });
  addEpisodesCommand(program, { list: parseList, count: parseCount, whole: parseWhole, seed: DEFAULT_SEED });
  addAblateCommand(program, { list: parseList, count: parseCount, whole: parseWhole, seed: DEFAULT_SEED });
  return program;
};

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!isRetentiveError(error)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.code === 'OPTION_INVALID' ? 2 : 1;
}
