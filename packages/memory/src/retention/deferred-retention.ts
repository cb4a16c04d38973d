import type { Chunk } from '@retentive/core';
import { type ChunkReference, type ChunkReferences, PLAIN_REFERENCES } from './open-threads.ts';
import {
  createRetentionProjection,
  type RetentionProjection,
  type RetentionProjectionOptions,
  type RetentionProjectionState,
} from './retention-projection.ts';
import { DEFAULT_RETENTION_CAPACITY } from './retention-types.ts';

/** Calls that are kept at most: a small scope that is asked for weeks must not remember each question. */
const MOST_WAITING = 20_000;

/** A call that waits to be carried out. */
type Call =
  | { readonly call: 'chunks'; readonly added: readonly Chunk[]; readonly removed: readonly Chunk[] }
  | { readonly call: 'access'; readonly chunks: readonly Chunk[] }
  | { readonly call: 'pin'; readonly chunks: readonly Chunk[]; readonly pinned: boolean };

type Referred<Value> = {
  readonly [Name in keyof Value]: Value[Name] extends readonly Chunk[]
    ? readonly ChunkReference[]
    : Value[Name];
};

type CallState = Call extends infer One ? (One extends Call ? Referred<One> : never) : never;

/** What a deferred retention goes on from. JSON. */
export type DeferredRetentionState =
  | { readonly begun: RetentionProjectionState }
  | { readonly begun?: undefined; readonly waiting: readonly CallState[]; readonly tokens: number };

/** A retention projection that scores late. */
export interface DeferredRetention extends Omit<RetentionProjection, 'state'> {
  state(): DeferredRetentionState | undefined;
}

const carryOut = (retention: RetentionProjection, call: Call): unknown => {
  switch (call.call) {
    case 'chunks':
      return retention.onChunks(call.added, call.removed);
    case 'access':
      return retention.onAccess(call.chunks);
    case 'pin':
      return retention.onPin(call.chunks, call.pinned);
  }
};

/**
 * A retention projection that scores nothing until it must: while all chunks fit the capacity none can leave, so calls
 * are only kept in order, and carried out when the capacity is passed or a report is asked for. Most scopes never get
 * there, and opening them costs nothing. Gives what the projection itself would.
 */
export const createDeferredRetention = (
  options: RetentionProjectionOptions,
  references: ChunkReferences = PLAIN_REFERENCES,
  from?: DeferredRetentionState,
): DeferredRetention => {
  const { capacity = DEFAULT_RETENTION_CAPACITY } = options;
  const { refer, resolve } = references;
  // Bad options are refused now, not when the capacity is passed.
  const fresh = createRetentionProjection(options, references, from?.begun);
  let begun = from?.begun === undefined ? undefined : fresh;
  let waiting: Call[] =
    from === undefined || from.begun !== undefined
      ? []
      : from.waiting.map((call) =>
          call.call === 'chunks'
            ? { call: 'chunks', added: call.added.map(resolve), removed: call.removed.map(resolve) }
            : { ...call, chunks: call.chunks.map(resolve) },
        );
  let tokens = from === undefined || from.begun !== undefined ? 0 : from.tokens;

  const begin = (): RetentionProjection => {
    if (begun !== undefined) return begun;
    for (const call of waiting) carryOut(fresh, call);
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
        if (added.length > 0 || removed.length > 0) waiting.push({ call: 'chunks', added, removed });
        return [];
      }
      return begin().onChunks(added, removed);
    },
    onAccess(chunks) {
      if (begun !== undefined || waiting.length >= MOST_WAITING) return begin().onAccess(chunks);
      waiting.push({ call: 'access', chunks });
      return [];
    },
    onPin(chunks, pinned) {
      if (begun !== undefined || waiting.length >= MOST_WAITING) return begin().onPin(chunks, pinned);
      waiting.push({ call: 'pin', chunks, pinned });
      return [];
    },
    excerptAt: (position) => begun?.excerptAt(position),
    excerpts: () => begun?.excerpts() ?? [],
    takeChangedExcerpts: () => begun?.takeChangedExcerpts() ?? [],
    isArchived: (position) => begun?.isArchived(position) ?? false,
    report: (reportOptions) => begin().report(reportOptions),
    state() {
      if (begun !== undefined) {
        const state = begun.state();
        return state === undefined ? undefined : { begun: state };
      }
      return {
        waiting: waiting.map((call) =>
          call.call === 'chunks'
            ? { call: 'chunks', added: call.added.map(refer), removed: call.removed.map(refer) }
            : { ...call, chunks: call.chunks.map(refer) },
        ),
        tokens,
      };
    },
  };
};
