import { type CallOptions, type Embedder, isRetentiveError } from '@retentive/core';
import type { VectorItem } from '../index/vector-index.ts';

/** Something that is to get a vector. */
export interface EmbeddingTask {
  readonly id: string;
  readonly kind: VectorItem['kind'];
  readonly text: string;
  /** Of the entry that brought it. */
  readonly sequence: number;
}

const toItems = (
  tasks: readonly EmbeddingTask[],
  vectors: readonly (Float32Array | undefined)[],
): readonly VectorItem[] =>
  tasks.flatMap(({ id, kind }, index) => {
    const vector = vectors[index];
    return vector === undefined ? [] : [{ id, kind, vector }];
  });

/**
 * Vectors of a batch. Where one text gets no valid vector while others do, it stays without one and is found by its words:
 * a single odd text must not keep a whole memory from being embedded. Rejects as the embedder does when none is valid.
 */
export const embedBatch = async (
  tasks: readonly EmbeddingTask[],
  embedder: Embedder,
  { signal }: CallOptions,
): Promise<readonly VectorItem[]> => {
  try {
    const texts = tasks.map(({ text }) => text);
    return toItems(tasks, await embedder.embedDocuments(texts, { signal }));
  } catch (error) {
    if (!isRetentiveError(error, 'VECTOR_INVALID')) throw error;
    const vectors: (Float32Array | undefined)[] = [];
    for (const { text } of tasks) {
      const [vector] = await embedder.embedDocuments([text], { signal }).catch((failure: unknown) => {
        if (isRetentiveError(failure, 'VECTOR_INVALID')) return [];
        throw failure;
      });
      vectors.push(vector);
    }
    if (vectors.every((vector) => vector === undefined)) throw error;
    return toItems(tasks, vectors);
  }
};
