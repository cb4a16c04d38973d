export {
  RetentiveChatMessageHistory,
  type RetentiveChatMessageHistoryFields,
} from './chat-message-history.ts';
export { createLangChainEmbedder, type LangChainEmbedderOptions } from './embedder.ts';
export {
  createIngestHandler,
  type IngestedMessage,
  type IngestHandler,
  type IngestHandlerOptions,
} from './ingest-handler.ts';
export {
  type RetentiveDocumentMetadata,
  RetentiveRetriever,
  type RetentiveRetrieverFields,
} from './retriever.ts';
export { createLangChainMemoryTools, toLangChainTool } from './tools.ts';
