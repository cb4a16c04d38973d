import type { Command } from 'commander';
import type { CommandContext } from './command-types.ts';
import type { FactsCommandOptions } from './facts.ts';
import { parseCount } from './parse-options.ts';
import type { TimelineCommandOptions } from './timeline.ts';

/** Adds the commands that show what is known. */
export const addReading = (program: Command, context: () => CommandContext): void => {
  program
    .command('facts')
    .description('show facts: what is held true, since when, and how far it is trusted')
    .option('--about <name>', 'only facts about this person or thing')
    .option('--as-of <date>', 'what held at that time')
    .option('--known-at <date>', 'what was known at that time')
    .option('--episodes', 'stretches of talk with their summaries, in place of facts', false)
    .action(async (options: FactsCommandOptions) => {
      const { runFacts } = await import('./facts.ts');
      await runFacts(context(), options);
    });

  program
    .command('timeline')
    .description('show what was said of somebody or something, in order of when it was')
    .argument('<about>', 'a name, a thing, or words that are said of it')
    .option('--limit <items>', 'the latest so many', parseCount)
    .option('--as-of <date>', 'what had been said by that time')
    .option('--known-at <date>', 'what was known at that time')
    .action(async (about: string, options: TimelineCommandOptions) => {
      const { runTimeline } = await import('./timeline.ts');
      await runTimeline(context(), about, options);
    });
};
