import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { isRetentiveError, RetentiveError } from '@retentive/core';
import type { Memory } from '@retentive/memory';
import * as z from 'zod';
import type { Agent } from '../agent-types.ts';
import { isLoopback, parseTokens, type TokenEntry } from './access.ts';
import { createAdmission } from './admission.ts';
import { DAEMON_LIMITS, type DaemonLimits, DEFAULT_HOST, DEFAULT_PORT } from './limits.ts';
import { createServer } from './server.ts';
import { startSweeper } from './sweeper.ts';

/** Options of {@link startDaemon}. */
export interface DaemonOptions {
  readonly memory: Memory;
  /** Answers turns. */
  readonly agent: Agent;
  /** Default 127.0.0.1; another address than this machine's own needs `tokens`. */
  readonly host?: string | undefined;
  /** Default 7373; 0 for a free one. */
  readonly port?: number | undefined;
  /** Text of a token file: `sha256:<hash of the token> <tenant>` a line. With it every request needs a token. */
  readonly tokens?: { readonly text: string; readonly file: string } | undefined;
  /** Names besides addresses that requests may call this daemon by. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Takes one line of log, JSON with a line end: ids and lengths, no content. Default: nothing is logged. */
  readonly log?: ((line: string) => void) | undefined;
  /** Takes the place of {@link DAEMON_LIMITS}, field by field. */
  readonly limits?: Partial<DaemonLimits> | undefined;
}

/** A daemon that listens. */
export interface Daemon {
  /** Where clients find it, such as `http://127.0.0.1:7373`. */
  readonly url: string;
  /**
   * Stops: new requests are refused, open streams are torn and told, the rest is waited for up to the drain limit. The
   * memory stays open. Idempotent.
   */
  close(): Promise<void>;
}

const packageSchema = z.object({ version: z.string() });

const readVersion = async (): Promise<string> => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return packageSchema.parse(JSON.parse(text)).version;
};

const readTokens = ({ tokens }: DaemonOptions, host: string): readonly TokenEntry[] | undefined => {
  if (tokens === undefined) {
    if (isLoopback(host)) return undefined;
    throw new RetentiveError(
      'OPTION_INVALID',
      `${host} can be reached from other machines: listening there needs a token file`,
    );
  }
  const entries = parseTokens(tokens.text, tokens.file);
  if (entries.length > 0) return entries;
  throw new RetentiveError('FILE_INVALID', `${tokens.file} has no token`, { details: { file: tokens.file } });
};

/**
 * Serves a memory and an agent over HTTP, below `/api/v1`, sweeps the memory of what has expired, and writes its address
 * down beside the folder's lock, where the command finds it. @throws OPTION_INVALID for an address that cannot be listened on
 * or is open to others without tokens, FILE_INVALID for a faulty token file
 */
export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  const { memory, agent, host = DEFAULT_HOST, port = DEFAULT_PORT, allowedHosts = [] } = options;
  const { log = () => {} } = options;
  const limits = { ...DAEMON_LIMITS, ...options.limits };
  const instance = randomUUID();
  const server = await createServer({
    memory,
    agent,
    admission: createAdmission(limits),
    limits,
    host,
    allowedHosts,
    tokens: readTokens(options, host),
    version: await readVersion(),
    instance,
    log,
  });
  const address = await server.listen({ host, port });
  const urlOf = (name: string): string => `http://${isIPv6(name) ? `[${name}]` : name}:${address.port}`;
  // Who listens everywhere is found at home.
  const home = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address.address] ?? address.address;
  await memory.announce({ url: urlOf(home), instance });
  const sweeper = startSweeper({
    memory,
    everyMs: limits.sweepMs,
    onError: (error) =>
      log(
        `${JSON.stringify({ level: 'error', event: 'sweep', code: isRetentiveError(error) ? error.code : 'INTERNAL' })}\n`,
      ),
  });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // Nobody new is sent here; what is under way ends.
    // A memory that was closed before has no record any more.
    await memory.announce(undefined).catch(() => {});
    await Promise.all([server.close(), sweeper.close()]);
  };
  return {
    url: urlOf(address.address),
    close() {
      closing ??= close();
      return closing;
    },
  };
};
