import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
/** Each ends in two seconds on an idle machine; this is for one that is not. */
const TIMEOUT_MS = 120_000;

/** Runs an example as its reader would, from the sources, and gives what it printed. */
const runExample = (name: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const file = join(ROOT, 'examples', 'src', `${name}.ts`);
    const child = spawn(process.execPath, ['--conditions=@retentive/source', '--import', LOADER, file], {
      env: { ...process.env, TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.base.json') },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0 && stderr === '') resolve(stdout);
      else reject(new Error(`${name} ended with ${signal ?? code}: ${stderr || stdout}`));
    });
  });

it.concurrent(
  '01-chat answers after a restart from what was said before it, and admits what nobody said',
  async () => {
    const [, second = ''] = (await runExample('01-chat')).split('Session 2, after a restart');
    const [key, wedding, dentist] = second.split('\nAna:   ').slice(1);
    expect(key).toContain('agent: I put the spare key under the blue flower pot. [1]');
    expect(wedding).toContain('My sister Rita is getting married in Braga on 12 September. [1]');
    expect(dentist).toContain("agent: I don't know.");
  },
  TIMEOUT_MS,
);

it.concurrent(
  '02-typed-facts gives the fact that holds now and the one that held then, and takes a change back',
  async () => {
    const [, now = '', then = ''] = (await runExample('02-typed-facts')).split(/\nWhere d.*\?\n/u);
    expect(now).toContain('[value: Lisbon] from "I moved to Lisbon yesterday."');
    expect(now).not.toContain('Porto');
    expect(then).toContain('Ana lives in Porto. [value: Porto] from "I live in Porto."');
    expect(then).toContain('What does she drink? tea, and after the undo: nothing');
  },
  TIMEOUT_MS,
);

it.concurrent(
  '03-langchain keeps threads apart as histories, recalls across them, and stores what streams',
  async () => {
    const output = await runExample('03-langchain');
    expect(output).toMatch(/^january: The boiler in the cellar has the code 4711\. \| Noted/mu);
    expect(output).toMatch(/^june: Good morning! \| Good morning\.$/mu);
    expect(output).toMatch(/The boiler in the cellar has the code 4711\. {2}\[thread january/u);
    expect(output).toMatch(/^\d+ pieces streamed, stored complete: Plan: check the pressure/mu);
  },
  TIMEOUT_MS,
);
