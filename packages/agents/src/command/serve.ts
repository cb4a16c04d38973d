import { readFile } from 'node:fs/promises';
import { RetentiveError } from '@retentive/core';
import type { Durability } from '@retentive/memory';
import type { DaemonOptions } from '../daemon/daemon.ts';
import { chooseModel } from './choose-model.ts';
import type { CommandContext, ModelOptions } from './command-types.ts';

/** Options of the command `serve`. */
export interface ServeOptions extends ModelOptions {
  readonly host: string;
  readonly port: number;
  readonly durability: Durability;
  readonly retain?: string | undefined;
  /** Whether the memory puts its scopes in order when nobody writes to them. */
  readonly consolidation: boolean;
  readonly allowedHost?: readonly string[] | undefined;
}

const readTokenFile = async (file: string): Promise<DaemonOptions['tokens']> => {
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new RetentiveError('FILE_NOT_FOUND', `there is no token file ${file}`, {
      cause,
      details: { file },
    });
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/**
 * Serves the data folder over HTTP until Ctrl-C or SIGTERM: then requests under way end, open streams are torn and told,
 * and the command exits with 0. The log goes to stderr, one JSON line an answer. @throws OPTION_INVALID, STORE_LOCKED,
 * FILE_NOT_FOUND, FILE_INVALID
 */
export const runServe = async (context: CommandContext, options: ServeOptions): Promise<void> => {
  const { terminal, signal } = context;
  const { host, port, durability, retain, consolidation, allowedHost } = options;
  const { data, wait, tokenFile } = context.options;
  const model = await chooseModel(context, options);
  const tokens = tokenFile === undefined ? undefined : await readTokenFile(tokenFile);
  const [{ openMemory }, { createAgent }, { createMemoryTools }, { startDaemon }] = await Promise.all([
    import('@retentive/memory'),
    import('../agent.ts'),
    import('@retentive/tools'),
    import('../daemon/daemon.ts'),
  ]);
  const memory = await openMemory({ path: data, durability, retain, consolidation, waitMs: wait, signal });
  try {
    const daemon = await startDaemon({
      memory,
      // The extractive model calls no tools.
      agent: createAgent({
        memory,
        model,
        ...(model === undefined ? {} : { tools: (scope) => createMemoryTools(scope) }),
      }),
      host,
      port,
      tokens,
      allowedHosts: allowedHost,
      log: (line) => terminal.note(line.trimEnd()),
    });
    terminal.write(`Listening on ${daemon.url}; Ctrl-C stops.\n`);
    terminal.writeJson({ url: daemon.url, data, pid: process.pid });
    await aborted(signal);
    await daemon.close();
  } finally {
    await memory.close();
  }
};
