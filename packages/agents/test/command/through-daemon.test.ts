import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openMemory } from '@retentive/memory';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Served, serve } from '../support/serve.ts';
import { openShell, type Result, type RunOptions, type Shell } from './shell.ts';

// Each command over a folder that it owns itself, and over an equal one that a daemon in another process owns: the same
// output, the same exit code, and in the end the same memory.

let shell: Shell;
let daemon: Served;

const line = (content: string, more: object = {}): string =>
  JSON.stringify({ role: 'user', speaker: 'Ana', time: '2024-05-03T12:00:00Z', content, ...more });

const SAID = [
  ['moved', 'I moved from Porto to Lisbon.'],
  ['cat', 'My cat is called Miso.'],
  ['kayak', 'The kayak is red.'],
] as const;

const folderOf = (name: string): string => join(shell.folder, name);

beforeAll(async () => {
  shell = await openShell();
  // Facts are made in the background: here they are waited for, and nothing that is said later makes any.
  const memory = await openMemory({ path: folderOf('own') });
  const scope = memory.scope({ tenant: 'local', user: 'me' });
  for (const [id, content] of SAID) {
    const time = '2024-05-03T12:00:00Z';
    const receipt = await scope.observe({ id, role: 'user', speaker: 'Ana', time, content });
    await receipt.settled();
  }
  await memory.close();
  await shell.run(['export', folderOf('base.jsonl'), '--data', folderOf('own')]);
  await shell.put('notes.md', '# Notes\n\nThe harbour closes at ten. The ferry leaves at nine.\n');
  await shell.put('more.jsonl', `${line('The paddle is blue.', { id: 'paddle' })}\n`);
  await shell.put('last.jsonl', `${line('The oar is red.', { id: 'oar' })}\n`);
  // Longer than a daemon takes as one message.
  await shell.put('long.jsonl', `${line('long '.repeat(20_000), { id: 'long' })}\n`);
  await shell.put(
    'faulty.jsonl',
    `${line('Good.', { id: 'good' })}\n${line('Another text.', { id: 'cat' })}\n`,
  );
  await shell.put(
    'talk.jsonl',
    `${JSON.stringify({ messages: [{ role: 'user', content: 'My dog is called Rex.' }] })}\n`,
  );
  await shell.put('binary.txt', new Uint8Array([97, 0, 98]));
  await cp(folderOf('own'), folderOf('served'), { recursive: true });
  daemon = await serve(folderOf('served'), ['--no-consolidation']);
});

afterAll(async () => {
  daemon.child.kill('SIGTERM');
  await daemon.exit;
  await shell.close();
});

/** What may differ between any two runs: where the folder is, new ids, and the moment. */
const comparable = ({ code, stdout, stderr }: Result) => {
  const masked = (text: string): string =>
    text
      .replaceAll(folderOf('own'), 'DATA')
      .replaceAll(folderOf('served'), 'DATA')
      .replace(/\b[a-z]{2,4}_[\da-z]{20,}/gu, 'ID')
      // Through the daemon a new document has a key of its id, too.
      // A daemon has scopes in use, which can be compared; a command has just opened the folder.
      .replace(
        /^ *(?:messages|postings|facts|core|jobs|retention) .* scopes as the journal has them\n/gmu,
        '',
      )
      .replace(
        /\{"check":"(?:messages|postings|facts|core|jobs|retention)",[^}]*as the journal has them"\},/gu,
        '',
      )
      .replace(/"compared":\d+/gu, 'COMPARED')
      .replace(/\(\d+ bytes\)|"bytes":\d+/gu, 'BYTES')
      .replace(/\b(?:20\d\d-\d\d-\d\dT[\d:.]+Z|1[789]\d{11})\b/gu, 'TIME');
  return { code, stdout: masked(stdout), stderr: masked(stderr) };
};

const runBoth = async (args: readonly string[], options?: RunOptions): Promise<Result> => {
  const own = await shell.run([...args, '--data', folderOf('own')], options);
  const served = await shell.run([...args, '--data', folderOf('served')], options);
  expect(comparable(served)).toEqual(comparable(own));
  return served;
};

/** Jobs of what was just said are done in both. */
const sameLength = async (): Promise<void> => {
  const lines = async (name: string): Promise<number> =>
    (await shell.run(['export', '--data', folderOf(name)])).stdout.split('\n').length;
  await expect.poll(async () => (await lines('own')) - (await lines('served')), { timeout: 20_000 }).toBe(0);
};

