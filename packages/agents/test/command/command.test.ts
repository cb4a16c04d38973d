import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { choice, openSseServer, streamed } from '../support/sse-server.ts';
import { openShell, type Shell } from './shell.ts';

let shell: Shell;

const line = (content: string, more: object = {}): string =>
  JSON.stringify({ role: 'user', speaker: 'Ana', time: '2024-05-03T12:00:00Z', content, ...more });

beforeAll(async () => {
  shell = await openShell();
  const talk = `${line('I moved from Porto to Lisbon.')}\n\n${line('My cat is called Miso.')}\n`;
  await shell.run(['ingest', await shell.put('talk.jsonl', talk)]);
});

afterAll(() => shell.close());

it('answers from what was ingested, with its source', async () => {
  const { code, stdout, stderr } = await shell.run(['ask', 'What is the cat called?']);
  expect(stdout).toBe('My cat is called Miso. [1]\n\n[1] Ana, 3 May 2024\n');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

it('answers as one JSON document', async () => {
  const { code, stdout } = await shell.run(['ask', '--json', 'What is the cat called?']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    question: 'What is the cat called?',
    reason: 'stop',
    sources: [{ quote: 'My cat is called Miso.', label: 'Ana', time: '2024-05-03T12:00:00.000Z' }],
  });
});

it('stores nothing that is only asked', async () => {
  await shell.run(['ask', 'Which zebra?']);
  const { stdout } = await shell.run(['context', 'zebra', '--json']);
  expect(JSON.parse(stdout).items).toEqual([]);
});

it('stores only what is new on a second run', async () => {
  const grown = `${line('One.')}\n${line('One.')}\n`;
  const path = await shell.put('grown.jsonl', grown);
  const first = JSON.parse((await shell.run(['ingest', path, '--json'])).stdout);
  expect(first.files).toMatchObject([{ messages: 2, replayed: 0 }]);
  const renamed = await shell.put('renamed.jsonl', `${grown}${line('Two.')}\n`);
  const second = JSON.parse((await shell.run(['ingest', renamed, '--json'])).stdout);
  expect(second.files).toMatchObject([{ messages: 1, replayed: 2 }]);
});

it('keeps the ids of lines that have one', async () => {
  const path = await shell.put('ids.jsonl', line('A heron stood on the roof.', { id: 'm-1' }));
  await shell.run(['ingest', path]);
  const { stdout } = await shell.run(['context', 'heron', '--json']);
  expect(JSON.parse(stdout).items).toContainEqual(
    expect.objectContaining({ source: { type: 'message', message: 'm-1', chunks: ['m-1#0'] } }),
  );
});

it('takes documents, and messages from stdin', async () => {
  const walnut = await shell.put('walnut.md', '# Walnuts\n\nWalnuts grow on trees of the genus Juglans.\n');
  const text = JSON.parse((await shell.run(['ingest', walnut, '--json'])).stdout);
  expect(text.files).toMatchObject([{ format: 'text', documents: 1, replayed: 0 }]);
  const again = JSON.parse((await shell.run(['ingest', walnut, '--json'])).stdout);
  expect(again.files).toMatchObject([{ documents: 0, replayed: 1 }]);
  const piped = await shell.run(['ingest', '-', '--json'], { stdin: line('The ferry leaves at nine.') });
  expect(JSON.parse(piped.stdout).files).toMatchObject([{ file: '-', messages: 1 }]);
});

it.each<[string, string, string | Uint8Array, RegExp]>([
  [
    'a line that is not JSON',
    'bad1.jsonl',
    `${line('Kept before the fault.')}\nnot json\n`,
    /bad1\.jsonl line 2/u,
  ],
  ['a line of another shape', 'bad2.jsonl', '{"role":"king","content":"x"}', /bad2\.jsonl line 1: .*role/u],
  ['a line without words', 'bad3.jsonl', line('  '), /bad3\.jsonl line 1: .*empty/u],
  ['a hostile label', 'bad4.jsonl', line('x', { thread: 'a\u0000b' }), /bad4\.jsonl line 1: .*thread/u],
  ['a file broken in the middle', 'bad5.jsonl', `${line('Whole.')}\n{"role":"us`, /bad5\.jsonl line 2/u],
  ['text that is not UTF-8', 'bad6.txt', Uint8Array.of(0x63, 0xe9, 0x20), /bad6\.txt is not UTF-8/u],
  ['a binary file', 'bad7.txt', Uint8Array.of(0x50, 0x4b, 0, 1), /bad7\.txt is a binary file/u],
  ['an empty document', 'bad8.txt', ' \n', /bad8\.txt is empty/u],
  ['a name that says nothing', 'bad9.xyz', 'text', /bad9\.xyz .*--format/u],
])('refuses %s and says where', async (_, name, content, message) => {
  const { code, stdout, stderr } = await shell.run(['ingest', await shell.put(name, content)]);
  expect(stderr).toMatch(/^error FILE_INVALID: /u);
  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});

it('keeps what was read before a faulty line', async () => {
  const { stdout } = await shell.run(['context', 'kept before the fault', '--json']);
  expect(JSON.parse(stdout).text).toContain('Kept before the fault.');
});

it('shows a context and why each item is there', async () => {
  const { code, stdout } = await shell.run(['context', 'Lisbon', '--budget', '100', '--why']);
  expect(code).toBe(0);
  expect(stdout).toContain('Ana: I moved from Porto to Lisbon.');
  expect(stdout).toContain('of 100 tokens');
  expect(stdout).toMatch(/tokens\s+score\s+score is made of/u);
});

it.each([
  ['no command', []],
  ['an unknown command', ['sing']],
  ['an unknown option', ['ask', 'x', '--loud']],
  ['a missing question', ['ask']],
  ['a budget that is no number', ['context', 'x', '--budget', 'NaN']],
  ['a budget below 0', ['context', 'x', '--budget', '-1']],
  ['a hostile label', ['context', 'x', '--user', '']],
  ['a data folder without a name', ['ingest', 'x.txt', '--data', '']],
  ['an address without a model', ['ask', 'x', '--base-url', 'http://127.0.0.1:1']],
  ['a model without key or address', ['ask', 'x', '--model', 'm']],
])('exits with 2 on %s', async (_, args) => {
  const { code, stdout } = await shell.run(args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
});

it('answers within the largest budget it advertises', async () => {
  const { code, stdout } = await shell.run(['ask', 'What is the cat called?', '--budget', '10000000']);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'My cat is called Miso. [1]\n\n[1] Ana, 3 May 2024\n',
  });
});

