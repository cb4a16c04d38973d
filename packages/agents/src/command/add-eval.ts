import type { SourceFormat } from '@retentive/memory/evaluation';
import { type Command, CommanderError, Option } from 'commander';
import type { CommandContext } from './command-types.ts';
import type { EvalCommandOptions } from './eval.ts';
import { parseCount, parseTokens, UNMET, withModel } from './parse-options.ts';

/** As in `SOURCE_FORMATS` of the evaluation kit, which is loaded when it is needed. */
const SOURCE_FORMATS: readonly SourceFormat[] = ['locomo', 'longmemeval', 'beam', 'realtalk'];

const parseNames = (text: string): readonly string[] => text.split(',').map((name) => name.trim());

/** Adds the command that measures. */
export const addEval = (program: Command, context: () => CommandContext): void => {
  withModel(
    program
      .command('eval')
      .description(
        'measure recall under budgets: of sets in a folder, of a public set, or without a path of your own memory by questions made from it',
      ),
  )
    .argument('[path]', 'folder of sets, or what --from names')
    .addOption(
      new Option('--from <format>', 'the path is as its authors published it').choices(SOURCE_FORMATS),
    )
    .option('--sets <names>', 'only these, by commas', parseNames)
    .option('--make-questions', 'make questions for sets that have none', false)
    .option('--budgets <tokens>', 'by commas', (text) => parseNames(text).map(parseTokens))
    .option('--limit <questions>', 'at most so many questions a set, spread over it', parseCount)
    .option('--seed <number>', 'for made questions and intervals', parseCount, 1)
    .option('--answer', 'answer every question too, with the built-in model unless --model names one', false)
    .option('--judge <name>', 'have this model judge the answers (needs --answer or --model)')
    .option('--texts', 'keep questions, contexts and answers in the log', false)
    .option('--out <folder>', 'write the log, a report in HTML and Markdown, and verdicts there')
    .option('--write-sets <folder>', 'write what was converted or made there, as sets')
    .option(
      '--require <requirement>',
      'such as recall@1024>=.8; exit 1 where it is not met (can be given again)',
      (text: string, before: readonly string[]) => [...before, text],
      [] as readonly string[],
    )
    .option('--compare <log...>', 'two logs with each other, or one with this run')
    .action(async (path: string | undefined, options: EvalCommandOptions) => {
      const { runEval } = await import('./eval.ts');
      // What is not met is a failure to scripts, and no error of the command.
      if (!(await runEval(context(), path, options))) throw new CommanderError(1, UNMET, '');
    });
};
