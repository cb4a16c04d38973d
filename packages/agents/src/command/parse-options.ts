import { MAX_BUDGET_TOKENS } from '@retentive/core';
import { type Command, InvalidArgumentError } from 'commander';

/** Code of a command that ran and found what must not be: exit 1 without an error. */
export const UNMET = 'retentive.unmet';

/** A budget in tokens. */
export const parseTokens = (text: string): number => {
  const tokens = Number(text);
  if (/^\d+$/u.test(text) && tokens <= MAX_BUDGET_TOKENS) return tokens;
  throw new InvalidArgumentError(`A budget is a whole number of tokens from 0 to ${MAX_BUDGET_TOKENS}.`);
};

/** Adds the options of commands that may ask a model. */
export const withModel = (command: Command): Command =>
  command
    .option(
      '--model <name>',
      'ask this model (its key comes from OPENAI_API_KEY); without it nothing is sent',
    )
    .option('--base-url <url>', 'OpenAI-compatible endpoint of the model (or OPENAI_BASE_URL)');

/** A count on the command line. */
export const parseCount = (text: string): number => {
  const count = Number(text);
  if (/^[1-9]\d*$/u.test(text) && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError('A whole number above 0 is needed.');
};
