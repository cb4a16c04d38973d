import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/command/main.ts', import.meta.url));

/** A daemon in a process of its own. */
export interface Served {
  readonly url: string;
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
}

/** Starts `retentive serve` from source and waits until it listens on a free port. */
export const serve = (data: string, more: readonly string[] = []): Promise<Served> =>
  new Promise((resolve, reject) => {
    const args = ['serve', '--json', '--port', '0', '--data', data, ...more];
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--conditions', '@retentive/source', main, ...args],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const exit = new Promise<number | null>((done) => {
      child.on('close', done);
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('\n')) resolve({ url: (JSON.parse(stdout) as { url: string }).url, child, exit });
    });
    child.on('close', (code) => reject(new Error(`ended with ${code} before it listened: ${stderr}`)));
  });