const COMMANDS: readonly (readonly [readonly string[], number])[] = [
  [['ask', 'What is the cat called?'], 0],
  [['context', 'Where did Ana move?', '--why'], 0],
  [['context', 'x', '--budget', 'none'], 2],
  [['context', ' '.repeat(3), '--thread', ''], 2],
  [['facts'], 0],
  [['facts', '--about', 'Ana', '--as-of', '2024-06-01'], 0],
  [['facts', '--as-of', 'yesterday'], 2],
  [['timeline', 'kayak'], 0],
  [['timeline', 'i', '--limit', '1'], 0],
  [['timeline', 'kayak', '--limit', 'none'], 2],
  [['timeline', 'kayak', '--as-of', 'yesterday'], 2],
  [['facts', '--known-at', '2024-06-01'], 0],
  [['context', 'Where did Ana move?', '--as-of', '2024-06-01'], 0],
  [['context', 'Where did Ana move?', '--known-at', '2024-06-01'], 0],
  [['context', 'Where did Ana move?', '--known-at', 'yesterday'], 2],
  [['facts', '--about', ''], 0],
  [['retention'], 0],
  [['retention', '--what-if', '10'], 0],
  [['retention', '--what-if', '0'], 2],
  [['ingest', 'more.jsonl'], 0],
  [['ingest', 'more.jsonl'], 0],
  [['ingest', 'long.jsonl', '--user', 'carl'], 0],
  [['ingest', 'notes.md'], 0],
  [['ingest', 'notes.md'], 0],
  [['ingest', 'faulty.jsonl'], 1],
  [['ingest', 'binary.txt'], 1],
  [['ingest', 'missing.md'], 1],
  [['context', 'When does the ferry leave?', '--thread', 'default'], 0],
  [['forget', 'kayak'], 2],
  [['forget', 'kayak', '--yes'], 0],
  [['forget', 'kayak', '--yes'], 1],
  [['ask', 'x', '--user', ' \u0000'], 2],
  [['reembed'], 0],
  [['doctor'], 0],
  [['doctor', '--repair'], 0],
  [['jobs'], 0],
  [['jobs', '--state', 'queued'], 0],
  [['jobs', '--retry'], 0],
  // A command that failed has left the closing of an episode to the next message.
  [['ingest', 'last.jsonl'], 0],
  [['export', 'archive.jsonl'], 0],
  [['import', 'base.jsonl', '--dry-run'], 0],
  [['import', 'base.jsonl'], 0],
  [['import', 'base.jsonl', '--user', 'ben'], 2],
  [['import', 'base.jsonl', '--user', 'ben', '--rescope'], 0],
  [['import', 'more.jsonl'], 1],
  [['import', 'binary.txt'], 1],
  [['import', 'talk.jsonl', '--from', 'openai-jsonl', '--user', 'dora', '--dry-run'], 0],
  [['import', 'talk.jsonl', '--from', 'openai-jsonl', '--user', 'dora'], 0],
  [['import', 'binary.txt', '--from', 'mem0', '--user', 'dora'], 1],
  [['erase', '--user', 'ben'], 2],
  [['erase', '--user', 'ben', '--thread', 'default', '--dry-run'], 0],
  [['erase', '--user', 'ben', '--yes'], 0],
  [['erase', '--user', 'ben', '--yes'], 0],
  [['erase', '--tenant', 'other', '--all-users', '--dry-run'], 0],
];

/** Files are named as they stand in the shell's folder. */
const withFiles = (args: readonly string[]): readonly string[] =>
  args.map((value) => (/\.(?:jsonl|md|txt)$/u.test(value) ? folderOf(value) : value));

it('gives the same output and exit code through the daemon as on the folder', {
  timeout: 120_000,
}, async () => {
  for (const [args, code] of COMMANDS) {
    if (args[0] === 'export') await sameLength();
    for (const json of [[], ['--json']]) {
      // Only the second of the two must find everything new.
      if (json.length === 0 && args[0] === 'forget' && code === 0) continue;
      // What is wrong with the command line is told before either is asked.
      if (json.length > 0 && code === 2) continue;
      const result = await runBoth([...withFiles(args), ...json]);
      expect([args, result.code, result.stderr === '']).toEqual([args, code, code === 0]);
    }
  }
});

it('talks through the daemon as on the folder, and both remember it', async () => {
  const stdin = 'The lamp by the door hums at night.\nWhat is the cat called?\n';
  expect((await runBoth(['chat'], { stdin })).stdout).toContain('Miso');
  await runBoth(['chat', '--json'], { stdin: 'What hums at night?\n' });
});

it('moves an archive out of one and into the other without loss', async () => {
  const { stdout } = await shell.run(['export', '--data', folderOf('served')]);
  const file = await shell.put('served.archive', stdout);
  const there = await shell.run(['import', file, '--json', '--data', folderOf('copy')]);
  expect(JSON.parse(there.stdout)).toMatchObject({ known: 0 });
  expect((await shell.run(['export', '--data', folderOf('copy')])).stdout).toBe(stdout);
  // And from a pipe, through the daemon: everything is known there.
  const back = await shell.run(['import', '-', '--json', '--data', folderOf('served')], { stdin: stdout });
  expect(JSON.parse(back.stdout)).toMatchObject({ imported: 0 });
});

it('knows a stale address: of a killed daemon, and of another daemon that listens there now', async () => {
  const data = folderOf('stale');
  await cp(folderOf('own'), data, { recursive: true });
  const killed = await serve(data);
  const owner = JSON.parse(await readFile(join(data, 'owner.json'), 'utf8')) as {
    pid: number;
    daemon: { url: string };
  };
  expect(owner).toMatchObject({ pid: killed.child.pid, daemon: { url: killed.url } });
  expect((await shell.run(['facts', '--data', data])).code).toBe(0);
  killed.child.kill('SIGKILL');
  await killed.exit;
  const record = join(data, 'owner.json');
  const left = await readFile(record, 'utf8');
  expect(left).toContain(killed.url);
  const [before, started] = [await shell.run(['export', '--data', data]), Date.now()];
  expect(before.code).toBe(0);
  expect(Date.now() - started).toBeLessThan(2_000);
  // A process id that lives again, and the address of a daemon over another folder.
  const forged = JSON.parse(left) as { pid: number; daemon: { url: string } };
  await writeFile(
    record,
    JSON.stringify({ ...forged, pid: process.pid, daemon: { ...forged.daemon, url: daemon.url } }),
  );
  const after = await shell.run(['export', '--data', data], { env: { RETENTIVE_TOKEN: 'secret' } });
  expect(after.stdout).toBe(before.stdout);
  // Another machine's.
  await writeFile(record, JSON.stringify({ ...forged, host: 'elsewhere' }));
  expect((await shell.run(['export', '--data', data])).stdout).toBe(before.stdout);
  await rm(data, { recursive: true });
});
