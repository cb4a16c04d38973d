import { createManualClock } from '@retentive/core';
import { afterAll, expect, it } from 'vitest';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { createTestRoot } from '../journal/support.ts';
import { type Failpoint, withFailpoint } from '../support/failpoints.ts';
import { createCallersView, expectHonest, runWorkload, succeeds } from '../support/fault-workload.ts';

/** Every k in the long run, one in so many in the short one. */
const STRIDE = Number(process.env['RETENTIVE_TRIALS'] ?? 10) >= 100 ? 1 : 5;

const root = createTestRoot();
afterAll(root.remove);

/** One run over a new folder; true when the failpoint was reached. */
const runOnce = async (failpoint: Failpoint): Promise<boolean> => {
  const path = root.next();
  const view = createCallersView();
  const fired = await withFailpoint(failpoint, async () => {
    const opening = openSqliteJournal({ path, clock: createManualClock() });
    if (!(await succeeds(opening))) return;
    const journal = await opening;
    await runWorkload(journal, view);
    await succeeds(journal.close());
  });
  await expectHonest((clock) => openSqliteJournal({ path, clock }), view, failpoint.when === 'before');
  return fired;
};

it.each([
  ['EIO', false, 'before'],
  ['EIO', true, 'before'],
  ['ENOSPC', false, 'before'],
  ['ENOSPC', true, 'before'],
  ['EIO', false, 'after'],
  ['EIO', true, 'after'],
] as const)(
  'acknowledges nothing that is not on disk when the k-th write fails (%s, for ever: %s, %s it is done)',
  {
    timeout: 300_000,
  },
  async (action, lasting, when) => {
    let at = 1;
    while (await runOnce({ point: 'write', when, at, action, lasting })) at += STRIDE;
    // Opening, eight calls and closing: fewer would mean that the failpoints are not in the way.
    expect(at).toBeGreaterThan(40);
  },
);
