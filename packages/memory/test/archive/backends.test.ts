import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ContextId,
  collect,
  createEstimatingTokenizer,
  createManualClock,
  createSeededRandom,
  type JobId,
  type ManualClock,
} from '@retentive/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportScope } from '../../src/archive/export-scope.ts';
import { importArchive } from '../../src/archive/import-archive.ts';
import { type Memory, openMemory, type ScopedMemory } from '../../src/index.ts';
import { createInMemoryJournal } from '../../src/journal/in-memory-journal.ts';
import type { EntryBody } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { ANNA, job, opened, readAll, whole } from '../../src/testing/journal-fixtures.ts';
import { createCaller, histories, live, readEverything } from '../support/histories.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'retentive-backends-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const tokenizer = createEstimatingTokenizer();
const textOf = async (scope: ScopedMemory): Promise<string> => (await collect(scope.export())).join('');
const again = (text: string) =>
  async function* () {
    yield text;
  };

/** How many jobs of an archive have not ended. */
const waitingIn = (archive: string): number => {
  const jobs = archive
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly body?: EntryBody }).body)
    .filter((body) => body?.kind === 'job');
  const states = new Map(jobs.map(({ job: { id, state } }) => [id, state]));
  return [...states.values()].filter((state) => state === 'queued').length;
};

/** A memory in which somebody of each run stands where a history expects ana. */
const doorOf = (memory: Memory, user: string): Memory => ({
  ...memory,
  scope: (scope) => memory.scope({ ...scope, user }),
  // Ids are unique in a scope only.
  resume: (id, offset) => memory.scope({ tenant: 'acme', user }).resume(id, offset),
  doctor: async () => ({
    ...(await memory.doctor()),
    path: undefined,
    scopes: 0,
    messages: { open: 0, complete: 0, torn: 0 },
  }),
});

it('goes from a file to a process and back without loss: all that is said, known and kept, and all of its jobs', {
  timeout: 60_000,
}, async () => {
  const clock: ManualClock = createManualClock(Date.UTC(2025, 2, 3));
  const open = (path?: string) =>
    openMemory({ clock, random: createSeededRandom(5), tokenizer, ...(path === undefined ? {} : { path }) });
  const stores = await Promise.all([open(join(root, 'one')), open(), open(join(root, 'two'))]);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      runs += 1;
      const [first, second, third] = stores.map((memory) => doorOf(memory, `user-${runs}`)) as [
        Memory,
        Memory,
        Memory,
      ];
      const scopeOf = (memory: Memory) => memory.scope({ tenant: 'acme', user: 'ana' });
      await live(first, clock, createCaller(), history);
      await expect.poll(async () => waitingIn(await textOf(scopeOf(first))), { timeout: 10_000 }).toBe(0);
      const archive = await textOf(scopeOf(first));
      const report = await scopeOf(second).import(again(archive));
      expect(report).toMatchObject({ imported: report.entries, torn: 0 });
      expect(await textOf(scopeOf(second))).toBe(archive);
      await scopeOf(third).import(again(await textOf(scopeOf(second))));
      expect(await textOf(scopeOf(third))).toBe(archive);
      const [seen, copied, back] = await Promise.all(
        [first, second, third].map((memory) => readEverything(memory, clock.now())),
      );
      expect(copied).toEqual(seen);
      expect(back).toEqual(seen);
    }),
    { numRuns: 12, seed: 21 },
  );
  await Promise.all(stores.map((memory) => memory.close()));
});

it('carries every kind of entry, its time and its keys between journals', async () => {
  const clock = createManualClock(Date.UTC(2025, 2, 3));
  const file = await openSqliteJournal({ path: join(root, 'kinds'), clock });
  const bodies: readonly EntryBody[] = [
    whole('m'),
    opened('n', 'and '),
    { kind: 'text', id: 'n' as never, offset: 4, text: 'so', cuts: [[6, 2]] },
    { kind: 'closed', id: 'n' as never, state: 'torn', length: 6, cuts: [] },
    { kind: 'resumed', id: 'n' as never, keep: 0 },
    { kind: 'closed', id: 'n' as never, state: 'complete', length: 6, cuts: [[6, 2]] },
    job('m', 'queued', { runAfter: 7 }),
    job('m', 'dead', { attempts: 3, error: 'no answer' }),
    job('n', 'queued', { id: 'other' as JobId }),
    job('n', 'done', { id: 'other' as JobId, attempts: 1, degraded: ['extraction:language'] }),
    { kind: 'pin', id: 'm' as never, pinned: true },
    { kind: 'context', context: { id: 'ctx_1' as ContextId, items: ['m#0'], renderer: 'r1', hash: 'h' } },
    { kind: 'access', items: ['m#0', 'fac_1'] },
    { kind: 'output', producer: 'a model', input: 'q', output: '{"a":1}' },
  ];
  for (const body of bodies) {
    clock.advance(1_000);
    const keys = body.kind === 'source' ? [{ key: `key:${body.source.id}`, hash: 'h' }] : undefined;
    await file.append({ scope: ANNA, entries: [body], ...(keys === undefined ? {} : { keys }) });
  }
  const process = createInMemoryJournal({ clock: createManualClock(0) });
  const back = await openSqliteJournal({ path: join(root, 'back'), clock: createManualClock(0) });
  const carry = async (from: typeof file, to: typeof file): Promise<string> => {
    const archive = (await collect(exportScope(from, ANNA))).join('');
    await importArchive({ journal: to, scope: ANNA, tokenizer: async () => tokenizer }, again(archive));
    return archive;
  };
  expect(await carry(file, process)).toBe(await carry(process, back));
  const before = await readAll(file);
  for (const journal of [process, back]) {
    expect(await readAll(journal)).toEqual(before);
    expect(await collect(journal.keys(ANNA))).toEqual(await collect(file.keys(ANNA)));
    expect(await journal.jobs({ state: 'dead' })).toEqual(await file.jobs({ state: 'dead' }));
    expect(await journal.check()).toEqual([]);
  }
  await Promise.all([file.close(), process.close(), back.close()]);
});
