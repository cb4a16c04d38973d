import type { CommandContext } from './command-types.ts';
import { assertMemoryExists, readScope } from './open-scope.ts';
import { renderEpisodes } from './render/render-episodes.ts';
import { renderFacts } from './render/render-facts.ts';

/** Options of the command `facts`. */
export interface FactsCommandOptions {
  readonly about?: string | undefined;
  /** A date or moment: what held then. */
  readonly asOf?: string | undefined;
  /** A date or moment: what was known then. */
  readonly knownAt?: string | undefined;
  /** Episodes with their summaries, in place of facts. */
  readonly episodes?: boolean | undefined;
}

/**
 * Shows facts as a table, newest recorded first; or episodes. `--json` gives them whole. @throws FILE_NOT_FOUND where there is no memory
 * yet, OPTION_INVALID for a date that is none
 */
export const runFacts = async (
  context: CommandContext,
  { episodes = false, ...options }: FactsCommandOptions,
): Promise<void> => {
  const { terminal, signal } = context;
  await assertMemoryExists(context.options.data);
  await readScope(context, async ({ scope }) => {
    if (episodes) {
      const found = await scope.episodes({ ...options, signal });
      terminal.write(renderEpisodes(found, terminal.colors));
      terminal.writeJson({ episodes: found });
      return;
    }
    const facts = await scope.facts({ ...options, signal });
    terminal.write(renderFacts(facts, terminal.colors));
    terminal.writeJson({ facts });
  });
};
