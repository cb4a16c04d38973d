import { rmSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ChunkId, Fact, FactId } from '@retentive/core';
import { openMemory } from '@retentive/memory';
import { createColors } from 'picocolors';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderFacts } from '../../src/command/render/render-facts.ts';
import { renderRetention } from '../../src/command/render/render-retention.ts';
import { openShell, type Shell } from './shell.ts';

let shell: Shell;

const line = (content: string, more: object = {}): string =>
  JSON.stringify({ role: 'user', speaker: 'Ana', time: '2024-05-03T12:00:00Z', content, ...more });

beforeAll(async () => {
  shell = await openShell();
  const talk = `${line('I moved from Porto to Lisbon.')}\n${line('My cat is called Miso.')}\n`;
  await shell.run(['ingest', await shell.put('talk.jsonl', talk)]);
});

afterAll(() => shell.close());

it('exports to stdout or a file, and imports what it exported', async () => {
  const { code, stdout } = await shell.run(['export']);
  expect(code).toBe(0);
  // Header and end are lines too, and the last line has its end.
  const entries = stdout.split('\n').length - 3;
  // Two messages, each with a job and its end, and what was read out of them.
  expect(entries).toBeGreaterThan(6);
  const file = join(shell.folder, 'ana.archive');
  const exported = await shell.run(['export', file, '--json']);
  expect(JSON.parse(exported.stdout)).toEqual({ file, entries, bytes: Buffer.byteLength(stdout) });
  expect(await readFile(file, 'utf8')).toBe(stdout);

  const other = ['--data', join(shell.folder, 'other')];
  const dry = await shell.run(['import', file, '--dry-run', '--json', ...other]);
  expect(JSON.parse(dry.stdout)).toMatchObject({ dryRun: true, imported: entries });
  const imported = await shell.run(['import', file, ...other]);
  expect(imported).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(new RegExp(`^Imported ${entries} of ${entries} entries of local/me`, 'u')),
  });
  const again = await shell.run(['import', '-', '--json', ...other], { stdin: stdout });
  expect(JSON.parse(again.stdout)).toMatchObject({ imported: 0, known: entries });
  expect((await shell.run(['export', ...other])).stdout).toBe(stdout);
  // The same file, ingested once more, is known: keys came along.
  const ingested = await shell.run(['ingest', join(shell.folder, 'talk.jsonl'), '--json', ...other]);
  expect(JSON.parse(ingested.stdout).files).toMatchObject([{ messages: 0, replayed: 2 }]);
});

it('names file and line of a faulty archive, and imports nothing', async () => {
  const { stdout } = await shell.run(['export']);
  const lines = stdout.split('\n');
  // The end carries the checksum; after it there is the end of its line.
  const last = lines.length - 1;
  const file = await shell.put(
    'bad.archive',
    [lines[0], lines[1]?.replace('Porto', 'Paris'), ...lines.slice(2)].join('\n'),
  );
  const other = ['--data', join(shell.folder, 'untouched')];
  const { code, stderr } = await shell.run(['import', file, ...other]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error FILE_INVALID: .*bad\.archive: line \d+ of the archive has another checksum/u,
  );
  expect(stderr).toContain(`line ${last} of the archive`);
  expect(JSON.parse((await shell.run(['context', 'Paris', '--json', ...other])).stdout).items).toEqual([]);
});

it('reads without writing: facts, contexts and exports leave the archive as it was', async () => {
  const before = (await shell.run(['export'])).stdout;
  expect((await shell.run(['facts', '--json'])).stdout).toContain('Lisbon');
  for (const args of [
    ['context', '--why', 'Lisbon'],
    ['ask', 'Where does Ana live?'],
    ['retention'],
    ['doctor'],
  ]) {
    expect(await shell.run(args)).toMatchObject({ code: 0 });
  }
  expect((await shell.run(['export'])).stdout).toBe(before);
});

it('refuses the archive of another user unless told otherwise', async () => {
  const { stdout } = await shell.run(['export']);
  const refused = await shell.run(['import', '-', '--user', 'ben'], { stdin: stdout });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('local/me') });
  expect(await shell.run(['import', '-', '--user', 'ben', '--rescope'], { stdin: stdout })).toMatchObject({
    code: 0,
  });
});

it('leaves what was there when an export cannot be written', async () => {
  const { code, stderr } = await shell.run(['export', join(shell.folder, 'nowhere', 'ana.archive')]);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error FILE_INVALID: cannot write /u),
  });
});

it('forgets only when it is said twice', async () => {
  const { code, stderr } = await shell.run(['forget', 'msg_1']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error OPTION_INVALID: forget removes "msg_1" for good/u);
});

