import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManualClock, type ErrorCode, type MessageId, RetentiveError } from '@retentive/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInMemoryJournal } from '../../src/journal/in-memory-journal.ts';
import type { JournalEntry } from '../../src/journal/journal.ts';
import { createScopeState } from '../../src/scope/scope-state.ts';
import { takeOut } from '../../src/scope/take-out.ts';
import { openScopeResources } from '../support/scope-resources.ts';

const KEY = { tenant: 'acme', user: 'ana' };
const REMOVAL = {
  ids: ['m1'],
  sources: ['m1' as MessageId],
  plan: { sequences: [], replaced: [], facts: [], retold: [] },
} as const;

let path: string;
const marks = async (): Promise<number> => (await readdir(join(path, 'erasing'))).length;

/** Takes something out of a scope whose journal does that. */
const run = async (erase: () => Promise<JournalEntry>): Promise<JournalEntry> => {
  const state = createScopeState(await openScopeResources());
  return takeOut(
    {
      journal: { ...createInMemoryJournal({ clock: createManualClock() }), erase },
      vectors: { remove: async () => {} },
      accesses: { removing: (_target, removal) => removal() },
      path,
      load: async () => state,
    },
    { key: KEY, episodic: state.episodic },
    REMOVAL,
    {},
  );
};

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'retentive-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

it('marks the scope while the journal erases, and until its projections are without it', async () => {
  const body = { kind: 'forgotten', ids: ['m1'], sequences: [], replaced: [] } as const;
  const entry: JournalEntry = { sequence: 2, scope: KEY, recordedAt: 1, body };
  let during = 0;
  await run(async () => {
    during = await marks();
    return entry;
  });
  expect([during, await marks()]).toEqual([1, 0]);
});

it.each([
  ['MESSAGE_NOT_FOUND', 0],
  ['STORE_WRITE_FAILED', 1],
] as const)('after %s leaves %i marks', async (code: ErrorCode, left) => {
  await expect(
    run(async () => {
      throw new RetentiveError(code, 'no');
    }),
  ).rejects.toMatchObject({ code });
  expect(await marks()).toBe(left);
});
