import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import type { Embedder } from '@retentive/core';
import { createFunctionEmbedder } from '@retentive/memory';

/** What LangChain's embeddings do not say of themselves. */
export interface LangChainEmbedderOptions {
  /** Fingerprint of model and settings, such as `openai:text-embedding-3-small:512`. Stored with the vectors. */
  readonly id: string;
  readonly dimensions: number;
  /** Weight beside lexical scores in z-units, 0 or more. Default 1: the embedder was chosen for its meaning. */
  readonly fusionWeight?: number | undefined;
}

const DEFAULT_FUSION_WEIGHT = 1;

/** Endpoints refuse an empty text, and with it its whole batch. */
const orBlank = (text: string): string => (text === '' ? ' ' : text);

/**
 * Any LangChain `Embeddings` as an {@link Embedder}. Its vectors are checked: EMBEDDER_FAILED when it throws or gives
 * another number of vectors than texts, VECTOR_INVALID for another dimension, NaN, infinity or all zero, ABORTED.
 * @throws OPTION_INVALID
 */
export const createLangChainEmbedder = (
  embeddings: EmbeddingsInterface,
  { id, dimensions, fusionWeight = DEFAULT_FUSION_WEIGHT }: LangChainEmbedderOptions,
): Embedder =>
  createFunctionEmbedder({
    id,
    dimensions,
    fusionWeight,
    // LangChain takes no signal; an aborted call ends all the same.
    embed: (texts, { side }) =>
      side === 'query'
        ? Promise.all(texts.map((text) => embeddings.embedQuery(orBlank(text))))
        : embeddings.embedDocuments(texts.map(orBlank)),
  });