it('backs up to a file or a folder, while somebody else owns the data, and the folder opens as a memory', async () => {
  const file = join(shell.folder, 'nightly.db');
  const { code, stdout } = await shell.run(['backup', file, '--json']);
  expect({ code, ...JSON.parse(stdout) }).toEqual({
    code: 0,
    file,
    bytes: (await stat(file)).size,
    sequence: expect.any(Number),
  });
  const owner = await openMemory({ path: join(shell.folder, '.retentive') });
  const folder = join(shell.folder, 'copies');
  expect(await shell.run(['backup', `${folder}/`])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('has the journal up to entry'),
  });
  await owner.close();
  const restored = await shell.run(['facts', '--json', '--data', folder]);
  expect(restored.stdout).toBe((await shell.run(['facts', '--json'])).stdout);
  expect(JSON.parse((await shell.run(['doctor', '--json', '--data', folder])).stdout)).toMatchObject({
    ok: true,
    report: { ok: true, faults: [] },
  });
  const refused = await shell.run(['backup', join(shell.folder, '.retentive')]);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('is or was in use') });
});

it('repairs what stands beside the journal when doctor is told to', async () => {
  const folder = join(shell.folder, 'damaged');
  await shell.run(['backup', `${folder}/`]);
  // The store's own driver, which this package has no business with.
  const own = createRequire(import.meta.url).resolve('@retentive/memory/package.json');
  const Database = createRequire(own)('libsql') as new (
    file: string,
  ) => { exec(sql: string): void; close(): void };
  const database = new Database(join(folder, 'journal.db'));
  database.exec('UPDATE sources SET length = length + 1');
  database.close();
  const data = ['--data', folder];
  expect(await shell.run(['doctor', ...data])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('FAULT'),
  });
  const repaired = await shell.run(['doctor', '--repair', '--json', ...data]);
  expect({ code: repaired.code, ...JSON.parse(repaired.stdout) }).toMatchObject({
    code: 0,
    ok: true,
    report: { repaired: [{ what: 'journal: sources', count: 4 }] },
  });
  expect((await shell.run(['doctor', ...data])).code).toBe(0);
});

it('ends with 1 where the archive of a user cannot be written', async () => {
  const folder = join(shell.folder, 'blocked');
  await shell.run(['backup', `${folder}/`]);
  // A file where the folder of archives would be.
  writeFileSync(join(folder, 'archive'), '');
  const found = await shell.run(['doctor', '--data', folder]);
  expect(found.code).toBe(1);
  expect(found.stdout).toContain('cannot be written');
  rmSync(join(folder, 'archive'));
  expect((await shell.run(['doctor', '--data', folder])).code).toBe(0);
});

it('lists work that was given up with its reason, and queues it again', async () => {
  const data = join(shell.folder, 'moody');
  const extract = async () => Promise.reject(new Error('no model today'));
  const memory = await openMemory({
    path: data,
    extractor: { id: 'moody-1', extract },
    random: { next: () => 0 },
  });
  const scope = memory.scope({ tenant: 'acme', user: 'ana' });
  await (await scope.observe({ role: 'user', content: 'Hello' })).settled();
  await memory.close();
  const listed = await shell.run(['jobs', '--data', data]);
  expect(listed.stdout).toMatch(/acme\/ana .*extract:moody-1 .*dead .*8 .*Error: no model today/u);
  const { jobs } = JSON.parse((await shell.run(['jobs', '--json', '--data', data])).stdout);
  expect(jobs).toMatchObject([{ scope: { tenant: 'acme', user: 'ana' }, attempts: 8 }]);
  const retried = await shell.run(['jobs', '--retry', jobs[0].id, '--json', '--data', data]);
  expect(JSON.parse(retried.stdout)).toEqual({ retried: 1 });
  expect((await shell.run(['jobs', '--data', data])).stdout).toBe('No such jobs.\n');
  const queued = await shell.run(['jobs', '--state', 'queued', '--json', '--data', data]);
  expect(JSON.parse(queued.stdout).jobs).toHaveLength(1);
});

it.each([
  ['facts'],
  ['timeline', 'Ana'],
  ['forget', 'm', '--yes'],
  ['export'],
  ['retention'],
  ['reembed'],
  ['backup', 'copy.db'],
  ['jobs'],
])('%s refuses a folder without a memory and makes none', async (...args) => {
  const { code, stderr } = await shell.run([...args, '--data', join(shell.folder, 'none')]);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('error FILE_NOT_FOUND'),
  });
});

it('shows a timeline, the latest of it where a limit is set, and how much came before', async () => {
  const data = join(shell.folder, 'timeline');
  const said = ['2024-05-01', '2024-05-04', '2024-05-09'].map((day, index) =>
    JSON.stringify({
      role: 'user',
      speaker: 'Ana',
      time: `${day}T12:00:00Z`,
      content: `The kayak went ${['left', 'right', 'home'][index]}.`,
    }),
  );
  await shell.run(['ingest', await shell.put('kayak.jsonl', `${said.join('\n')}\n`), '--data', data]);
  const whole = await shell.run(['timeline', 'kayak', '--data', data]);
  expect(whole.stdout).toMatch(
    /2024-05-01 .*went left\.[\s\S]*2024-05-04 +3 .*went right\.[\s\S]*2024-05-09 +5 /u,
  );
  const last = await shell.run(['timeline', 'kayak', '--limit', '1', '--data', data]);
  expect(last.stdout).not.toContain('left');
  expect(last.stdout).toContain('2 before that; --limit shows more.');
  const json = await shell.run(['timeline', 'kayak', '--limit', '2', '--json', '--data', data]);
  expect(JSON.parse(json.stdout).timeline).toMatchObject({ count: 3, items: [{}, {}] });
  expect((await shell.run(['timeline', 'ferry', '--data', data])).stdout).toBe('Nothing was said of it.\n');
});

