// Flushes one round of vectors after the other until it is killed; the sequence of each flush that came back is one line of
// output.
import { writeSync } from 'node:fs';
import { openVectraIndex } from '../../../../src/index/vectors/vectra-index.ts';
import { applyRound, DIMENSIONS, FINGERPRINT } from '../rounds.ts';

const [folder = ''] = process.argv.slice(2);
const index = await openVectraIndex({ folder, dimensions: DIMENSIONS, fingerprint: FINGERPRINT });
while (true) {
  await applyRound(index, index.sequence + 1);
  await index.flush();
  writeSync(1, `${index.sequence}\n`);
}
