export { type LlamaEmbedderOptions, openLlamaEmbedder } from './embedders/llama.ts';
export type { LocalEmbedder } from './embedders/local-embedder.ts';
export type { LoadPeer } from './local/load-peer.ts';
export type { LlamaOptions } from './local/open-llama.ts';
export { type LlamaSurprisalOptions, openLlamaSurprisal } from './surprisal/llama-surprisal.ts';
export type { LocalSurprisalSource } from './surprisal/local-surprisal-source.ts';
