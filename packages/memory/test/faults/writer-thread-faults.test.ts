import { createManualClock } from '@retentive/core';
import { afterAll, expect, it } from 'vitest';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { FAULT_VARIANTS, nameOfVariant } from '../../src/testing/fault.ts';
import { createCallersView, expectHonest, runCommands, succeeds } from '../../src/testing/journal-faults.ts';
import { createTestRoot } from '../journal/support.ts';
import { type Failpoint, withFailpoint } from '../support/failpoints.ts';

/** Every k in the long run, one in so many in the short one: each starts two threads, and the other test has every k. */
const STRIDE = Number(process.env['RETENTIVE_TRIALS'] ?? 10) >= 100 ? 1 : 48;

const root = createTestRoot();
afterAll(root.remove);

/** One run over a new folder, the writer in its thread; true when the failpoint was reached. */
const runOnce = async (failpoint: Failpoint): Promise<boolean> => {
  const path = root.next();
  let view = createCallersView();
  const fired = await withFailpoint(failpoint, async () => {
    const opening = openSqliteJournal({ path, clock: createManualClock() });
    if (!(await succeeds(opening))) return;
    const journal = await opening;
    view = await runCommands(journal);
    await succeeds(journal.close());
  });
  const again = await openSqliteJournal({ path, clock: createManualClock() });
  try {
    await expectHonest(again, view, failpoint.when === 'before');
  } finally {
    await again.close();
  }
  return fired;
};

it.each(FAULT_VARIANTS.map((variant, index) => [nameOfVariant(variant), variant, index] as const))(
  'acknowledges nothing that is not on disk when the k-th write of its thread fails (%s)',
  { timeout: 300_000 },
  async (_, { kind, when = 'before', lasting = false }, index) => {
    const action = kind === 'ENOSPC' ? 'ENOSPC' : 'EIO';
    let at = 1 + (STRIDE === 1 ? 0 : index * 4);
    while (await runOnce({ point: 'write', when, at, action, lasting })) at += STRIDE;
    // Opening, a dozen calls and closing: fewer would mean that the failpoints are not in the way.
    expect(at).toBeGreaterThan(60);
  },
);
