import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Files in memory, where the system has them. */
const MEMORY_FOLDER = '/dev/shm';

/** A folder that is removed by `remove`, and names of data folders in it. */
export interface TestRoot {
  readonly next: () => string;
  readonly remove: () => void;
}

/** Makes a root; `inMemory`: on no disk if possible, for tests in which no sync has to reach one. */
export const createTestRoot = ({ inMemory = false } = {}): TestRoot => {
  const base = inMemory && existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir();
  const root = mkdtempSync(join(base, 'retentive-journal-'));
  let count = 0;
  return {
    next() {
      count += 1;
      return join(root, `data-${count}`);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};

/** A script of `children/` in a process of its own. */
export interface TestChild {
  readonly process: ChildProcess;
  /** Whole lines of its output, in order. */
  readonly lines: AsyncIterableIterator<string>;
  readonly nextLine: () => Promise<string>;
  /** Resolves with exit code and signal once the process is gone. */
  readonly exited: Promise<readonly [number | null, NodeJS.Signals | null]>;
  readonly errors: () => string;
}

/** How a child is run, besides its script and arguments. */
export interface ChildSettings {
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** A program and its arguments that run Node in place of the shell, such as a tracer. */
  readonly under?: readonly string[] | undefined;
}

/** As {@link startChild}, in another environment or under another program. */
export const startChildWith = (
  { environment = {}, under = [] }: ChildSettings,
  script: string | URL,
  ...args: readonly string[]
): TestChild => {
  const file = fileURLToPath(
    script instanceof URL ? script : new URL(`./children/${script}.ts`, import.meta.url),
  );
  const node = [...under, process.execPath, '--import', 'tsx', '-C', '@retentive/source', file, ...args];
  const child = spawn('sh', ['-c', 'umask 000; exec "$@"', 'sh', ...node], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const exited = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    lines,
    async nextLine() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the child ended: ${errors}`);
      return value;
    },
    exited,
    errors: () => errors,
  };
};

/** Starts `children/<name>.ts` of the journal's tests, or any script, from source and under umask 000. */
export const startChild = (script: string | URL, ...args: readonly string[]): TestChild =>
  startChildWith({}, script, ...args);
