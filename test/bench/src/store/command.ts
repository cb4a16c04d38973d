import { type Command, Option } from 'commander';
import { createProgress } from '../progress.ts';
import { decimals, formatTable } from '../table.ts';
import { measureStore, STORE_SYSTEMS } from './measure-store.ts';
import { type StoreReport, storeReportSchema } from './schemas.ts';

const DEFAULT_SIZES = [1_000, 10_000];

/** What `main.ts` parses alike for all commands. */
export interface StoreParsers {
  readonly counts: (text: string) => readonly number[];
  readonly whole: (text: string) => number;
  readonly seed: number;
}

const print = ({ machine, rows }: StoreReport): void => {
  const { cpu, cores, node, loadBefore, appendFdatasyncPerSecond, memcmpGbPerSecond } = machine;
  process.stdout.write(
    `${cpu}, ${cores} cores, Node ${node}, load ${loadBefore.toFixed(1)}; ` +
      `append+fdatasync ${appendFdatasyncPerSecond.toFixed(0)}/s, memcmp ${memcmpGbPerSecond.toFixed(1)} GB/s\n\n`,
  );
  process.stdout.write(
    formatTable(
      [
        'system',
        'n',
        'operation',
        'per second',
        'x append+fdatasync',
        'ms p50',
        'ms p95',
        'MB over empty',
        'MB on disk',
      ],
      rows.map((row) => [
        row.system,
        row.n,
        row.op,
        decimals(row.perSecond, 1),
        decimals(
          row.perSecond === null ? null : row.perSecond / (row.appendsPerSecond ?? appendFdatasyncPerSecond),
          2,
        ),
        decimals(row.p50, 3),
        decimals(row.p95, 3),
        decimals(row.rssMb, 0),
        decimals(row.diskMb, 1),
      ]),
    ),
  );
  for (const { system, n, op, reason } of rows) {
    if (reason !== undefined) process.stdout.write(`${system}, ${n}, ${op}: not measured, ${reason}\n`);
  }
};

/** Adds `bench store` to the program. */
export const addStoreCommand = (program: Command, { counts, whole, seed }: StoreParsers): void => {
  program
    .command('store')
    .description('writing, searching, opening, memory and disk of stores of messages, beside other stores')
    .option('--n <messages>', 'sizes, separated by commas', counts, DEFAULT_SIZES)
    .addOption(
      new Option('--systems <names...>', 'only these')
        .choices(STORE_SYSTEMS)
        .default([...STORE_SYSTEMS], 'all'),
    )
    .option('--seed <number>', 'for the generated talk', whole, seed)
    .option('--json', 'one JSON document on stdout')
    .action(
      async (options: { n: readonly number[]; systems: readonly string[]; seed: number; json?: boolean }) => {
        const report = await measureStore({ ...options, progress: createProgress(process.stderr) });
        if (options.json)
          process.stdout.write(`${JSON.stringify(storeReportSchema.parse(report), null, 2)}\n`);
        else print(report);
      },
    );
};
