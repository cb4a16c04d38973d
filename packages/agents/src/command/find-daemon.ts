import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isRetentiveError, RetentiveError } from '@retentive/core';
import { createDaemonClient } from '../client/daemon-client.ts';
import { createRemoteMemory, type RemoteMemory } from '../client/remote-memory.ts';
import type { CommandContext } from './command-types.ts';
import { systemReason } from './read-file.ts';

/** How long a daemon that is named in the folder may take to say that it lives, in ms. */
const HEALTH_TIMEOUT_MS = 2_000;

/** False for a process of this machine that is gone; what runs elsewhere is asked at its address. */
const mayLive = (pid: number, host: string): boolean => {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Alive, and of another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** The token for a daemon that wants one: of `--token-file`, else RETENTIVE_TOKEN. @throws FILE_NOT_FOUND */
const readToken = async ({ options, env }: CommandContext): Promise<string | undefined> => {
  const { tokenFile } = options;
  if (tokenFile === undefined) return env['RETENTIVE_TOKEN'] || undefined;
  try {
    return (await readFile(tokenFile, 'utf8')).trim();
  } catch (cause) {
    throw new RetentiveError(
      'FILE_NOT_FOUND',
      `the token file ${tokenFile} cannot be read: ${systemReason(cause)}`,
      {
        cause,
        details: { file: tokenFile },
      },
    );
  }
};

/**
 * The memory in the daemon that owns the data folder, or undefined where none does. An address that a killed daemon left is
 * known by its process, and by the instance that answers there; no token is sent before that. @throws ABORTED, FILE_NOT_FOUND
 */
export const findDaemon = async (context: CommandContext): Promise<RemoteMemory | undefined> => {
  const { options, signal } = context;
  const { readFolderOwner } = await import('@retentive/memory');
  const owner = readFolderOwner(options.data);
  if (owner?.daemon === undefined || !mayLive(owner.pid, owner.host)) return undefined;
  const { url, instance } = owner.daemon;
  try {
    const health = await createDaemonClient({ baseURL: url }).health({
      signal: AbortSignal.any([signal, AbortSignal.timeout(HEALTH_TIMEOUT_MS)]),
    });
    if (health.instance !== instance || !health.ready) return undefined;
  } catch (error) {
    if (signal.aborted || !isRetentiveError(error)) throw error;
    return undefined;
  }
  return createRemoteMemory({ baseURL: url, token: await readToken(context) });
};
