import { createSeededRandom } from '@retentive/core';

/** Dimensions of the vectors of `exact` measurements, as of a small neural embedder. */
export const EXACT_DIMENSIONS = 512;

/** Makes vectors of length 1 in directions of chance, by number. The same seed gives the same vectors. */
export const createVectors =
  (seed: number) =>
  (index: number): Float32Array => {
    const { next } = createSeededRandom(seed + index * 2_654_435);
    const vector = Float32Array.from({ length: EXACT_DIMENSIONS }, () => next() + next() + next() - 1.5);
    const length = Math.hypot(...vector);
    return vector.map((component) => component / length);
  };
