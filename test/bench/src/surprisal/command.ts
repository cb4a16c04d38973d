import type { Command } from 'commander';
import { createProgress } from '../progress.ts';
import { decimals, formatTable, share } from '../table.ts';
import { measureSurprisal } from './measure-surprisal.ts';
import { type SurprisalReport, surprisalReportSchema } from './schemas.ts';

const DEFAULT_MB = 20;
/** A second or two of each source. */
const SCORED_MB = 2;
const CAPACITY = 0.2;

/** What `main.ts` parses alike for all commands. */
export interface SurprisalParsers {
  readonly count: (text: string) => number;
  readonly whole: (text: string) => number;
  readonly seed: number;
}

const print = ({ speed, training, overlap }: SurprisalReport): void => {
  const { mb, tokens, tokensPerSecond, maxBytes, modelBytes, growthMb } = training;
  process.stdout.write(
    formatTable(
      ['source', 'MB/s of CPU', 'pieces/s'],
      speed.map((row) => [
        row.source,
        decimals(row.mbPerSecond, 2),
        Math.round(row.piecesPerSecond).toLocaleString('en'),
      ]),
    ),
  );
  process.stdout.write(
    `\ntrained on ${mb} MB, ${tokens.toLocaleString('en')} tokens: ${Math.round(tokensPerSecond).toLocaleString('en')} tokens/s, ` +
      `model ${decimals(modelBytes / 1e6, 1)} MB of at most ${decimals(maxBytes / 1e6, 1)}, memory in use grew by ${decimals(growthMb, 1) ?? '-'} MB in the second half\n\n`,
  );
  process.stdout.write(
    formatTable(
      [`turns kept by both at ${100 * overlap.capacity} %`, '', 'surprisal alone', 'whole score'],
      overlap.rows.map((row) => [row.a, row.b, share(row.surprisal), share(row.score)]),
    ),
  );
};

/** Adds `bench surprisal` to the program. */
export const addSurprisalCommand = (program: Command, { count, whole, seed }: SurprisalParsers): void => {
  program
    .command('surprisal')
    .description('speed of the sources of surprisal, memory of training, and how far they keep the same')
    .option('--mb <megabytes>', 'text that a model is trained on', count, DEFAULT_MB)
    .option('--seed <number>', 'for the generated talk', whole, seed)
    .option('--json', 'one JSON document on stdout')
    .action(async ({ json, ...options }: { mb: number; seed: number; json?: boolean }) => {
      const report = await measureSurprisal({
        ...options,
        scoredMb: SCORED_MB,
        capacity: CAPACITY,
        progress: createProgress(process.stderr),
      });
      if (json) process.stdout.write(`${JSON.stringify(surprisalReportSchema.parse(report), null, 2)}\n`);
      else print(report);
    });
};
