import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type * as ReadFile from '../../src/command/read-file.ts';
import { openShell, type Shell } from './shell.ts';

// What becomes of files that are alike, that change, or that are none.

vi.mock('../../src/command/read-file.ts', async (original) => {
  const module = await original<typeof ReadFile>();
  return {
    ...module,
    // A file named so grows before each time it is read but the first.
    async openTextFile(path: string, signal: AbortSignal) {
      const source = await module.openTextFile(path, signal);
      let reads = 0;
      return {
        ...source,
        read(onBytes?: (bytes: number) => void) {
          reads += 1;
          if (reads > 1 && path.endsWith('growing.txt')) appendFileSync(path, ' And more.');
          return source.read(onBytes);
        },
      };
    },
  };
});

let shell: Shell;

beforeAll(async () => {
  shell = await openShell();
});

afterAll(() => shell.close());

const ingest = async (...args: readonly string[]) =>
  JSON.parse((await shell.run(['ingest', '--json', ...args])).stdout);

it('takes the same text under another title or in another thread for another document', async () => {
  const one = await shell.put('one.txt', 'Walnuts grow on trees.');
  const two = await shell.put('two.txt', 'Walnuts grow on trees.');
  const [fresh, known] = [
    { documents: 1, replayed: 0 },
    { documents: 0, replayed: 1 },
  ];
  expect(await ingest(one, two)).toMatchObject({ files: [fresh, fresh] });
  expect(await ingest(one, two)).toMatchObject({ files: [known, known] });
  expect(await ingest(one, '--thread', 'trees')).toMatchObject({ files: [fresh] });
  expect(await ingest(one, '--thread', 'trees')).toMatchObject({ files: [known] });
  expect(await ingest(one, '--thread', 'default')).toMatchObject({ files: [known] });
});

it('takes the same lines in another thread for other messages, unless they name their own', async () => {
  const plain = JSON.stringify({ role: 'user', content: 'The ferry leaves at nine.' });
  const named = JSON.stringify({ role: 'user', content: 'It is green.', thread: 'boats' });
  const path = await shell.put('ferry.jsonl', `${plain}\n${named}\n`);
  expect(await ingest(path)).toMatchObject({ files: [{ messages: 2, replayed: 0 }] });
  expect(await ingest(path, '--thread', 'sea')).toMatchObject({ files: [{ messages: 1, replayed: 1 }] });
  expect(await ingest(path, '--thread', 'sea')).toMatchObject({ files: [{ messages: 0, replayed: 2 }] });
});

it('completes no document that changed while it was read', async () => {
  const path = await shell.put('growing.txt', 'The heron stood still.');
  const { code, stderr } = await shell.run(['ingest', path]);
  expect(stderr).toMatch(/^error FILE_INVALID: .*growing\.txt changed while it was read\n/u);
  expect(code).toBe(1);
});

it('refuses a pipe instead of waiting for it', async () => {
  const path = join(shell.folder, 'pipe.txt');
  execFileSync('mkfifo', [path]);
  const { code, stderr } = await shell.run(['ingest', path]);
  expect(stderr).toMatch(/^error FILE_INVALID: .*pipe\.txt is not a regular file/u);
  expect(code).toBe(1);
});

it('says why a file cannot be reached, and calls only an absent one absent', async () => {
  const path = join(shell.folder, 'loop.txt');
  await symlink(path, path);
  const { stderr } = await shell.run(['ingest', path]);
  expect(stderr).toMatch(/^error FILE_INVALID: .*loop\.txt cannot be read: ELOOP/u);
  const absent = await shell.run(['ingest', join(shell.folder, 'absent.txt')]);
  expect(absent.stderr).toMatch(/^error FILE_NOT_FOUND: /u);
});
