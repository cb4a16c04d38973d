import type { Fact, FactId } from '@retentive/core';
import { believedAt, type NearestFacts, nearestByWords } from '../writing/decide-facts.ts';
import type { VectorRegistry } from './vector-registry.ts';

/** Writing waits no longer than this for an embedder; words are there at once. */
const PATIENCE_MS = 2_000;

/**
 * Makes what finds the believed facts nearest to a text by their vectors, or by their words where vectors fail or are
 * late: a decision is never held up.
 */
export const createNearestFacts =
  (vectors: VectorRegistry): NearestFacts =>
  (state, scope, agent) =>
  async (text, limit) => {
    const believed = (id: string): Fact | undefined => believedAt(state, id as FactId, agent);
    try {
      const { hits } = await vectors.near(scope, state, {
        text,
        side: 'document',
        limit,
        accepts: (id, kind) => kind === 'fact' && believed(id) !== undefined,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return hits.flatMap(({ id, score }) => {
        const fact = believed(id);
        return fact === undefined ? [] : [{ fact, score }];
      });
    } catch {
      return nearestByWords(state, scope, agent)(text, limit);
    }
  };
