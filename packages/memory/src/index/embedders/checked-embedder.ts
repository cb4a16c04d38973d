import { type Embedder, RetentiveError } from '@retentive/core';
import { createFunctionEmbedder } from './function-embedder.ts';

/**
 * An embedder that a caller gave, its settings and every one of its answers checked as those of
 * `createFunctionEmbedder` are; an aborted call ends at once. @throws OPTION_INVALID
 */
export const checkEmbedder = (embedder: Embedder): Embedder => {
  const { id, dimensions, fusionWeight, embedDocuments, embedQuery } = (embedder ?? {}) as Partial<Embedder>;
  if (
    typeof id !== 'string' ||
    typeof dimensions !== 'number' ||
    typeof fusionWeight !== 'number' ||
    typeof embedDocuments !== 'function' ||
    typeof embedQuery !== 'function'
  ) {
    throw new RetentiveError(
      'OPTION_INVALID',
      'an embedder is { id, dimensions, fusionWeight, embedDocuments, embedQuery }',
    );
  }
  return createFunctionEmbedder({
    id,
    dimensions,
    fusionWeight,
    embed: async (texts, { side, signal }) =>
      side === 'query'
        ? Promise.all(texts.map((text) => embedder.embedQuery(text, { signal })))
        : embedder.embedDocuments(texts, { signal }),
  });
};
