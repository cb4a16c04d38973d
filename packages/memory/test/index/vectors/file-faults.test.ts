import { afterAll, expect, it } from 'vitest';
import type { VectorHit, VectorIndex } from '../../../src/index/vector-index.ts';
import { createInMemoryVectorIndex } from '../../../src/index/vectors/in-memory-vector-index.ts';
import { createSnapshotFiles } from '../../../src/index/vectors/snapshot-files.ts';
import { openVectraIndex } from '../../../src/index/vectors/vectra-index.ts';
import { codeOf } from '../../../src/testing/journal-fixtures.ts';
import { createTestRoot } from '../../journal/support.ts';
import { createFaultyFiles, type FileFault } from '../../support/faulty-files.ts';
import { applyRound, DIMENSIONS, FINGERPRINT } from './rounds.ts';

const ROUNDS = 4;

const root = createTestRoot();
afterAll(root.remove);

const query = Float32Array.from({ length: DIMENSIONS }, (_, at) => Math.sin(at + 1));
const allOf = (index: VectorIndex): Promise<readonly VectorHit[]> => index.search(query, 10_000);
const expectedAt = async (sequence: number): Promise<readonly VectorHit[]> => {
  const index = createInMemoryVectorIndex({ dimensions: DIMENSIONS });
  for (let round = 1; round <= sequence; round += 1) await applyRound(index, round);
  return allOf(index);
};

/** Flushes each round; the sequence of the last flush that came back, and whether the fault was reached. */
const runOnce = async (folder: string, fault: FileFault): Promise<readonly [number, boolean]> => {
  const { system, fired } = createFaultyFiles(fault);
  const files = createSnapshotFiles(system);
  const index = await openVectraIndex({ folder, dimensions: DIMENSIONS, fingerprint: FINGERPRINT, files });
  let acknowledged = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    await applyRound(index, round);
    const code = await codeOf(index.flush());
    expect(['none', 'STORE_WRITE_FAILED', 'STORE_FULL']).toContain(code);
    if (code === 'none') acknowledged = round;
    // What could not be written is not lost to those who ask.
    expect(await allOf(index)).toEqual(await expectedAt(round));
  }
  if ((await codeOf(index.close())) === 'none') acknowledged = ROUNDS;
  return [acknowledged, fired()];
};

it.each(
  (['EIO', 'ENOSPC', 'short'] as const).flatMap((kind) => [
    [kind, 'once', false] as const,
    [kind, 'for ever', true] as const,
  ]),
)(
  'keeps every snapshot whole when the k-th write, sync or rename fails (%s, %s), for every k',
  async (kind, _, lasting) => {
    for (let at = 1, fired = true; fired; at += 1) {
      const folder = root.next();
      let acknowledged = 0;
      [acknowledged, fired] = await runOnce(folder, { at, kind, lasting });
      const again = await openVectraIndex({ folder, dimensions: DIMENSIONS, fingerprint: FINGERPRINT });
      // None, or a whole one: at worst that of the empty index, from before its first vectors.
      expect(again.opened.state).not.toBe('rebuild');
      expect(again.sequence).toBeGreaterThanOrEqual(acknowledged);
      expect(await allOf(again)).toEqual(await expectedAt(again.sequence));
      await again.close();
      if (!fired) expect(at).toBeGreaterThan(12);
    }
  },
);
