import { createSeededRandom } from '@retentive/core';
import type { VectorIndex, VectorItem } from '../../../src/index/vector-index.ts';

export const DIMENSIONS = 32;
export const FINGERPRINT = 'rounds:32';

const itemsOf = (round: number): readonly VectorItem[] => {
  const random = createSeededRandom(round);
  return Array.from({ length: 40 }, (_, at) => ({
    id: `${Math.floor(random.next() * 500)}/${at}`,
    kind: at % 2 === 0 ? 'chunk' : 'fact',
    vector: Float32Array.from({ length: DIMENSIONS }, () => random.next() - 0.5),
  }));
};

/** What happens at one sequence of the journal: the writer and the one who checks do the same. */
export const applyRound = async (index: VectorIndex, round: number): Promise<void> => {
  const gone = itemsOf(Math.max(1, round - 3)).map(({ id }) => id);
  // The sequence is reached with the last change that belongs to it, not with the first.
  await index.remove(gone.slice(0, 15), round - 1);
  await index.put(itemsOf(round), round);
};
