import type { CallOptions } from '@retentive/core';

/** What a vector stands for: a chunk or a fact, by id. */
export interface VectorItem {
  readonly id: string;
  readonly kind: 'chunk' | 'fact';
  /** Finite, of the index's dimension, not all zero; stored at length 1. */
  readonly vector: Float32Array;
}

/** A neighbour of a query. */
export interface VectorHit {
  readonly id: string;
  readonly kind: VectorItem['kind'];
  /** Cosine, -1 to 1. */
  readonly score: number;
}

/** What a vector index can do, as data. */
export interface VectorIndexCapabilities {
  readonly name: string;
  /** What was flushed is there at the next open. */
  readonly durable: boolean;
  readonly dimensions: number;
}

/**
 * Vectors of one scope: a projection of the journal, exact in its answers. Rejects only with RetentiveError:
 * STORE_CLOSED after close, VECTOR_INVALID for a vector of another dimension, with NaN or infinity, or all zero.
 */
export interface VectorIndex {
  readonly capabilities: VectorIndexCapabilities;
  /** Sequence of the journal that the index has reached, as told to `put`; 0 when empty. */
  readonly sequence: number;
  readonly size: number;
  /** Inserts or replaces by id; searchable at once, on disk after `flush` or `close`. */
  put(items: readonly VectorItem[], sequence: number, options?: CallOptions): Promise<void>;
  remove(ids: readonly string[], sequence: number, options?: CallOptions): Promise<void>;
  /** The `limit` nearest, best first, ties to the lower id. */
  search(
    query: Float32Array,
    limit: number,
    filter?: (id: string, kind: VectorItem['kind']) => boolean,
  ): Promise<readonly VectorHit[]>;
  /** Cosines of some items, by id, wherever they rank; of those that are not there none. */
  cosines(query: Float32Array, ids: Iterable<string>): Promise<ReadonlyMap<string, number>>;
  flush(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}
