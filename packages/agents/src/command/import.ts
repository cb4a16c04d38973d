import { collect, isRetentiveError, RetentiveError } from '@retentive/core';
import type { CommandContext } from './command-types.ts';
import { withScope } from './open-scope.ts';
import { openStdin, openTextFile } from './read-file.ts';
import { renderImport } from './render/render-import.ts';

/** Options of the command `import`. */
export interface ImportCommandOptions {
  /** Checks the archive against the memory and writes nothing. */
  readonly dryRun: boolean;
  /** Takes an archive of another tenant or user into this one. */
  readonly rescope: boolean;
}

/**
 * Merges an archive that `export` wrote into the scope; `-` is stdin. Run again, it adds nothing. @throws FILE_INVALID with
 * the line, FILE_NOT_FOUND, STORE_VERSION_UNSUPPORTED, IDEMPOTENCY_CONFLICT, OPTION_INVALID for another scope's archive
 */
export const runImport = async (
  context: CommandContext,
  file: string,
  options: ImportCommandOptions,
): Promise<void> => {
  const { terminal, signal, stdin } = context;
  const source = file === '-' ? openStdin(stdin, signal) : await openTextFile(file, signal);
  // An archive is read twice; stdin, which cannot be, is held in memory.
  const held = source.bytes === undefined ? await collect(source.read()) : undefined;
  const open = (): AsyncIterable<string> =>
    held === undefined
      ? source.read()
      : (async function* () {
          yield* held;
        })();
  await withScope(context, async ({ scope }) => {
    try {
      const report = await scope.import(open, { ...options, signal });
      terminal.write(renderImport(report));
      terminal.writeJson({ file: source.name, ...report });
    } catch (cause) {
      if (!isRetentiveError(cause, 'FILE_INVALID')) throw cause;
      throw new RetentiveError('FILE_INVALID', `${source.name}: ${cause.message}; nothing was imported`, {
        cause,
        details: { file: source.name, ...cause.details },
      });
    }
  });
};
