import { createHash } from 'node:crypto';
import { type CallOptions, type Embedder, RetentiveError, throwIfAborted } from '@retentive/core';
import type { EmbeddingSide } from './function-embedder.ts';

/** Options of {@link createCachedEmbedder}. */
export interface CachedEmbedderOptions {
  /** Most vectors kept, those used longest ago let go first. Default 4,096: 16 MB at 1,024 dimensions. */
  readonly entries?: number | undefined;
  /** Most texts in one call of the embedder behind. Default 64. */
  readonly batchSize?: number | undefined;
}

const DEFAULT_ENTRIES = 4_096;
const DEFAULT_BATCH_SIZE = 64;

const wholeNumber = (name: string, value: number): number => {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RetentiveError('OPTION_INVALID', `${name} must be a whole number from 1, got ${value}`);
};

/** Vectors by a hash of side and text: what is kept of a text is not the text. */
const createVectorCache = (entries: number) => {
  const vectors = new Map<string, Float32Array>();
  return {
    keyOf: (side: EmbeddingSide, text: string): string =>
      createHash('sha256').update(`${side}\n${text}`).digest('base64url'),
    get(key: string): Float32Array | undefined {
      const vector = vectors.get(key);
      if (vector === undefined) return undefined;
      vectors.delete(key);
      vectors.set(key, vector);
      return vector;
    },
    set(key: string, vector: Float32Array): void {
      vectors.set(key, vector);
      const [oldest] = vectors.keys();
      if (vectors.size > entries && oldest !== undefined) vectors.delete(oldest);
    },
  };
};

/**
 * An embedder that asks the one behind it for each text once, in batches: equal texts of one call and of earlier ones share
 * their vector. It has the same id, so vectors stored by one are good for the other. The cache lives in this process and ends
 * with it: on disk it would outlive what is erased. @throws OPTION_INVALID
 */
export const createCachedEmbedder = (
  embedder: Embedder,
  { entries = DEFAULT_ENTRIES, batchSize = DEFAULT_BATCH_SIZE }: CachedEmbedderOptions = {},
): Embedder => {
  const cache = createVectorCache(wholeNumber('entries', entries));
  const size = wholeNumber('batchSize', batchSize);

  /** Vectors of texts that are not in the cache, by key. */
  const ask = async (
    missing: ReadonlyMap<string, string>,
    options: CallOptions,
  ): Promise<ReadonlyMap<string, Float32Array>> => {
    const found = new Map<string, Float32Array>();
    const wanted = [...missing];
    for (let from = 0; from < wanted.length; from += size) {
      const batch = wanted.slice(from, from + size);
      const vectors = await embedder.embedDocuments(
        batch.map(([, text]) => text),
        options,
      );
      for (const [index, [key]] of batch.entries()) {
        const vector = vectors[index] as Float32Array;
        cache.set(key, vector);
        found.set(key, vector);
      }
    }
    return found;
  };

  return {
    id: embedder.id,
    dimensions: embedder.dimensions,
    fusionWeight: embedder.fusionWeight,
    async embedDocuments(texts, options = {}) {
      throwIfAborted(options.signal, 'the embedding');
      const known = new Map<string, Float32Array>();
      const missing = new Map<string, string>();
      const keys = texts.map((text) => {
        const key = cache.keyOf('document', text);
        const vector = cache.get(key);
        if (vector === undefined) missing.set(key, text);
        else known.set(key, vector);
        return key;
      });
      const asked = await ask(missing, options);
      // Copies: whoever writes to a vector changes no other.
      return keys.map((key) => (known.get(key) ?? (asked.get(key) as Float32Array)).slice());
    },
    async embedQuery(text, options = {}) {
      throwIfAborted(options.signal, 'the embedding');
      const key = cache.keyOf('query', text);
      const vector = cache.get(key) ?? (await embedder.embedQuery(text, options));
      cache.set(key, vector);
      return vector.slice();
    },
  };
};
