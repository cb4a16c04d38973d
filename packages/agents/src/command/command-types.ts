import type { Readable } from 'node:stream';
import type { Terminal } from './terminal.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json: boolean;
  /** Data folder. */
  readonly data: string;
  readonly tenant: string;
  readonly user: string;
  readonly thread?: string | undefined;
  /** How long to wait for another owner of the folder, in ms. */
  readonly wait: number;
  /** File with the token of the daemon that owns the folder; for `serve`, with those that it takes. */
  readonly tokenFile?: string | undefined;
}

/** Options of the commands that answer. */
export interface ModelOptions {
  readonly model?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/** What a command runs with. */
export interface CommandContext {
  readonly options: GlobalOptions;
  readonly terminal: Terminal;
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
