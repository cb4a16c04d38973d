import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RetentiveError } from '@retentive/core';
import type { CommandContext } from './command-types.ts';
import { assertMemoryExists, readScope } from './open-scope.ts';

/** Writes beside the file and moves it there when it is whole: a broken export leaves what was there before. */
const writeFileWhole = async (
  file: string,
  lines: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> => {
  const part = `${file}.${process.pid}.part`;
  try {
    await pipeline(Readable.from(lines), createWriteStream(part, { mode: 0o600, flags: 'wx', flush: true }), {
      signal,
    });
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true });
    if (!(cause instanceof Error) || !('syscall' in cause)) throw cause;
    throw new RetentiveError('FILE_INVALID', `cannot write ${file}`, { cause, details: { file } });
  }
};

/**
 * Writes an archive of the scope to a file, or to stdout without one or for `-`. With `--json` and a file, a report goes to
 * stdout. @throws FILE_NOT_FOUND where there is no memory yet, FILE_INVALID where the file cannot be written
 */
export const runExport = async (context: CommandContext, file: string | undefined): Promise<void> => {
  const { terminal, signal, options } = context;
  await assertMemoryExists(options.data);
  await readScope(context, async ({ scope }) => {
    if (file === undefined || file === '-') {
      for await (const line of scope.export({ signal })) terminal.writeRaw(line);
      return;
    }
    let [lines, bytes] = [0, 0];
    const counted = async function* () {
      for await (const line of scope.export({ signal })) {
        lines += 1;
        bytes += Buffer.byteLength(line);
        yield line;
      }
    };
    await writeFileWhole(file, counted(), signal);
    // Header and end are lines too.
    const entries = lines - 2;
    terminal.write(`Exported ${entries} entries to ${file} (${bytes} bytes).\n`);
    terminal.writeJson({ file, entries, bytes });
  });
};
