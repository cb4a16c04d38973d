import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../src/command/program.ts';

const main = fileURLToPath(new URL('../../src/command/main.ts', import.meta.url));

/** What a run of the command gave. */
export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run starts with, besides its arguments. */
export interface RunOptions {
  readonly stdin?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A folder of its own to run the command in; memory is in its `.retentive` unless the run says otherwise. */
export interface Shell {
  readonly folder: string;
  /** Writes a file into the folder and gives its path. */
  put(name: string, content: string | Uint8Array): Promise<string>;
  /** Runs the command in this process. */
  run(args: readonly string[], options?: RunOptions): Promise<Result>;
  /** Runs it from source as a process of its own, in the folder. */
  spawn(args: readonly string[], options?: RunOptions): Promise<Result>;
  close(): Promise<void>;
}

const collector = () => {
  const pieces: string[] = [];
  return { text: () => pieces.join(''), stream: { write: (text: string) => pieces.push(text) } };
};

const runHere = async (args: readonly string[], { stdin = '', env = {} }: RunOptions): Promise<Result> => {
  const [stdout, stderr] = [collector(), collector()];
  const code = await runCommand(args, {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    signal: new AbortController().signal,
    interrupts: { take: () => () => {} },
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
};

const runApart = (
  cwd: string,
  args: readonly string[],
  { stdin = '', env = {} }: RunOptions,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--conditions', '@retentive/source', main, ...args],
      { cwd, env: { PATH: process.env['PATH'], HOME: cwd, ...env } },
    );
    const [stdout, stderr] = [collector(), collector()];
    child.stdout.setEncoding('utf8').on('data', stdout.stream.write);
    child.stderr.setEncoding('utf8').on('data', stderr.stream.write);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: stdout.text(), stderr: stderr.text() }));
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });

/** Makes a folder for the command, with an environment without settings. */
export const openShell = async (): Promise<Shell> => {
  const folder = await mkdtemp(join(tmpdir(), 'retentive-command-'));
  const data = { RETENTIVE_DATA: join(folder, '.retentive') };
  return {
    folder,
    async put(name, content) {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    run: (args, options = {}) => runHere(args, { ...options, env: { ...data, ...options.env } }),
    spawn: (args, options = {}) => runApart(folder, args, options),
    close: () => rm(folder, { recursive: true, force: true }),
  };
};
