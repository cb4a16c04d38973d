import type { CommandContext } from './command-types.ts';
import { assertMemoryExists } from './open-scope.ts';
import { openProgress, type Progress } from './progress.ts';

/**
 * Copies the data folder's journal to a file, or into a folder as a data folder of its own, while whoever owns it goes on.
 * @throws FILE_NOT_FOUND where there is no memory yet, OPTION_INVALID for a place that is a data folder in use
 */
export const runBackup = async (context: CommandContext, path: string): Promise<void> => {
  const { terminal, signal, options } = context;
  await assertMemoryExists(options.data);
  const { backUpFolder } = await import('@retentive/memory');
  let progress: Promise<Progress> | undefined;
  const report = await backUpFolder(options.data, path, {
    signal,
    onProgress({ bytes, of }) {
      progress ??= openProgress(terminal, 'backup', of);
      void progress.then((bar) => bar.update(bytes));
    },
  }).finally(async () => (await progress)?.stop());
  terminal.write(`${report.file} has the journal up to entry ${report.sequence} (${report.bytes} bytes).\n`);
  terminal.writeJson(report);
};
