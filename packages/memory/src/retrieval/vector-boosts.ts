import type { VectorHit } from '../index/vector-index.ts';

/**
 * What near meaning adds to a candidate's score, by id: `weight` times how many standard deviations its cosine lies above
 * the mean of the hits. A text of cosine 0, that has nothing to do with the query, counts as one of them, so that a memory
 * of one chunk has a spread too. Hits at or below the mean add nothing, as if they had not been found. Pure.
 */
export const vectorBoosts = (hits: readonly VectorHit[], weight: number): ReadonlyMap<string, number> => {
  const count = hits.length + 1;
  const mean = hits.reduce((sum, { score }) => sum + score, 0) / count;
  const squares = hits.reduce((sum, { score }) => sum + (score - mean) ** 2, mean ** 2);
  const deviation = Math.sqrt(squares / count);
  const boosts = new Map<string, number>();
  for (const { id, score } of hits) if (score > mean) boosts.set(id, (weight * (score - mean)) / deviation);
  return boosts;
};
