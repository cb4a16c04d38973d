import { parseBudget } from '@retentive/core';
import type { CommandContext } from './command-types.ts';
import { assertMemoryExists, readScope } from './open-scope.ts';
import { renderContext, renderWhy } from './render/render-context.ts';

/** Options of the command `context`. */
export interface ContextCommandOptions {
  /** Tokens of the text. */
  readonly budget: number;
  /** Also says why each item was chosen. */
  readonly why: boolean;
  /** A date or moment: what had been said, and what held, then. */
  readonly asOf?: string | undefined;
  /** A date or moment: what was known then. */
  readonly knownAt?: string | undefined;
}

/**
 * Prints the context for a query, and with `--why` a table of its items. `--json` gives the whole context.
 * @throws FILE_NOT_FOUND where there is no memory yet, BUDGET_INVALID, QUERY_INVALID,
 * OPTION_INVALID for a date that is none
 */
export const runContext = async (
  context: CommandContext,
  query: string,
  { budget, why, asOf, knownAt }: ContextCommandOptions,
): Promise<void> => {
  const { terminal, signal, options } = context;
  const parsed = parseBudget({ tokens: budget });
  await assertMemoryExists(options.data);
  await readScope(context, async ({ scope }) => {
    const recalled = await scope.context(query, {
      budget: parsed,
      thread: options.thread,
      asOf,
      knownAt,
      // Who looks at a context does not use it.
      access: false,
      signal,
    });
    terminal.write(renderContext(recalled, terminal.colors));
    if (why && recalled.items.length > 0) terminal.write(`\n${renderWhy(recalled, terminal.colors)}`);
    terminal.writeJson(recalled);
  });
};