it('takes a data folder that cannot be reached for a fault, not for an empty one', async () => {
  const data = await shell.put('no-folder', 'a file where a folder should be');
  const asked = await shell.run(['ask', 'x', '--data', data]);
  expect(asked).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error STORE_OPEN_FAILED: .*ENOTDIR/u),
  });
  const checked = await shell.run(['doctor', '--json', '--data', data]);
  expect(checked.code).toBe(1);
  expect(JSON.parse(checked.stdout)).toMatchObject({ ok: false });
});

it('exits with 1 where there is no memory, leaves no folder, and says so as JSON', async () => {
  const data = join(shell.folder, 'nowhere');
  const { code, stdout, stderr } = await shell.run(['ask', 'x', '--json', '--data', data]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'FILE_NOT_FOUND', hint: expect.any(String) } });
  expect(stderr).toMatch(/^error FILE_NOT_FOUND: /u);
  await expect(access(data)).rejects.toThrow();
});

it('checks the folder, and finds nothing wrong with one that is not there yet', async () => {
  const { code, stdout } = await shell.run(['doctor', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, checks: expect.any(Array) });
  const empty = await shell.run(['doctor'], { env: { RETENTIVE_DATA: join(shell.folder, 'nowhere') } });
  expect(empty).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing stored in') });
});

it('reports a damaged journal, and exits with 1', async () => {
  const data = join(shell.folder, 'damaged');
  await mkdir(data, { mode: 0o700 });
  await shell.put('damaged/journal.db', 'this is no database at all, whatever its name says'.repeat(100));
  const { code, stdout } = await shell.run(['doctor', '--json', '--data', data]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false });
});

it('talks over a pipe, remembers, and ends at /quit', async () => {
  const stdin = 'My bicycle is green.\n\nWhat is green?\n/quit\nNever read.\n';
  const { code, stdout } = await shell.run(['chat', '--user', 'eva'], { stdin });
  expect(code).toBe(0);
  expect(stdout).toContain('Noted.');
  expect(stdout).toContain('My bicycle is green. [1]');
  const { stdout: later } = await shell.run(['ask', 'What is green?', '--user', 'eva']);
  expect(later).toContain('My bicycle is green.');
});

it('talks in JSON lines', async () => {
  const { stdout } = await shell.run(['chat', '--json', '--user', 'kim'], { stdin: 'My boat is blue.\n' });
  const types = stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text).type);
  expect(types[0]).toBe('memory-write');
  expect(types.at(-1)).toBe('finish');
});

it('asks a model only where one is named, with key and address from the environment then', async () => {
  const server = await openSseServer([streamed([choice({ content: 'Miso, I think.' }), choice({}, 'stop')])]);
  const env = { OPENAI_BASE_URL: server.baseURL, OPENAI_API_KEY: 'secret' };
  try {
    await shell.run(['ask', 'What is the cat called?'], { env });
    expect(server.requests).toEqual([]);
    const { stdout } = await shell.run(['ask', 'What is the cat called?', '--model', 'm'], { env });
    expect(stdout).toBe('Miso, I think.\n');
    expect(server.requests).toMatchObject([{ headers: { authorization: 'Bearer secret' } }]);
    expect(JSON.stringify(server.requests[0]?.body)).toContain('My cat is called Miso.');
  } finally {
    await server.close();
  }
});
