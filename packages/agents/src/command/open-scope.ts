import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RetentiveError } from '@retentive/core';
import type { Memory, ScopedMemory } from '@retentive/memory';
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

/** Opens the memory of the options, gives its scope to `use`, and closes it whatever happens. */
export const withScope = async <T>(
  { options, signal }: CommandContext,
  use: (open: OpenScope) => Promise<T>,
): Promise<T> => {
  const { openMemory } = await import('@retentive/memory');
  const memory = await openMemory({ path: options.data, signal });
  try {
    return await use({ memory, scope: memory.scope({ tenant: options.tenant, user: options.user }) });
  } finally {
    await memory.close();
  }
};
