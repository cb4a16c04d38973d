import type { CommandContext } from './command-types.ts';
import { assertMemoryExists, withScope } from './open-scope.ts';

/** Makes every vector of the data folder anew, after the embedder changed. @throws FILE_NOT_FOUND where there is no memory yet */
export const runReembed = async (context: CommandContext): Promise<void> => {
  const { terminal, signal } = context;
  await assertMemoryExists(context.options.data);
  await withScope(context, async ({ memory }) => {
    const report = await memory.reembed({ signal });
    terminal.write(
      `${report.scopes} scopes have vectors of the present embedder; ${report.vectors} were made.\n`,
    );
    terminal.writeJson(report);
  });
};
