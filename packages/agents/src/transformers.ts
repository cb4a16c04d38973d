export type { LocalEmbedder } from './embedders/local-embedder.ts';
export {
  openTransformersEmbedder,
  type Pooling,
  type TransformersEmbedderOptions,
} from './embedders/transformers.ts';
export type { LoadPeer } from './local/load-peer.ts';
export type { TransformersOptions } from './local/open-transformers.ts';
export type { LocalSurprisalSource } from './surprisal/local-surprisal-source.ts';
export {
  openTransformersSurprisal,
  type TransformersSurprisalOptions,
} from './surprisal/transformers-surprisal.ts';
