// One test at least fails without each predicate on a scope in the journal's SQL: `scripts/mutate-scope-predicates.mjs`.
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
  await journal.close();
  const database = new Database(join(path, 'journal.db'));
  database.exec("UPDATE keys SET source = 'of-anna'");
  database.close();
  await open();
  expect((await journal.check()).map(({ check }) => check)).toEqual(['keys']);
});
