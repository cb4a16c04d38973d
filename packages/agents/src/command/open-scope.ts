import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RetentiveError } from '@retentive/core';
import type { Memory, MemoryOptions, ScopedMemory } from '@retentive/memory';
import type { CommandContext } from './command-types.ts';
import { systemCode, systemReason } from './read-file.ts';

/** An open memory and the scope that the options name. */
export interface OpenScope {
  readonly memory: Memory;
  readonly scope: ScopedMemory;
}

/**
 * Refuses a data folder without a journal, for commands that only read: they leave no empty folder behind.
 * @throws FILE_NOT_FOUND, STORE_OPEN_FAILED where it cannot be told
 */
export const assertMemoryExists = async (folder: string): Promise<void> => {
  try {
    await stat(join(folder, 'journal.db'));
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') {
      throw new RetentiveError(
        'STORE_OPEN_FAILED',
        `the memory in ${folder} cannot be reached: ${systemReason(cause)}`,
        { cause, details: { data: folder } },
      );
    }
    throw new RetentiveError('FILE_NOT_FOUND', `there is no memory in ${folder}`, {
      cause,
      details: { data: folder },
    });
  }
};

const useScope = async <T>(
  { options, signal }: CommandContext,
  more: Pick<MemoryOptions, 'extractor'>,
  use: (open: OpenScope) => Promise<T>,
): Promise<T> => {
  const { openMemory } = await import('@retentive/memory');
  const memory = await openMemory({ path: options.data, signal, ...more });
  try {
    return await use({ memory, scope: memory.scope({ tenant: options.tenant, user: options.user }) });
  } finally {
    await memory.close();
  }
};

/** Opens the memory of the options, gives its scope to `use`, and closes it whatever happens. */
export const withScope = <T>(context: CommandContext, use: (open: OpenScope) => Promise<T>): Promise<T> =>
  useScope(context, {}, use);

/** The same for commands that only read: background work stays as it is, so nothing is written behind what is shown. */
export const readScope = <T>(context: CommandContext, use: (open: OpenScope) => Promise<T>): Promise<T> =>
  useScope(context, { extractor: false }, use);
