import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { RetentiveError } from '@retentive/core';
import { type LlamaOptions, openLlama } from '../local/open-llama.ts';
import {
  assertBatchSize,
  createLocalEmbedder,
  type LocalEmbedder,
  type LocalEmbedderOptions,
  prefixedId,
} from './local-embedder.ts';

/** Longer than a chunk; a larger one costs memory from the start. */
const DEFAULT_CONTEXT_SIZE = 2_048;
/** The package reads text by text, so a batch only says how long others wait. */
const DEFAULT_BATCH_SIZE = 16;
/** Kept free: the marks of beginning and end, and the place that the package asks to be left over. */
const RESERVED_TOKENS = 3;
/** Stands for texts of which the model has no token, such as blanks: every text has a vector. */
const NO_TEXT = '.';

/** What is used of `node-llama-cpp` 3, after its type definitions. A token is a number. */
interface LlamaModel {
  readonly trainContextSize: number;
  readonly embeddingVectorSize: number;
  tokenize(text: string, specialTokens: false): readonly number[];
  createEmbeddingContext(options: {
    readonly contextSize: number;
    readonly batchSize: number;
    readonly threads?: number;
    readonly createSignal?: AbortSignal | undefined;
  }): Promise<{
    getEmbeddingFor(tokens: readonly number[]): Promise<{ readonly vector: readonly number[] }>;
  }>;
}

/** Options of {@link openLlamaEmbedder}. */
export interface LlamaEmbedderOptions extends LlamaOptions, LocalEmbedderOptions {
  /** Names model and settings; default `llama:FILE:BYTES:DIMENSIONS` and what is set of prefixes. */
  readonly id?: string | undefined;
  /** Tokens that the model sees of a text; the rest of a longer one is left out. Default 2,048, or as many as it was trained on. */
  readonly contextSize?: number | undefined;
}

/**
 * An embedder with a GGUF model of the user's in this process, by the optional package `node-llama-cpp`, which is loaded here and builds
 * nothing. Vectors are pooled as the file says, else they are those of the last token. Rejects with DEPENDENCY_MISSING, FILE_NOT_FOUND,
 * EMBEDDER_FAILED, ABORTED, OPTION_INVALID
 */
export const openLlamaEmbedder = async (options: LlamaEmbedderOptions): Promise<LocalEmbedder> => {
  const { modelPath, threads, signal, batchSize = DEFAULT_BATCH_SIZE } = options;
  const { contextSize = DEFAULT_CONTEXT_SIZE } = options;
  assertBatchSize(batchSize);
  if (!Number.isInteger(contextSize) || contextSize <= RESERVED_TOKENS) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `contextSize must be a whole number of tokens above ${RESERVED_TOKENS}, got ${contextSize}`,
    );
  }
  const file = basename(modelPath);
  const { opened, local } = await openLlama(
    { id: options.id ?? `llama:${file}`, code: 'EMBEDDER_FAILED' },
    options,
    async (model: LlamaModel) => {
      const size = Math.min(contextSize, model.trainContextSize);
      return {
        model,
        size,
        bytes: (await stat(modelPath)).size,
        context: await model.createEmbeddingContext({
          contextSize: size,
          // An encoder sees a text at once or not at all.
          batchSize: size,
          ...(threads === undefined ? {} : { threads }),
          createSignal: signal,
        }),
      };
    },
  );
  const { model, size, bytes, context } = opened;
  const dimensions = model.embeddingVectorSize;
  return createLocalEmbedder(local, {
    ...options,
    id: options.id ?? prefixedId(`llama:${file}:${bytes}:${dimensions}`, options),
    dimensions,
    batchSize,
    async embedBatch(texts) {
      const vectors: (readonly number[])[] = [];
      for (const text of texts) {
        const own = model.tokenize(text, false);
        const tokens = own.length > 0 ? own : model.tokenize(NO_TEXT, false);
        vectors.push((await context.getEmbeddingFor(tokens.slice(0, size - RESERVED_TOKENS))).vector);
      }
      return vectors;
    },
  });
};
