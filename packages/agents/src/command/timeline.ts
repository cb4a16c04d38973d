import type { CommandContext } from './command-types.ts';
import { assertMemoryExists, readScope } from './open-scope.ts';
import { renderTimeline } from './render/render-timeline.ts';

/** Options of the command `timeline`. */
export interface TimelineCommandOptions {
  /** The latest so many items. */
  readonly limit?: number | undefined;
  /** A date or moment: what had been said by then. */
  readonly asOf?: string | undefined;
  /** A date or moment: what was known then. */
  readonly knownAt?: string | undefined;
}

/**
 * Shows what was said about something as a table, in order of when it was. `--json` gives it whole. @throws FILE_NOT_FOUND
 * where there is no memory yet, OPTION_INVALID for a date that is none
 */
export const runTimeline = async (
  context: CommandContext,
  about: string,
  { limit, asOf, knownAt }: TimelineCommandOptions,
): Promise<void> => {
  const { terminal, signal, options } = context;
  await assertMemoryExists(options.data);
  await readScope(context, async ({ scope }) => {
    const found = await scope.timeline({ about, limit, asOf, knownAt, thread: options.thread, signal });
    terminal.write(renderTimeline(found, terminal.colors));
    terminal.writeJson({ timeline: found });
  });
};
