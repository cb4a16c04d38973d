import type { Command } from 'commander';
import { measureEndless } from '../endless/measure-endless.ts';
import { type EndlessReport, endlessReportSchema } from '../endless/schemas.ts';
import { createProgress } from '../progress.ts';
import { decimals, formatTable, share } from '../table.ts';
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

interface CommandOptions {
  readonly mb: number;
  readonly seed: number;
  readonly capacity: number;
  readonly endless?: boolean;
  readonly json?: boolean;
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

/** Tokens of the working set of an endless stream. */
const DEFAULT_CAPACITY = 20_000;

/** Parts of an endless stream that are printed. */
const PRINTED = 8;

const printEndless = (report: EndlessReport): void => {
  const { samples, needles, capacity, mb, mbPerSecond, rssSlopeMb, reason } = report;
  const step = Math.max(1, Math.floor(samples.length / PRINTED));
  process.stdout.write(
    formatTable(
      ['MB', 'RSS MB', 'tokens held', 'tokens archived', 'observe p95 ms', 'context p95 ms'],
      samples
        .filter((_, index) => (index + 1) % step === 0)
        .map((sample) => [
          decimals(sample.mb, 1),
          decimals(sample.rssMb, 0),
          decimals(sample.workingSetTokens, 0),
          decimals(sample.archivedTokens, 0),
          decimals(sample.observeP95, 2),
          decimals(sample.contextP95, 2),
        ]),
    ),
  );
  process.stdout.write(
    `\n${formatTable(
      ['messages ago', 'asked', 'found in the working set', 'with the archive'],
      needles.map(({ distance, asked, found, foundWithArchive }) => [
        String(distance),
        String(asked),
        share(found),
        share(foundWithArchive),
      ]),
    )}`,
  );
  process.stdout.write(
    `\n${mb.toFixed(0)} MB at ${decimals(mbPerSecond, 2) ?? '-'} MB/s; at most ${report.mostTokens} of ${capacity} tokens held; memory grew by ${decimals(rssSlopeMb, 1) ?? '-'} MB; p95 of the last quarter over the second: observe ${decimals(report.observeGrowth, 2) ?? '-'}, context ${decimals(report.contextGrowth, 2) ?? '-'}\n`,
  );
  if (reason !== undefined) process.stdout.write(`${reason}\n`);
};

/** Adds `bench stream` to the program. */
export const addStreamCommand = (program: Command, { count, whole, seed }: StreamParsers): void => {
  program
    .command('stream')
    .description('from streamed text to durable and retrievable, and memory over a long stream')
    .option('--mb <megabytes>', 'text of the long stream', count, DEFAULT_MB)
    .option('--endless', 'messages without end into a working set of a fixed size, in place of all that')
    .option('--capacity <tokens>', 'of that working set', count, DEFAULT_CAPACITY)
    .option('--seed <number>', 'for the generated talk', whole, seed)
    .option('--json', 'one JSON document on stdout')
    .action(async ({ json, endless, capacity, ...options }: CommandOptions) => {
      if (endless) {
        const report = await measureEndless({
          ...options,
          capacity,
          progress: createProgress(process.stderr),
        });
        if (json) process.stdout.write(`${JSON.stringify(endlessReportSchema.parse(report), null, 2)}\n`);
        else printEndless(report);
        return;
      }
      const report = await measureStream({ ...options, progress: createProgress(process.stderr) });
      if (json) process.stdout.write(`${JSON.stringify(streamReportSchema.parse(report), null, 2)}\n`);
      else print(report);
    });
};
