import {
  type CallOptions,
  type Embedder,
  isRetentiveError,
  RetentiveError,
  throwIfAborted,
} from '@retentive/core';
import { orAborted } from '../../or-aborted.ts';

/** Which side a text is on; some models want another prefix for each. */
export type EmbeddingSide = 'document' | 'query';

/** Options of {@link createFunctionEmbedder}. */
export interface FunctionEmbedderOptions {
  /** Names the model and all settings that change its vectors; vectors under another id are embedded anew. */
  readonly id: string;
  /** Components of every vector, 1 or more. */
  readonly dimensions: number;
  /** Weight beside lexical scores in z-units, 0 or more: 0 keeps vectors out of the ranking of contexts. */
  readonly fusionWeight: number;
  /** One vector a text, in order, of any length above 0. What it throws becomes EMBEDDER_FAILED. */
  readonly embed: (
    texts: readonly string[],
    options: CallOptions & { readonly side: EmbeddingSide },
  ) => Promise<readonly ArrayLike<number>[]>;
}

const checkOptions = ({ id, dimensions, fusionWeight }: FunctionEmbedderOptions): void => {
  if (id.trim() === '') throw new RetentiveError('OPTION_INVALID', 'id must name the model of the embedder');
  if (!Number.isInteger(dimensions) || dimensions < 1) {
    throw new RetentiveError('OPTION_INVALID', `dimensions must be a whole number from 1, got ${dimensions}`);
  }
  if (!(fusionWeight >= 0 && fusionWeight < Number.POSITIVE_INFINITY)) {
    throw new RetentiveError('OPTION_INVALID', `fusionWeight must be a number from 0, got ${fusionWeight}`);
  }
};

const isFinite32 = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(Math.fround(value));

/** A copy of one answer as floats. @throws VECTOR_INVALID */
const checkedVector = (id: string, dimensions: number, vector: ArrayLike<unknown>): Float32Array => {
  const fail = (problem: string): never => {
    throw new RetentiveError('VECTOR_INVALID', `the embedder ${id} gave a vector ${problem}`, {
      details: { embedder: id, dimensions },
    });
  };
  if (vector?.length !== dimensions) return fail(`of ${vector?.length} dimensions, not ${dimensions}`);
  const values = Array.from(vector);
  if (!values.every(isFinite32)) return fail('with something else than finite numbers in it');
  const checked = Float32Array.from(values as number[]);
  return checked.some((value) => value !== 0) ? checked : fail('that is all zero');
};

/**
 * An embedder out of a function. Every vector is checked: another dimension, NaN, infinity or all zero is VECTOR_INVALID, another
 * number of vectors than texts or anything thrown is EMBEDDER_FAILED. An aborted call ends at once, also when the function
 * hangs. @throws OPTION_INVALID
 */
export const createFunctionEmbedder = (options: FunctionEmbedderOptions): Embedder => {
  checkOptions(options);
  const { id, dimensions, fusionWeight, embed } = options;

  const call = async (
    texts: readonly string[],
    side: EmbeddingSide,
    signal: AbortSignal | undefined,
  ): Promise<readonly Float32Array[]> => {
    throwIfAborted(signal, 'the embedding');
    if (texts.length === 0) return [];
    let vectors: readonly ArrayLike<number>[];
    try {
      vectors = await orAborted(embed(texts, { side, signal }), signal, 'the embedding');
    } catch (cause) {
      throwIfAborted(signal, 'the embedding');
      if (isRetentiveError(cause)) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      // A function that calls out fails for a while more often than for ever.
      throw new RetentiveError('EMBEDDER_FAILED', `the embedder ${id} failed: ${reason}`, {
        cause,
        retryable: true,
        details: { embedder: id },
      });
    }
    if (!Array.isArray(vectors) || vectors.length !== texts.length) {
      throw new RetentiveError(
        'EMBEDDER_FAILED',
        `the embedder ${id} gave ${Array.isArray(vectors) ? vectors.length : 'no'} vectors for ${texts.length} texts`,
        { details: { embedder: id, texts: texts.length } },
      );
    }
    return vectors.map((vector) => checkedVector(id, dimensions, vector));
  };

  return {
    id,
    dimensions,
    fusionWeight,
    embedDocuments: (texts, { signal } = {}) => call(texts, 'document', signal),
    async embedQuery(text, { signal } = {}) {
      const [vector] = await call([text], 'query', signal);
      return vector as Float32Array;
    },
  };
};
