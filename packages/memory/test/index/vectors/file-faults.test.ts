import { afterAll, expect } from 'vitest';
import { createSnapshotFiles } from '../../../src/index/vectors/snapshot-files.ts';
import { openVectraIndex } from '../../../src/index/vectors/vectra-index.ts';
import { createFaultyFiles, describeVectorIndexFaults } from '../../../src/testing/index.ts';
import { createTestRoot } from '../../journal/support.ts';

const FINGERPRINT = 'faults:8';

// What fails is injected, so no disk has to be waited for.
const root = createTestRoot({ inMemory: true });
afterAll(root.remove);

let folder = '';
describeVectorIndexFaults('vectra', {
  open(fault, dimensions) {
    folder = root.next();
    const files = createSnapshotFiles(createFaultyFiles(fault));
    return openVectraIndex({ folder, dimensions, fingerprint: FINGERPRINT, files });
  },
  async reopen(dimensions) {
    const again = await openVectraIndex({ folder, dimensions, fingerprint: FINGERPRINT });
    // None, or a whole one: at worst that of the empty index, from before its first vectors.
    expect(again.opened.state).not.toBe('rebuild');
    return again;
  },
  leastCalls: 12,
});