const plain = createColors(false);

it('shows facts as a table', () => {
  const fact: Fact = {
    id: 'fac_1' as FactId,
    text: 'Ana lives in \u001b[31mLisbon',
    negated: false,
    entities: [],
    valid: { from: Date.UTC(2024, 4, 1) },
    recorded: { from: Date.UTC(2024, 4, 3) },
    sources: [],
    trust: 0.9,
    premises: [],
    status: 'current',
  };
  const table = renderFacts([fact], plain);
  expect(table).toContain('2024-05-01');
  expect(table).toContain('0.90');
  expect(table).not.toContain('\u001b');
  expect(renderFacts([], plain)).toBe('No such facts.\n');
});

it('shows what retention would let go', () => {
  const next = Array.from({ length: 25 }, (_, index) => ({
    chunk: `m${index}#0` as ChunkId,
    score: index / 10,
    tokens: 12,
    parts: { surprisal: 1.5, age: -0.25 },
  }));
  const shown = renderRetention({ capacity: 100, workingSetTokens: 300, archivedTokens: 7, next }, plain);
  expect(shown).toContain('300 of 100 tokens in the working set, 7 in the archive');
  expect(shown).toContain('surprisal 1.50 + age -0.25');
  expect(shown).toContain('and 5 more');
});

it.each([
  [['--port', '70000'], 2, 'A port is a whole number'],
  [['--host', '0.0.0.0'], 2, 'needs a token file'],
  [['--durability', 'some'], 2, 'full, normal'],
  [['--token-file', 'none'], 1, 'there is no token file none'],
  [['--base-url', 'http://127.0.0.1:9'], 2, '--base-url needs --model'],
] as const)('serve refuses %j', async (args, expected, message) => {
  const { code, stderr } = await shell.run(['serve', ...args]);
  expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringContaining(message) });
});

it('erases a user, a thread or a tenant only when it is said twice, and says before what would go', async () => {
  const data = ['--data', join(shell.folder, 'erased')];
  const talk = await shell.put('more.jsonl', `${line('My cat is called Miso.')}\n`);
  for (const user of ['ana', 'ben']) {
    for (const thread of ['t1', 't2']) {
      await shell.run(['ingest', talk, '--user', user, '--thread', thread, ...data]);
    }
  }
  const erase = async (...args: string[]) => shell.run(['erase', '--json', ...args, ...data]);
  expect(await erase('--user', 'ana')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  const dry = await erase('--user', 'ana', '--dry-run');
  expect(JSON.parse(dry.stdout)).toMatchObject({ dryRun: true, messages: 2, scopes: [{ user: 'ana' }] });
  const thread = await erase('--user', 'ana', '--thread', 't2', '--yes');
  expect(JSON.parse(thread.stdout)).toMatchObject({ dryRun: false, messages: 1 });
  const { stdout } = await shell.run(['erase', '--user', 'ana', '--yes', ...data]);
  expect(stdout).toMatch(/^Erased 1 users' memory: 1 messages, 0 documents, 1 facts, \d+ entries/u);
  expect(await erase('--all-users', '--thread', 't1', '--yes')).toMatchObject({ code: 2 });
  expect(JSON.parse((await erase('--all-users', '--yes')).stdout)).toMatchObject({
    messages: 2,
    scopes: [{ user: 'ben' }],
  });
});

it('imports what another program exported, says before what it will do, and names a faulty file', async () => {
  const data = ['--data', join(shell.folder, 'foreign')];
  const talk = `${JSON.stringify({
    messages: [
      { role: 'system', content: 'Be terse.' },
      { role: 'user', content: 'I like tea.' },
    ],
  })}\n`;
  const file = await shell.put('training.jsonl', talk);
  const run = (...args: string[]) => shell.run(['import', file, '--from', 'openai-jsonl', ...args, ...data]);
  expect(JSON.parse((await run('--dry-run', '--json')).stdout)).toMatchObject({ dryRun: true, messages: 1 });
  expect((await run()).stdout).toBe(
    'Imported from openai-jsonl: 1 messages, 0 facts, 0 lines of core memory; 0 were here already, 1 left out.\n' +
      '  line 1, message 1: not-said\n',
  );
  expect(JSON.parse((await run('--json')).stdout)).toMatchObject({ messages: 0, replayed: 1 });
  const wrong = await shell.run(['import', file, '--from', 'chatgpt', ...data]);
  expect(wrong).toMatchObject({ code: 0, stdout: expect.stringContaining('mapping') });
  const bad = await shell.run(['import', await shell.put('bad.json', '[{'), '--from', 'mem0', ...data]);
  expect(bad).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error FILE_INVALID: .*bad.json.*cut off/u),
  });
  expect(await shell.run(['import', file, '--from', 'nobody', ...data])).toMatchObject({ code: 2 });
});
