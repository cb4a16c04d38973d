// One test at least fails without each predicate on a scope in the journal: `scripts/mutate-scope-predicates.mjs`.
import { join } from 'node:path';
import { collect, createManualClock, type JobId } from '@retentive/core';
import Database from 'libsql';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import type { Journal, JournalErasure } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import {
  ANNA,
  append,
  BEN,
  codeOf,
  ended,
  job,
  more,
  opened,
  readAll,
  sourceId,
  whole,
} from '../../src/testing/journal-fixtures.ts';
import { createTestRoot } from './support.ts';

const root = createTestRoot();
afterAll(root.remove);

let path: string;
let journal: Journal;
const open = async (): Promise<void> => {
  journal = await openSqliteJournal({ path, clock: createManualClock() });
};
/** Nothing is remembered afterwards: everything comes from the file. */
const reopen = async (): Promise<void> => {
  await journal.close();
  await open();
};
beforeEach(async () => {
  path = root.next();
  await open();
});
afterEach(() => journal.close());

/** The same user's name in another tenant. */
const OTHER = { tenant: 'zeta', user: ANNA.user };

/** Changes the file while nobody has it. */
const tamper = async (sql: string): Promise<void> => {
  await journal.close();
  const database = new Database(join(path, 'journal.db'));
  database.exec(sql);
  database.close();
  await open();
};
const checks = async (): Promise<readonly string[]> => (await journal.check()).map(({ check }) => check);

const erasureOf = (more: Partial<JournalErasure>): JournalErasure => ({
  scope: ANNA,
  ids: ['m'],
  sources: [],
  sequences: [],
  replaced: [],
  ...more,
});
const standings = async () =>
  (await journal.sources({ id: sourceId('m') })).map(({ scope, state, length }) => [
    scope.user,
    state,
    length,
  ]);

it('lets each scope go on with its own source where two have one id', async () => {
  await append(journal, ANNA, opened('m', 'ab'));
  await append(journal, BEN, opened('m', 'wxyz'));
  await reopen();
  await append(journal, BEN, more('m', 4, '!'));
  await append(journal, ANNA, more('m', 2, 'c'));
  await reopen();
  expect(await standings()).toEqual([
    ['anna', 'open', 3],
    ['ben', 'open', 5],
  ]);
  await append(journal, BEN, ended('m', 'complete', 5));
  await reopen();
  expect(await standings()).toEqual([
    ['anna', 'open', 3],
    ['ben', 'complete', 5],
  ]);
  expect(await journal.check()).toEqual([]);
});

it('repeats a key in its own scope alone', async () => {
  const send = (scope: typeof ANNA, id: string) =>
    journal.append({ scope, entries: [whole(id)], keys: [{ key: 'k', hash: 'h' }] });
  await send(ANNA, 'of-anna');
  await reopen();
  expect((await send(BEN, 'of-ben')).replayed).toBeUndefined();
  expect((await send(ANNA, 'again')).replayed).toBe('of-anna');
  expect((await send(BEN, 'again')).replayed).toBe('of-ben');
});

it('reads, and names the keys, of one scope alone', async () => {
  for (const scope of [ANNA, BEN]) {
    const keys = ['id:', 'key-'].map((kind) => ({
      key: kind === 'id:' ? `id:${scope.user}` : `key-${scope.user}`,
      hash: scope.user,
    }));
    await journal.append({ scope, entries: [whole(scope.user)], keys });
  }
  await reopen();
  for (const scope of [ANNA, BEN]) {
    expect(await readAll(journal, { scope })).toMatchObject([{ scope, body: whole(scope.user) }]);
    const keys = await collect(journal.keys(scope));
    expect(keys.map(({ key }) => key).toSorted()).toEqual([`id:${scope.user}`, `key-${scope.user}`]);
  }
});

it('erases in its own scope alone', async () => {
  for (const scope of [ANNA, BEN]) {
    const keys = [{ key: `key-${scope.user}`, hash: 'h' }];
    await journal.append({ scope, entries: [whole('m', scope.user)], keys });
    await append(
      journal,
      scope,
      job('m', 'queued', { id: `job of ${scope.user}` as JobId }),
      { kind: 'pin', id: sourceId('m'), pinned: true },
      { kind: 'access', items: [scope.user] },
    );
  }
  const before = await readAll(journal, { scope: BEN });
  const theirs = before.find(({ body }) => body.kind === 'access')?.sequence ?? 0;
  await reopen();
  expect(await codeOf(journal.erase(erasureOf({ sequences: [theirs] })))).toBe('OPTION_INVALID');
  await journal.erase(erasureOf({ sources: [sourceId('m')] }));
  await reopen();
  expect(await readAll(journal, { scope: BEN })).toEqual(before);
  expect(await standings()).toEqual([['ben', 'complete', 3]]);
  expect((await journal.jobs({ state: 'queued' })).map(({ job: { id } }) => id)).toEqual(['job of ben']);
  expect((await collect(journal.keys(BEN))).map(({ key }) => key)).toEqual(['key-ben']);
  expect(await collect(journal.keys(ANNA))).toEqual([]);
  expect(await journal.check()).toEqual([]);
});

it('finds a key at fault whose source is another scope’s', async () => {
  await journal.append({ scope: ANNA, entries: [whole('of-anna')], keys: [{ key: 'k', hash: 'h' }] });
  await journal.append({ scope: BEN, entries: [whole('of-ben')], keys: [{ key: 'k', hash: 'h' }] });
  await tamper("UPDATE keys SET source = 'of-anna'");
  expect(await checks()).toEqual(['keys']);
  expect(await journal.repair()).toMatchObject({ keys: 1 });
  expect(await checks()).toEqual([]);
  expect((await collect(journal.keys(ANNA))).map(({ key }) => key)).toEqual(['k']);
});

