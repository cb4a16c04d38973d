import type { CallOptions } from './errors.ts';

/** Turns text into vectors. Document and query sides may differ. */
export interface Embedder {
  /** Fingerprint of model and settings; stored with the vectors, another one is refused. */
  readonly id: string;
  readonly dimensions: number;
  /** Weight beside lexical scores in z-units; 0 for embedders that add nothing to ranking. */
  readonly fusionWeight: number;
  /** One vector a text, in order, all finite. */
  embedDocuments(texts: readonly string[], options?: CallOptions): Promise<readonly Float32Array[]>;
  embedQuery(text: string, options?: CallOptions): Promise<Float32Array>;
}
