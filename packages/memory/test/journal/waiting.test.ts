import { createManualClock, isRetentiveError } from '@retentive/core';
import { afterAll, describe, expect, it } from 'vitest';
import { openMemory, readFolderOwner } from '../../src/index.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { ANNA, append, codeOf, readAll, whole } from '../../src/testing/journal-fixtures.ts';
import { createTestRoot, startChild, type TestChild } from './support.ts';

const root = createTestRoot();
afterAll(root.remove);

const ROUNDS = process.env['RETENTIVE_TEST_LONG'] ? 50 : 5;

const open = (path: string, waitMs?: number, signal?: AbortSignal) =>
  openSqliteJournal({ path, clock: createManualClock(), waitMs, signal });

const holdFolder = async (path: string): Promise<TestChild> => {
  const child = startChild('hold', path, 'first');
  expect(await child.nextLine()).toBe('held');
  return child;
};

const refusalOf = async (opening: Promise<unknown>) => {
  const error = await opening.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isRetentiveError(error)) throw error;
  return error;
};

describe('waiting for a data folder', () => {
  it('refuses within a second without a wait, and says whom to ask', async () => {
    const path = root.next();
    const child = await holdFolder(path);
    const started = performance.now();
    const refused = await refusalOf(open(path));
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(refused).toMatchObject({
      code: 'STORE_LOCKED',
      details: { pid: child.process.pid, since: 1_704_067_200_000 },
    });
    expect(refused.message).toContain('wait for it or stop it');
    child.process.kill('SIGKILL');
    await child.exited;
  });

  it('opens as soon as an owner that was killed is gone, and finds what it acknowledged', async () => {
    const path = root.next();
    const child = await holdFolder(path);
    const opening = open(path, Number.POSITIVE_INFINITY);
    // It is still waiting when the first refusal without a wait is there.
    expect(await codeOf(open(path))).toBe('STORE_LOCKED');
    child.process.kill('SIGKILL');
    const killed = performance.now();
    const journal = await opening;
    expect(performance.now() - killed).toBeLessThan(2_000);
    expect((await readAll(journal)).map(({ body }) => body)).toEqual([whole('first')]);
    expect(readFolderOwner(path)?.pid).toBe(process.pid);
    await journal.close();
    expect(readFolderOwner(path)).toBeUndefined();
  });

  it('gives up after its wait, and at once when it is aborted; another in the process goes on', async () => {
    const path = root.next();
    const child = await holdFolder(path);
    expect(await codeOf(open(path, 400))).toBe('STORE_LOCKED');
    const [first, second] = [new AbortController(), new AbortController()];
    const aborted = openMemory({ path, waitMs: Number.POSITIVE_INFINITY, signal: first.signal });
    const patient = openMemory({ path, waitMs: Number.POSITIVE_INFINITY, signal: second.signal });
    first.abort();
    expect(await codeOf(aborted)).toBe('ABORTED');
    child.process.kill('SIGKILL');
    const memory = await patient;
    expect(await memory.scope({ tenant: 'acme', user: 'ana' }).messages()).toEqual([]);
    await memory.close();
    await child.exited;
  });

  it('says where a daemon answers, and takes a number of ms only', async () => {
    const path = root.next();
    expect(await codeOf(open(path, Number.NaN))).toBe('OPTION_INVALID');
    const memory = await openMemory({ path });
    const daemon = { url: 'http://127.0.0.1:7373', instance: 'one' };
    await memory.announce(daemon);
    expect(readFolderOwner(path)?.daemon).toEqual(daemon);
    const refused = await refusalOf(open(path));
    expect(refused.details).toMatchObject({ url: daemon.url, pid: process.pid });
    expect(refused.message).toContain(daemon.url);
    await memory.announce(undefined);
    expect(readFolderOwner(path)).not.toHaveProperty('daemon');
    await memory.close();
  });
});

it(`never has two owners and loses nothing acknowledged when they race, ${ROUNDS} rounds each`, {
  timeout: 110_000,
}, async () => {
  const path = root.next();
  const racers = [
    startChild('race', path, 'a', String(ROUNDS), 'waits'),
    startChild('race', path, 'b', String(ROUNDS), 'tries'),
  ];
  const said = await Promise.all(
    racers.map(async (child) => {
      const lines: string[] = [];
      for await (const line of child.lines) lines.push(line);
      expect([...(await child.exited), child.errors()]).toEqual([0, null, '']);
      return lines;
    }),
  );
  expect(said.flat()).toHaveLength(ROUNDS * 6);
  const journal = await open(path);
  await append(journal, ANNA, whole('last'));
  const ids = (await journal.sources({ state: 'complete' })).map(({ id }) => String(id));
  expect(ids.toSorted()).toEqual([...said.flat(), 'last'].toSorted());
  expect(await journal.check()).toEqual([]);
  await journal.close();
});
