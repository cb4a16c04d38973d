import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Command } from 'commander';
import { createProgress } from '../progress.ts';
import { decimals, formatTable, share } from '../table.ts';
import { measureTruth } from './measure-truth.ts';
import { type TruthDump, type TruthReport, truthDumpSchema, truthReportSchema } from './schemas.ts';
import type { TruthInput } from './systems.ts';

const DEFAULT_HISTORIES = 40;

/** What `main.ts` parses alike for all commands. */
export interface TruthParsers {
  readonly count: (text: string) => number;
  readonly whole: (text: string) => number;
  readonly seed: number;
}

const print = ({ rows, facts, reads, refused }: TruthReport): void => {
  const abilities = [...new Set(rows.map(({ ability }) => ability))];
  const names = [...new Set(rows.map(({ system, input }) => `${input}\t${system}`))];
  const find = (name: string, ability: string) =>
    rows.find((row) => `${row.input}\t${row.system}` === name && row.ability === ability);
  process.stdout.write(
    formatTable(
      ['input', 'system', ...abilities],
      names.map((name) => [
        ...name.split('\t'),
        ...abilities.map((ability) => share(find(name, ability)?.accuracy)),
      ]),
    ),
  );
  const [first = ''] = names;
  const counts = abilities.map((ability) => `${ability} ${find(first, ability)?.n ?? 0}`);
  process.stdout.write(`questions: ${counts.join(', ')}\n\n`);
  process.stdout.write(
    formatTable(
      ['facts from', 'precision', 'duplicates', 'n'],
      facts.map((row) => [row.input, share(row.precision), share(row.duplicates), row.n]),
    ),
  );
  process.stdout.write(
    `\n${formatTable(
      ['reads', 'facts', 'ms p50', 'ms p95'],
      reads.map((row) => [row.read, row.facts, decimals(row.p50, 2), decimals(row.p95, 2)]),
    )}`,
  );
  if (refused.length > 0)
    process.stdout.write(`\n${refused.length} operations refused, the first: ${refused[0]?.reason}\n`);
};

/** Adds `bench truth` to the program. */
export const addTruthCommand = (program: Command, { count, whole, seed }: TruthParsers): void => {
  program
    .command('truth')
    .description(
      'what is true now, was true, was believed, follows, and is not known: from operations and from talk',
    )
    .option('--data <dir>', 'folder with histories.jsonl and probes.jsonl; without it made-up histories')
    .option('--histories <number>', 'so many are made up', count, DEFAULT_HISTORIES)
    .option('--input <name>', 'only operations or text')
    .option('--dump <file>', 'writes each answer as a line of JSON')
    .option('--seed <number>', 'for the histories', whole, seed)
    .option('--json', 'one JSON document on stdout')
    .action(
      async (options: {
        readonly data?: string;
        readonly histories: number;
        readonly input?: TruthInput;
        readonly dump?: string;
        readonly seed: number;
        readonly json?: boolean;
      }) => {
        const { dump, json, input, ...rest } = options;
        const file = dump === undefined ? undefined : createWriteStream(dump);
        const onAnswer =
          file && ((line: TruthDump) => void file.write(`${JSON.stringify(truthDumpSchema.parse(line))}\n`));
        const inputs: readonly TruthInput[] = input === undefined ? ['operations', 'text'] : [input];
        const progress = createProgress(process.stderr);
        const report = await measureTruth({ ...rest, inputs, progress, onAnswer });
        if (file !== undefined) {
          file.end();
          await once(file, 'finish');
        }
        if (json) process.stdout.write(`${JSON.stringify(truthReportSchema.parse(report), null, 2)}\n`);
        else print(report);
      },
    );
};
