export { type LlamaSurprisalOptions, openLlamaSurprisal } from './surprisal/llama-surprisal.ts';
export type { LoadPeer, LocalSurprisalSource } from './surprisal/load-peer.ts';
