import { RetentiveError } from '@retentive/core';
import * as z from 'zod';
import { peerFunction } from '../local/load-peer.ts';
import {
  numbersOf,
  openTransformers,
  type Tensor,
  type TransformersOptions,
  type TransformersSettings,
} from '../local/open-transformers.ts';
import {
  assertBatchSize,
  createLocalEmbedder,
  type LocalEmbedder,
  type LocalEmbedderOptions,
  prefixedId,
} from './local-embedder.ts';

/** Texts of a batch are padded to the longest, so larger ones take longer a text. */
const DEFAULT_BATCH_SIZE = 16;

/** How the vectors of tokens become one: the model's authors say which. */
export type Pooling = 'mean' | 'cls' | 'last_token';

// What is used of `@huggingface/transformers` 4, after its type definitions.

interface Extractor {
  (texts: string[], options: { readonly pooling: Pooling; readonly normalize: true }): Promise<Tensor>;
  dispose(): Promise<unknown>;
}

const moduleSchema = z.object({
  pipeline:
    peerFunction<
      (task: 'feature-extraction', name: string, settings: TransformersSettings) => Promise<Extractor>
    >(),
});

/** Options of {@link openTransformersEmbedder}. */
export interface TransformersEmbedderOptions extends TransformersOptions, LocalEmbedderOptions {
  /** Default `mean`, which most sentence encoders want. */
  readonly pooling?: Pooling | undefined;
  /** Names model and settings; default `transformers:MODEL:DTYPE:POOLING:DIMENSIONS` and what is set of prefixes. */
  readonly id?: string | undefined;
}

/** The rows of a tensor of texts by components. @throws EMBEDDER_FAILED */
const rowsOf = (id: string, tensor: Tensor, count: number): readonly ArrayLike<number>[] => {
  const [rows, size = 0] = tensor.dims;
  if (tensor.dims.length !== 2 || rows !== count) {
    throw new RetentiveError(
      'EMBEDDER_FAILED',
      `the model ${id} gave a tensor of ${tensor.dims.join(' x ')} for ${count} texts`,
      { details: { model: id } },
    );
  }
  const values = Float32Array.from(numbersOf(tensor));
  return Array.from({ length: count }, (_, row) => values.subarray(row * size, (row + 1) * size));
};

/**
 * An embedder with an ONNX model of the user's in this process, by the optional package `@huggingface/transformers`, which is loaded here
 * and told to fetch nothing (its `env` is the package's own, and stays so). Vectors have length 1; what is longer than the model sees is
 * left out. Rejects with DEPENDENCY_MISSING, FILE_NOT_FOUND, EMBEDDER_FAILED, ABORTED, OPTION_INVALID
 */
export const openTransformersEmbedder = async (
  options: TransformersEmbedderOptions,
): Promise<LocalEmbedder> => {
  const { model: name, dtype = 'default', pooling = 'mean', batchSize = DEFAULT_BATCH_SIZE } = options;
  assertBatchSize(batchSize);
  const told = options.id ?? `transformers:${name}:${dtype}:${pooling}`;
  const embed = async (extractor: Extractor, texts: readonly string[]) =>
    rowsOf(told, await extractor([...texts], { pooling, normalize: true }), texts.length);
  const { opened, local } = await openTransformers({ id: told, code: 'EMBEDDER_FAILED' }, options, {
    schema: moduleSchema,
    open: async ({ pipeline }, settings) => {
      const extractor = await pipeline('feature-extraction', name, settings);
      // Configurations name the size of vectors in many ways; a vector has it.
      const [vector] = await embed(extractor, ['size']);
      return { extractor, dimensions: vector?.length ?? 0 };
    },
    free: ({ extractor }) => extractor.dispose(),
  });
  const { extractor, dimensions } = opened;
  return createLocalEmbedder(local, {
    ...options,
    id: options.id ?? prefixedId(`${told}:${dimensions}`, options),
    dimensions,
    batchSize,
    embedBatch: (texts) => embed(extractor, texts),
  });
};