it('keeps sources of one id apart while it remembers them, and reads each alone', async () => {
  await append(journal, ANNA, opened('m', 'ab'));
  await append(journal, BEN, opened('m', 'wxyz'));
  await append(journal, ANNA, more('m', 2, 'c'));
  await append(journal, BEN, more('m', 4, '!'));
  for (const [scope, length] of [
    [ANNA, 3],
    [BEN, 5],
  ] as const) {
    const entries = await readAll(journal, { scope, source: sourceId('m') });
    expect(entries.map((entry) => entry.scope)).toEqual([scope, scope]);
    expect((await standings()).find(([user]) => user === scope.user)).toEqual([scope.user, 'open', length]);
  }
  await reopen();
  expect(await checks()).toEqual([]);
});

it('has one user’s name twice where two tenants have it', async () => {
  await append(journal, ANNA, opened('m', 'ab'));
  await append(journal, OTHER, opened('m', 'wxyz'));
  await append(journal, BEN, opened('m', 'vw'));
  await reopen();
  expect(await journal.scopes()).toEqual([ANNA, OTHER, BEN]);
  expect((await readAll(journal, { scope: OTHER })).map(({ body }) => body)).toEqual([opened('m', 'wxyz')]);
  expect((await readAll(journal, { scope: ANNA })).map(({ body }) => body)).toEqual([opened('m', 'ab')]);
});

it('gives no job to another scope, in any way', async () => {
  const jobs = ['job of anna', 'job of other'] as JobId[];
  for (const [index, scope] of [ANNA, OTHER].entries()) {
    await append(journal, scope, whole('m'), job('m', 'queued', { id: jobs[index] as JobId }));
  }
  await append(journal, BEN, whole('m'));
  const lease = { jobs, owner: 'worker', until: 60_000 };
  expect(await journal.lease({ ...lease, scope: BEN })).toEqual({ taken: [], gone: jobs });
  expect(await journal.lease({ ...lease, scope: OTHER })).toEqual({ taken: [jobs[1]], gone: [jobs[0]] });
  const own = job('m', 'done', { id: jobs[0] as JobId });
  expect(await codeOf(append(journal, BEN, own))).toBe('IDEMPOTENCY_CONFLICT');
  const listed = async (tenant: string) =>
    (await journal.jobs({ state: 'queued', tenant })).map(({ job: { id } }) => id);
  expect(await listed(ANNA.tenant)).toEqual([jobs[0]]);
  expect(await listed(OTHER.tenant)).toEqual([jobs[1]]);
});

it('takes out the scopes that are selected, and no others', async () => {
  const all = [ANNA, BEN, OTHER];
  for (const scope of all) {
    await journal.append({ scope, entries: [whole('m', scope.user)], keys: [{ key: 'key', hash: 'h' }] });
    const id = `job of ${scope.tenant} ${scope.user}` as JobId;
    await append(journal, scope, job('m', 'queued', { id }));
  }
  const stateOf = async (scope: typeof ANNA) => ({
    entries: await readAll(journal, { scope }),
    keys: await collect(journal.keys(scope)),
    jobs: (await journal.jobs({ state: 'queued' })).filter((found) => found.scope.user === scope.user).length,
    sources: (await journal.sources({ id: sourceId('m') })).map(
      ({ scope: { tenant, user } }) => tenant + user,
    ),
  });
  const [ben, other] = [await stateOf(BEN), await stateOf(OTHER)];
  expect(await journal.eraseScopes(ANNA)).toMatchObject([{ scope: ANNA, entries: 2 }]);
  await reopen();
  expect(await journal.scopes()).toEqual([BEN, OTHER]);
  const left = ['acmeben', 'zetaanna'];
  expect(await stateOf(BEN)).toEqual({ ...ben, sources: left });
  expect(await stateOf(OTHER)).toEqual({ ...other, jobs: 1, sources: left });
  expect(await stateOf(ANNA)).toMatchObject({ entries: [], keys: [] });
  expect(await checks()).toEqual([]);
  expect(await journal.eraseScopes({ tenant: 'acme' })).toMatchObject([{ scope: BEN, entries: 2 }]);
  expect(await journal.scopes()).toEqual([OTHER]);
  expect(await checks()).toEqual([]);
});

it('takes no erased entry of a user for the place of a scope that went', async () => {
  await append(journal, ANNA, { kind: 'access', items: ['m#0'] }, { kind: 'access', items: ['m#1'] });
  await append(journal, BEN, whole('m'));
  await journal.eraseScopes(BEN);
  await tamper("UPDATE entries SET kind = 'erased' WHERE sequence = 1");
  expect(await checks()).toEqual(['sequence']);
});

it('repairs each scope from its own entries', async () => {
  for (const scope of [BEN, ANNA]) {
    const id = `job of ${scope.user}` as JobId;
    await append(journal, scope, whole('m', scope.user), job('m', 'queued', { id }));
  }
  await append(journal, ANNA, whole('n'));
  const before = await readAll(journal);
  await tamper(`UPDATE jobs SET scope = 2;
    INSERT INTO sources SELECT id, 1, sequence, state, length, hash FROM sources WHERE id = 'n'`);
  expect((await checks()).toSorted()).toEqual(['job', 'source']);
  expect(await journal.repair()).toMatchObject({ sources: 1, jobs: 1 });
  expect(await checks()).toEqual([]);
  expect(await readAll(journal)).toEqual(before);
  expect((await standings()).map(([user]) => user).toSorted()).toEqual(['anna', 'ben']);
});
