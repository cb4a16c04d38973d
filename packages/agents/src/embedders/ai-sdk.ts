import { type Embedder, RetentiveError } from '@retentive/core';
import { createFunctionEmbedder } from '@retentive/memory';

/**
 * What is used of an embedding model of the AI SDK, as its providers make them (`openai.embeddingModel('...')`). Versions 2 to
 * 4 of their specification have it alike.
 */
export interface AISDKEmbeddingModel {
  readonly provider: string;
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: PromiseLike<number | undefined> | number | undefined;
  doEmbed(options: {
    values: string[];
    abortSignal?: AbortSignal;
  }): PromiseLike<{ readonly embeddings: readonly (readonly number[])[] }>;
}

/** Options of {@link createAISDKEmbedder}. */
export interface AISDKEmbedderOptions {
  /** Components of its vectors; an answer of another length is VECTOR_INVALID. */
  readonly dimensions: number;
  /** Weight beside lexical scores in z-units, 0 or more. */
  readonly fusionWeight: number;
  /** Names model and settings; default `ai-sdk:PROVIDER:MODEL:DIMENSIONS`. */
  readonly id?: string | undefined;
}

/** Providers that name no limit take a few dozen; more at once is hardly faster. */
const DEFAULT_BATCH_SIZE = 64;

/**
 * An embedding model of the AI SDK as an {@link Embedder}: the provider's own object, without the package `ai`. It asks in the
 * batches that the model takes, and tries nothing twice. Rejects with EMBEDDER_FAILED, VECTOR_INVALID, ABORTED.
 * @throws OPTION_INVALID
 */
export const createAISDKEmbedder = (
  model: AISDKEmbeddingModel,
  { dimensions, fusionWeight, id }: AISDKEmbedderOptions,
): Embedder => {
  if (typeof model?.doEmbed !== 'function') {
    throw new RetentiveError(
      'OPTION_INVALID',
      "an embedding model of the AI SDK has doEmbed, such as openai.embeddingModel('...'), not its name alone",
    );
  }
  return createFunctionEmbedder({
    id: id ?? `ai-sdk:${model.provider}:${model.modelId}:${dimensions}`,
    dimensions,
    fusionWeight,
    async embed(texts, { signal }) {
      const most = Math.min(DEFAULT_BATCH_SIZE, (await model.maxEmbeddingsPerCall) ?? DEFAULT_BATCH_SIZE);
      const vectors: (readonly number[])[] = [];
      for (let from = 0; from < texts.length; from += most) {
        // Endpoints refuse an empty text, and with it its whole batch.
        const values = texts.slice(from, from + most).map((text) => (text === '' ? ' ' : text));
        const { embeddings } = await model.doEmbed({
          values,
          ...(signal === undefined ? {} : { abortSignal: signal }),
        });
        if (embeddings.length !== values.length) {
          throw new RetentiveError(
            'EMBEDDER_FAILED',
            `the model ${model.modelId} sent ${embeddings.length} vectors for ${values.length} texts`,
            { details: { model: model.modelId, texts: values.length } },
          );
        }
        vectors.push(...embeddings);
      }
      return vectors;
    },
  });
};
