export { createOpenAIEmbedder, type OpenAIEmbedderOptions } from './embedders/openai.ts';
export { createOpenAIModel, type OpenAIModelOptions } from './models/openai.ts';
export { createStreamedBits, type StreamedBits } from './models/streamed-bits.ts';
export { openPromptSurprisal, type PromptSurprisalOptions } from './surprisal/prompt-surprisal.ts';
