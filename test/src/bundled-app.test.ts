import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const packageFolder = dirname(here);
const workerFile = join(packageFolder, '../packages/memory/src/journal/writer-worker.js');

/** An app in the user's hands: one file, made by a bundler. */
const APP = `
import { createEstimatingTokenizer, isRetentiveError } from '@retentive/core';
import { openMemory } from '@retentive/memory';
const run = async () => {
  const memory = await openMemory({ path: process.argv[2], tokenizer: createEstimatingTokenizer() });
  const { id } = await memory.scope({ tenant: 't', user: 'u' }).observe({ role: 'user', content: 'hello' });
  await memory.close();
  console.log(id.startsWith('msg_') ? 'stored' : id);
};
run().catch((error) => console.log(isRetentiveError(error) ? error.code + ': ' + error.message : error));
`;

/** Inside the package, so that packages are found from there; ignored by git like all of node_modules. */
const inside = join(packageFolder, 'node_modules', '.bundled-app');
const outside = mkdtempSync(join(tmpdir(), 'retentive-bundled-'));

const bundle = (folder: string, format: 'esm' | 'cjs'): Promise<unknown> =>
  build({
    stdin: { contents: APP, resolveDir: here, loader: 'js' },
    bundle: true,
    platform: 'node',
    format,
    outfile: join(folder, format === 'esm' ? 'app.mjs' : 'app.cjs'),
    conditions: ['@retentive/source'],
    external: ['gpt-tokenizer', 'gpt-tokenizer/*'],
    // In CommonJS format there is no import.meta, which is what the fallbacks are for.
    logOverride: { 'empty-import-meta': 'silent' },
  });

let runs = 0;
const run = async (app: string, cwd: string): Promise<string> => {
  runs += 1;
  const data = join(outside, `data-${runs}`);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    // The worker is looked up in the sources: the tests need no build.
    ['-C', '@retentive/source', app, data],
    // Shims of a package manager set NODE_PATH, through which everything would be found from everywhere.
    { cwd, env: { ...process.env, NODE_PATH: '' } },
  );
  return stdout.trim();
};

beforeAll(async () => {
  rmSync(inside, { recursive: true, force: true });
  for (const folder of [inside, join(inside, 'with-copy'), outside]) mkdirSync(folder, { recursive: true });
  await Promise.all([bundle(inside, 'esm'), bundle(inside, 'cjs'), bundle(outside, 'esm')]);
});

afterAll(() => {
  for (const folder of [inside, outside]) rmSync(folder, { recursive: true, force: true });
});

it('finds the worker of the installed package from the place of a bundle', async () => {
  expect(await run(join(inside, 'app.mjs'), outside)).toBe('stored');
});

it('finds the worker from a bundle in CommonJS format', async () => {
  expect(await run(join(inside, 'app.cjs'), outside)).toBe('stored');
});

it('finds the worker from the working directory', async () => {
  expect(await run(join(outside, 'app.mjs'), packageFolder)).toBe('stored');
});

it('passes by a copy of the worker that a bundler put beside the app without its imports', async () => {
  const folder = join(inside, 'with-copy');
  copyFileSync(join(inside, 'app.mjs'), join(folder, 'app.mjs'));
  copyFileSync(workerFile, join(folder, 'writer-worker.js'));
  expect(await run(join(folder, 'app.mjs'), outside)).toBe('stored');
});

it('says what is missing where there is no package', async () => {
  const said = await run(join(outside, 'app.mjs'), outside);
  expect(said).toMatch(/^DEPENDENCY_MISSING: the journal's worker was not found: .*@retentive\/memory/);
});
