import type { CommandContext } from './command-types.ts';
import { assertMemoryExists, readScope } from './open-scope.ts';
import { renderRetention } from './render/render-retention.ts';

/** Options of the command `retention`. */
export interface RetentionOptions {
  /** Tokens of a working set that is only imagined. */
  readonly whatIf?: number | undefined;
}

/**
 * Shows how full the working set is and what would leave it next, with the parts of each score; changes nothing. `--json`
 * gives everything. @throws FILE_NOT_FOUND where there is no memory yet, OPTION_INVALID
 */
export const runRetention = async (context: CommandContext, { whatIf }: RetentionOptions): Promise<void> => {
  const { terminal, signal } = context;
  await assertMemoryExists(context.options.data);
  await readScope(context, async ({ scope }) => {
    const report = await scope.retention({ capacity: whatIf, signal });
    terminal.write(renderRetention(report, terminal.colors));
    terminal.writeJson(report);
  });
};
