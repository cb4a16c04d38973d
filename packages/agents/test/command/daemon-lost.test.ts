import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openMemory } from '@retentive/memory';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDaemonClient } from '../../src/client/index.ts';
import { serve } from '../support/serve.ts';
import { openShell, type Shell } from './shell.ts';

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
});
afterAll(() => shell.close());

const ME = { tenant: 'local', user: 'me' };

it('says one thing when the daemon is killed under a command, and the next run brings the rest', async () => {
  const data = join(shell.folder, 'killed');
  const daemon = await serve(data);
  const contents = Array.from({ length: 1_000 }, (_, index) => `Message number ${index}.`);
  const talk = contents.map((content) => JSON.stringify({ role: 'user', content })).join('\n');
  const file = await shell.put('talk.jsonl', talk);
  const running = shell.spawn(['ingest', file, '--data', data]);
  const client = createDaemonClient({ baseURL: daemon.url }).scope(ME);
  // Killed once the command is in the middle of its work.
  let hits = 0;
  while (hits === 0) hits = (await client.search('message number', { limit: 10 })).length;
  daemon.child.kill('SIGKILL');
  const { code, stdout, stderr } = await running;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.match(/^error /gmu)).toHaveLength(1);
  expect(stderr).toMatch(/^error DAEMON_UNREACHABLE: .*127\.0\.0\.1/mu);
  await daemon.exit;

  // Onto the folder itself, which nobody owns any more.
  const again = await shell.run(['ingest', file, '--json', '--data', data]);
  const [report] = (JSON.parse(again.stdout) as { files: { messages: number; replayed: number }[] }).files;
  expect(report?.replayed).toBeGreaterThan(0);
  expect((report?.messages ?? 0) + (report?.replayed ?? 0)).toBe(contents.length);
  const memory = await openMemory({ path: data });
  const stored = await memory.scope(ME).messages();
  expect(stored.map(({ text }) => text).toSorted()).toEqual(contents.toSorted());
  expect((await memory.doctor()).faults).toEqual([]);
  await memory.close();
});

it('ends what a command does in one error when the daemon is told to stop, and loses nothing', async () => {
  const data = join(shell.folder, 'stopped');
  const daemon = await serve(data);
  const lines = Array.from({ length: 1_000 }, (_, index) =>
    JSON.stringify({ role: 'user', id: `m${index}`, content: `Message number ${index}.` }),
  );
  const file = await shell.put('many.jsonl', lines.join('\n'));
  const running = shell.spawn(['ingest', file, '--data', data]);
  const client = createDaemonClient({ baseURL: daemon.url }).scope(ME);
  let hits = 0;
  while (hits === 0) hits = (await client.search('message number', { limit: 10 })).length;
  daemon.child.kill('SIGTERM');
  const { code, stderr } = await running;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error DAEMON_(?:STOPPING|UNREACHABLE): /mu);
  expect(await daemon.exit).toBe(0);
  expect(await shell.run(['ingest', file, '--data', data])).toMatchObject({ code: 0 });
});

it('needs the token of the tenant where the daemon does, and the folder for what is about all of it', async () => {
  const data = join(shell.folder, 'guarded');
  const hash = createHash('sha256').update('secret').digest('hex');
  const tokens = await shell.put('tokens', `sha256:${hash} local\n`);
  const token = await shell.put('token', 'secret\n');
  const file = await shell.put('one.jsonl', JSON.stringify({ role: 'user', content: 'The kayak is red.' }));
  const daemon = await serve(data, ['--token-file', tokens]);
  const run = (args: readonly string[], env = {}) => shell.run([...args, '--data', data], { env });
  expect(await run(['ingest', file])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error ACCESS_DENIED: .*\n.*--token-file FILE, or RETENTIVE_TOKEN/u),
  });
  expect(await run(['ingest', file, '--token-file', token])).toMatchObject({ code: 0 });
  const env = { RETENTIVE_TOKEN: 'secret' };
  expect((await run(['context', 'kayak'], env)).stdout).toContain('The kayak is red.');
  expect(await run(['context', 'kayak', '--tenant', 'acme'], env)).toMatchObject({ code: 1 });
  const refused = await run(['reembed'], env);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error STORE_LOCKED: .*stop the daemon/u),
  });
  daemon.child.kill('SIGTERM');
  expect(await daemon.exit).toBe(0);
  expect(await run(['reembed'])).toMatchObject({ code: 0 });
});

it('waits for the folder as long as it is told', async () => {
  const data = join(shell.folder, 'busy');
  const memory = await openMemory({ path: data });
  await memory.scope(ME).observe({ role: 'user', content: 'The kayak is red.' });
  expect(await shell.spawn(['facts', '--data', data])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      new RegExp(`^error STORE_LOCKED: .*process ${process.pid} .*\\n.*--wait SECONDS`, 'u'),
    ),
  });
  const waiting = shell.spawn(['context', 'kayak', '--wait', '20', '--data', data]);
  await memory.close();
  expect((await waiting).stdout).toContain('The kayak is red.');
});
