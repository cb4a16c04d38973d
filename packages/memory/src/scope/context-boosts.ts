import { type Chunk, type ChunkId, throwIfAborted } from '@retentive/core';
import type { ScopeKey } from '../journal/journal.ts';
import { vectorBoosts } from '../retrieval/vector-boosts.ts';
import type { ScopeState } from './scope-state.ts';
import type { VectorRegistry } from './vector-registry.ts';

/** A context waits no longer than this for an embedder, nor longer than its own deadline; then words do alone. */
const PATIENCE_MS = 2_000;

/** What near meaning adds to which chunks. */
export interface ContextBoosts {
  readonly boosts: ReadonlyMap<string, number>;
  /** `embedding` where the embedder failed or was late. */
  readonly degraded: readonly string[];
}

/** What boosts are for. */
export interface BoostOptions {
  readonly isProposed: (chunk: Chunk) => boolean;
  readonly limit: number;
  /** The deadline of the context, ms. */
  readonly ms: number | undefined;
  readonly signal: AbortSignal | undefined;
}

const NONE: ContextBoosts = { boosts: new Map(), degraded: [] };

/**
 * Boosts for the chunks nearest to a query, where the embedder has a weight. Its failures cost the boosts, never the
 * context. @throws ABORTED
 */
export const findBoosts = async (
  vectors: VectorRegistry,
  key: ScopeKey,
  state: ScopeState,
  text: string,
  { isProposed, limit, ms = PATIENCE_MS, signal }: BoostOptions,
): Promise<ContextBoosts> => {
  if (vectors.fusionWeight === 0 || text.trim() === '') return NONE;
  const patience = AbortSignal.timeout(Math.ceil(Math.min(ms, PATIENCE_MS)));
  const accepts = (id: string): boolean => {
    const chunk = state.episodic.chunk(id as ChunkId);
    return chunk !== undefined && isProposed(chunk);
  };
  try {
    const { hits } = await vectors.near(key, state, {
      text,
      side: 'query',
      limit,
      accepts: (id, kind) => kind === 'chunk' && accepts(id),
      signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
    });
    return { boosts: vectorBoosts(hits, vectors.fusionWeight), degraded: [] };
  } catch {
    throwIfAborted(signal, 'context');
    return { ...NONE, degraded: ['embedding'] };
  }
};
