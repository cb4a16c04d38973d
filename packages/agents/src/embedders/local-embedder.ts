import { type Embedder, RetentiveError } from '@retentive/core';
import { createFunctionEmbedder } from '@retentive/memory';
import type { LocalModel } from '../local/local-model.ts';

/** An embedder with a model in this process, to be closed. */
export type LocalEmbedder = Embedder & {
  /** Frees the model; calls under way are waited for. Idempotent. */
  close(): Promise<void>;
};

/** What models are told of a text before it, as their authors trained them: `query: `, `search_document: `. */
export interface EmbeddingPrefixes {
  /** Before each query. Default none. */
  readonly queryPrefix?: string | undefined;
  /** Before each document. Default none. */
  readonly documentPrefix?: string | undefined;
}

/** Options of every embedder with a model in this process. */
export interface LocalEmbedderOptions extends EmbeddingPrefixes {
  /** Weight beside lexical scores in z-units, 0 or more. */
  readonly fusionWeight: number;
  /** Most texts of one call that are embedded before others may take their turn, 1 or more. */
  readonly batchSize?: number | undefined;
}

/** A whole number from 1. @throws OPTION_INVALID */
export const assertBatchSize = (batchSize: number): void => {
  if (Number.isInteger(batchSize) && batchSize >= 1) return;
  throw new RetentiveError('OPTION_INVALID', `batchSize must be a whole number from 1, got ${batchSize}`);
};

/** Prefixes change vectors, so they are part of an id that is made. */
export const prefixedId = (
  name: string,
  { queryPrefix = '', documentPrefix = '' }: EmbeddingPrefixes,
): string =>
  queryPrefix === '' && documentPrefix === ''
    ? name
    : `${name}:${JSON.stringify([documentPrefix, queryPrefix])}`;

/**
 * An embedder of a model that takes turns, asked in batches; an aborted call asks for no further one. The model is freed where the
 * settings cannot be. Rejects with OPTION_INVALID
 */
export const createLocalEmbedder = async (
  local: LocalModel,
  {
    id,
    dimensions,
    fusionWeight,
    batchSize,
    queryPrefix = '',
    documentPrefix = '',
    embedBatch,
  }: LocalEmbedderOptions & {
    readonly id: string;
    readonly dimensions: number;
    readonly batchSize: number;
    embedBatch(texts: readonly string[]): Promise<readonly ArrayLike<number>[]>;
  },
): Promise<LocalEmbedder> => {
  const prefixes = { query: queryPrefix, document: documentPrefix };
  try {
    const embedder = createFunctionEmbedder({
      id,
      dimensions,
      fusionWeight,
      async embed(texts, { side, signal }) {
        const vectors: ArrayLike<number>[] = [];
        for (let from = 0; from < texts.length; from += batchSize) {
          const batch = texts.slice(from, from + batchSize).map((text) => prefixes[side] + text);
          vectors.push(...(await local.run(signal, () => embedBatch(batch))));
        }
        return vectors;
      },
    });
    return { ...embedder, close: local.close };
  } catch (cause) {
    await local.close();
    throw cause;
  }
};
