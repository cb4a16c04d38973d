export type { LoadPeer, LocalSurprisalSource } from './surprisal/load-peer.ts';
export {
  openTransformersSurprisal,
  type TransformersSurprisalOptions,
} from './surprisal/transformers-surprisal.ts';
