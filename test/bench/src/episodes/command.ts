import type { Command } from 'commander';
import { createProgress } from '../progress.ts';
import { decimals, formatTable, share } from '../table.ts';
import { type EpisodesOptions, measureEpisodes } from './measure-episodes.ts';
import { type EpisodesReport, episodesReportSchema } from './schemas.ts';

/** What `main.ts` parses alike for all commands. */
export interface EpisodesParsers {
  readonly list: (text: string) => readonly string[];
  readonly count: (text: string) => number;
  readonly whole: (text: string) => number;
  readonly seed: number;
}

const print = ({ sets, coverage }: EpisodesReport): void => {
  process.stdout.write(
    formatTable(
      [
        'set',
        'messages',
        'episodes',
        'misplaced',
        'tokens',
        'beginning',
        'middle',
        'end',
        'numbers',
        'names',
        'negations',
      ],
      sets.map((row) => [
        row.set,
        row.messages,
        row.episodes,
        row.misplaced,
        share(row.tokenShare),
        share(row.told.beginning),
        share(row.told.middle),
        share(row.told.end),
        row.unsupported.numbers,
        row.unsupported.names,
        row.unsupported.negations,
      ]),
    ),
  );
  process.stdout.write(
    `\n${formatTable(
      [
        'set',
        'changed sentences refused: numbers',
        'names',
        'negations',
        'ms a message',
        'without',
        'context p95',
        'while consolidating',
      ],
      sets.map(({ set, changed, refused, msPerMessage, contextP95 }) => [
        set,
        `${refused.numbers}/${changed.numbers}`,
        `${refused.names}/${changed.names}`,
        `${refused.negations}/${changed.negations}`,
        decimals(msPerMessage.with, 2),
        decimals(msPerMessage.without, 2),
        decimals(contextP95.quiet, 1),
        decimals(contextP95.consolidating, 1),
      ]),
    )}`,
  );
  if (coverage.length === 0) return;
  process.stdout.write(
    `\n${formatTable(
      ['statements covered by', 'set', 'tokens', 'one item', 'all of its turns'],
      coverage.map(({ kind, set, tokenShare, single, joint }) => [
        kind,
        set,
        share(tokenShare),
        share(single),
        share(joint),
      ]),
    )}`,
  );
};

/** Adds `bench episodes` to the program. */
export const addEpisodesCommand = (program: Command, { list, count, whole, seed }: EpisodesParsers): void => {
  program
    .command('episodes')
    .description('episodes and their summaries: what they cover of what others saw, and what no source says')
    .option('--data <dir>', 'folder of evaluation sets; without it the demo conversation')
    .option('--sets <names>', 'only these sets, separated by commas', list)
    .option('--limit <conversations>', 'at most so many conversations of a set', count)
    .option('--seed <number>', 'for the controls', whole, seed)
    .option('--json', 'one JSON document on stdout')
    .action(async ({ json, ...options }: Omit<EpisodesOptions, 'progress'> & { readonly json?: boolean }) => {
      const report = await measureEpisodes({ ...options, progress: createProgress(process.stderr) });
      if (json) process.stdout.write(`${JSON.stringify(episodesReportSchema.parse(report), null, 2)}\n`);
      else print(report);
    });
};
