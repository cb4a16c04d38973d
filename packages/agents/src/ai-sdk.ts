export {
  type AISDKEmbedderOptions,
  type AISDKEmbeddingModel,
  createAISDKEmbedder,
} from './embedders/ai-sdk.ts';
