import type { Chunk } from '@retentive/core';
import { DEFAULT_RETENTION_CAPACITY } from './retention.ts';
import {
  createRetentionProjection,
  type RetentionProjection,
  type RetentionProjectionOptions,
} from './retention-projection.ts';

/** Calls that are kept at most: a small scope that is asked for weeks must not remember each question. */
const MOST_WAITING = 20_000;

type Call = (retention: RetentionProjection) => void;

/**
 * A retention projection that scores nothing until it must: while all chunks fit the capacity none can leave, so calls
 * are only kept in order, and carried out when the capacity is passed or a report is asked for. Most scopes never get
 * there, and opening them costs nothing. Gives what the projection itself would.
 */
export const createDeferredRetention = (options: RetentionProjectionOptions): RetentionProjection => {
  const { capacity = DEFAULT_RETENTION_CAPACITY } = options;
  // Bad options are refused now, not when the capacity is passed.
  const fresh = createRetentionProjection(options);
  let begun: RetentionProjection | undefined;
  let waiting: Call[] = [];
  let tokens = 0;

  const begin = (): RetentionProjection => {
    if (begun !== undefined) return begun;
    for (const call of waiting) call(fresh);
    waiting = [];
    begun = fresh;
    return begun;
  };

  const tokensOf = (chunks: readonly Chunk[]): number => chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);

  return {
    capacity: fresh.capacity,
    get tokens() {
      return begun?.tokens ?? tokens;
    },
    get archivedTokens() {
      return begun?.archivedTokens ?? 0;
    },
    onChunks(added, removed) {
      tokens += tokensOf(added) - tokensOf(removed);
      if (begun === undefined && tokens <= capacity) {
        if (added.length > 0 || removed.length > 0)
          waiting.push((retention) => retention.onChunks(added, removed));
        return [];
      }
      return begin().onChunks(added, removed);
    },
    onAccess(chunks) {
      if (begun !== undefined || waiting.length >= MOST_WAITING) return begin().onAccess(chunks);
      waiting.push((retention) => retention.onAccess(chunks));
      return [];
    },
    onPin(chunks, pinned) {
      if (begun !== undefined || waiting.length >= MOST_WAITING) return begin().onPin(chunks, pinned);
      waiting.push((retention) => retention.onPin(chunks, pinned));
      return [];
    },
    isArchived: (position) => begun?.isArchived(position) ?? false,
    report: (reportOptions) => begin().report(reportOptions),
  };
};
