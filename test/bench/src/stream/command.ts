import type { Command } from 'commander';
import { createProgress } from '../progress.ts';
import { decimals, formatTable } from '../table.ts';
import { measureStream } from './measure-stream.ts';
import { type StreamReport, streamReportSchema } from './schemas.ts';

/** Enough for a slope, over in a minute or two. */
const DEFAULT_MB = 64;

/** What `main.ts` parses alike for all commands. */
export interface StreamParsers {
  readonly count: (text: string) => number;
  readonly whole: (text: string) => number;
  readonly seed: number;
}

const print = ({ rows, rssSlopeMb, mb, mbPerSecond, reason }: StreamReport): void => {
  process.stdout.write(
    formatTable(
      ['stage', 'ms p50', 'ms p95'],
      rows.map(({ stage, p50, p95 }) => [stage, decimals(p50, 2), decimals(p95, 2)]),
    ),
  );
  process.stdout.write(
    `\n${mb.toFixed(0)} MB of text at ${decimals(mbPerSecond, 2) ?? '-'} MB/s; memory grew by ${decimals(rssSlopeMb, 1) ?? '-'} MB\n`,
  );
  if (reason !== undefined) process.stdout.write(`${reason}\n`);
};

/** Adds `bench stream` to the program. */
export const addStreamCommand = (program: Command, { count, whole, seed }: StreamParsers): void => {
  program
    .command('stream')
    .description('from streamed text to durable and retrievable, and memory over a long stream')
    .option('--mb <megabytes>', 'text of the long stream', count, DEFAULT_MB)
    .option('--seed <number>', 'for the generated talk', whole, seed)
    .option('--json', 'one JSON document on stdout')
    .action(async ({ json, ...options }: { mb: number; seed: number; json?: boolean }) => {
      const report = await measureStream({ ...options, progress: createProgress(process.stderr) });
      if (json) process.stdout.write(`${JSON.stringify(streamReportSchema.parse(report), null, 2)}\n`);
      else print(report);
    });
};
