import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRetentiveError, RetentiveError } from '@retentive/core';
import type { Memory, MemoryOptions, ScopedMemory } from '@retentive/memory';
import type { CommandContext } from './command-types.ts';
import { systemCode, systemReason } from './read-file.ts';

/** What commands need of a memory, whoever holds it: this process, or a daemon. */
export type CommandMemory = Pick<
  Memory,
  'scope' | 'doctor' | 'reembed' | 'erase' | 'jobs' | 'retryJobs' | 'stats' | 'close'
>;

/** An open memory and the scope that the options name. */
export interface OpenScope {
  readonly memory: CommandMemory;
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

type OpenOptions = Pick<MemoryOptions, 'extractor'>;

const openHere = async ({ options, signal }: CommandContext, more: OpenOptions): Promise<Memory> => {
  const { openMemory } = await import('@retentive/memory');
  return openMemory({ path: options.data, waitMs: options.wait, signal, ...more });
};

/** The memory in the daemon that owns the folder, else the folder itself. @throws STORE_LOCKED for any other owner */
const openEither = async (context: CommandContext, more: OpenOptions): Promise<CommandMemory> => {
  const { findDaemon } = await import('./find-daemon.ts');
  const daemon = await findDaemon(context);
  if (daemon !== undefined) return daemon;
  try {
    return await openHere(context, more);
  } catch (error) {
    // One may have begun to listen in between.
    const begun = isRetentiveError(error, 'STORE_LOCKED') ? await findDaemon(context) : undefined;
    if (begun !== undefined) return begun;
    throw error;
  }
};

const useScope = async <T>(
  context: CommandContext,
  more: OpenOptions,
  use: (open: OpenScope) => Promise<T>,
): Promise<T> => {
  const memory = await openEither(context, more);
  const { tenant, user } = context.options;
  try {
    return await use({ memory, scope: memory.scope({ tenant, user }) });
  } finally {
    await memory.close();
  }
};

/** Opens the memory of the options, wherever it is, gives its scope to `use`, and closes it whatever happens. */
export const withScope = <T>(context: CommandContext, use: (open: OpenScope) => Promise<T>): Promise<T> =>
  useScope(context, {}, use);

/** The same for commands that only read: background work stays as it is, so nothing is written behind what is shown. */
export const readScope = <T>(context: CommandContext, use: (open: OpenScope) => Promise<T>): Promise<T> =>
  useScope(context, { extractor: false }, use);
