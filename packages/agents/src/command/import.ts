import { collect, isRetentiveError, RetentiveError } from '@retentive/core';
import type { ForeignFormat } from '@retentive/memory';
import type { CommandContext } from './command-types.ts';
import { withScope } from './open-scope.ts';
import { openStdin, openTextFile, type TextSource } from './read-file.ts';
import { renderForeignImport, renderImport } from './render/render-import.ts';

/** Options of the command `import`. */
export interface ImportCommandOptions {
  /** Checks the archive against the memory and writes nothing. */
  readonly dryRun: boolean;
  /** Takes an archive of another tenant or user into this one. */
  readonly rescope: boolean;
  /** What the file is, where it is no archive of ours. */
  readonly from?: ForeignFormat | undefined;
  /** Of a file with several users only this one's. */
  readonly sourceUser?: string | undefined;
}

const nameFile = (cause: unknown, file: string, consequence: string): unknown =>
  isRetentiveError(cause, 'FILE_INVALID')
    ? new RetentiveError('FILE_INVALID', `${file}: ${cause.message}; ${consequence}`, {
        cause,
        details: { file, ...cause.details },
      })
    : cause;

const importForeign = async (
  context: CommandContext,
  source: TextSource,
  { from, dryRun, sourceUser }: ImportCommandOptions & { readonly from: ForeignFormat },
): Promise<void> => {
  const { terminal, signal, options } = context;
  const more = {
    ...(options.thread === undefined ? {} : { thread: options.thread }),
    ...(sourceUser === undefined ? {} : { sourceUser }),
  };
  await withScope(context, async ({ scope }) => {
    try {
      const report = await scope.importFrom(() => source.read(), { from, dryRun, signal, ...more });
      terminal.write(renderForeignImport(report));
      terminal.writeJson({ file: source.name, ...report });
    } catch (cause) {
      throw nameFile(cause, source.name, 'what stood before it was taken in');
    }
  });
};

/**
 * Merges an archive that `export` wrote into the scope, or with `--from` what another program exported; `-` is stdin. Run
 * again, it adds nothing. @throws FILE_INVALID with the line, FILE_NOT_FOUND, STORE_VERSION_UNSUPPORTED, IDEMPOTENCY_CONFLICT, OPTION_INVALID for another scope's archive
 */
export const runImport = async (
  context: CommandContext,
  file: string,
  options: ImportCommandOptions,
): Promise<void> => {
  const { terminal, signal, stdin } = context;
  const source = file === '-' ? openStdin(stdin, signal) : await openTextFile(file, signal);
  const { from, dryRun, rescope } = options;
  if (from !== undefined) return importForeign(context, source, { ...options, from });
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
      const report = await scope.import(open, { dryRun, rescope, signal });
      terminal.write(renderImport(report));
      terminal.writeJson({ file: source.name, ...report });
    } catch (cause) {
      throw nameFile(cause, source.name, 'nothing was imported');
    }
  });
};
