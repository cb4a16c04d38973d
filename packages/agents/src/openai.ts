export { createOpenAIEmbedder, type OpenAIEmbedderOptions } from './embedders/openai.ts';
export { createOpenAIModel, type OpenAIModelOptions } from './models/openai.ts';
