import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { type Embedder, isRetentiveError, RetentiveError, throwIfAborted } from '@retentive/core';
import { withAbort } from './with-abort.ts';

/** What LangChain's embeddings do not say of themselves. */
export interface LangChainEmbedderOptions {
  /** Fingerprint of model and settings, such as `openai:text-embedding-3-small:512`. Stored with the vectors. */
  readonly id: string;
  readonly dimensions: number;
  /** Weight beside lexical scores in z-units, 0 or more. Default 1: the embedder was chosen for its meaning. */
  readonly fusionWeight?: number | undefined;
}

const DEFAULT_FUSION_WEIGHT = 1;

const checkOptions = ({
  id,
  dimensions,
  fusionWeight = DEFAULT_FUSION_WEIGHT,
}: LangChainEmbedderOptions): void => {
  if (id.trim() === '') throw new RetentiveError('OPTION_INVALID', 'the id of an embedder must not be empty');
  if (!Number.isInteger(dimensions) || dimensions < 1) {
    throw new RetentiveError('OPTION_INVALID', `dimensions must be 1 or more, got ${dimensions}`);
  }
  if (!(fusionWeight >= 0 && Number.isFinite(fusionWeight))) {
    throw new RetentiveError('OPTION_INVALID', `fusionWeight must be 0 or more, got ${fusionWeight}`);
  }
};

/**
 * Any LangChain `Embeddings` as an {@link Embedder}. Its vectors are checked: EMBEDDER_FAILED when it throws or gives
 * another number of vectors than texts, VECTOR_INVALID for another dimension, NaN or infinity, ABORTED.
 * @throws OPTION_INVALID
 */
export const createLangChainEmbedder = (
  embeddings: EmbeddingsInterface,
  options: LangChainEmbedderOptions,
): Embedder => {
  checkOptions(options);
  const { id, dimensions, fusionWeight = DEFAULT_FUSION_WEIGHT } = options;

  const vectorOf = (values: readonly number[]): Float32Array => {
    if (values.length !== dimensions) {
      throw new RetentiveError(
        'VECTOR_INVALID',
        `the embedder ${id} gave ${values.length} dimensions, ${dimensions} were declared`,
        { details: { id, dimensions, got: values.length } },
      );
    }
    const vector = Float32Array.from(values);
    if (!vector.every(Number.isFinite)) {
      throw new RetentiveError('VECTOR_INVALID', `the embedder ${id} gave a vector that is not finite`);
    }
    return vector;
  };

  const ask = async <T>(signal: AbortSignal | undefined, start: () => Promise<T>): Promise<T> => {
    try {
      return await withAbort(signal, `the call of ${id}`, start);
    } catch (cause) {
      throwIfAborted(signal, `the call of ${id}`);
      if (isRetentiveError(cause)) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new RetentiveError('EMBEDDER_FAILED', `the embedder ${id} failed: ${reason}`, {
        cause,
        retryable: true,
      });
    }
  };

  return {
    id,
    dimensions,
    fusionWeight,
    async embedDocuments(texts, { signal } = {}) {
      if (texts.length === 0) return [];
      const vectors = await ask(signal, () => embeddings.embedDocuments([...texts]));
      if (vectors.length !== texts.length) {
        throw new RetentiveError(
          'EMBEDDER_FAILED',
          `the embedder ${id} gave ${vectors.length} vectors for ${texts.length} texts`,
        );
      }
      return vectors.map(vectorOf);
    },
    async embedQuery(text, { signal } = {}) {
      return vectorOf(await ask(signal, () => embeddings.embedQuery(text)));
    },
  };
};
