export { assertNever } from './assert.ts';
export { type Budget, DEFAULT_BUDGET, MAX_BUDGET_TOKENS, parseBudget } from './budget.ts';
export type {
  ChatModel,
  ChatPart,
  ChatPrompt,
  FinishReason,
  PromptMessage,
  TokenLogprob,
  ToolCall,
  ToolDescription,
  Usage,
} from './chat-model.ts';
export { type Clock, createManualClock, type ManualClock, systemClock, type Wait } from './clock.ts';
export type { Context, ContextItem, ContextSource, Degradation, Why } from './context.ts';
export { type DurationInput, parseDuration } from './duration.ts';
export type { Embedder } from './embedder.ts';
export type { Episode, MessageSpan, SummaryPart, SummarySentence } from './episode.ts';
export {
  type CallOptions,
  ERROR_CODES,
  type ErrorCode,
  type ErrorOptions,
  isRetentiveError,
  RetentiveError,
  throwIfAborted,
} from './errors.ts';
export {
  createMemoryEventBus,
  type MemoryEventBus,
  type MemoryEventName,
  type MemoryEventSource,
  type MemoryEvents,
} from './events.ts';
export type {
  BlockChange,
  CoreBlock,
  CoreVersion,
  EpisodicNote,
  Evidence,
  Example,
  ExampleInput,
  Fact,
  FactInput,
  FactSupport,
  Interval,
  Operation,
  OperationKind,
  OperationTarget,
  SentContext,
} from './fact.ts';
export { factInputSchema, MAX_FACT_LENGTH, parseEvidence, parseFactInput } from './fact-schema.ts';
export {
  type ChunkId,
  type ContextId,
  chunkIdOf,
  createIdSource,
  type DocumentId,
  type EpisodeId,
  type FactId,
  type IdSource,
  type JobId,
  MAX_ID_LENGTH,
  type MessageId,
  type OperationId,
  parseMessageId,
  type SessionId,
  splitChunkId,
  type TurnId,
} from './ids.ts';
export {
  type Chunk,
  type Content,
  type ContentPart,
  contentText,
  type DocumentHeader,
  type DocumentInput,
  type JsonValue,
  type MediaPart,
  type Message,
  type MessageHeader,
  type MessageHeaderInput,
  type MessageInput,
  type MessageState,
  type Metadata,
  ORIGINS,
  type Origin,
  ROLES,
  type Role,
  type TextPart,
  type TimeInput,
} from './message.ts';
export {
  contentSchema,
  DEFAULT_THREAD,
  documentSchema,
  METADATA_LIMITS,
  messageHeaderSchema,
  messageSchema,
  parseDocumentInput,
  parseInput,
  parseMessageHeaderInput,
  parseMessageInput,
  parseTime,
} from './message-schema.ts';
export { addCosts, costOfCall, type ModelCost, type ModelPrices, parsePrices } from './model-cost.ts';
export { createSeededRandom, createSystemRandom, type Random, systemRandom } from './random.ts';
export { canChange, canRead, MAX_LABEL_BYTES, parseLabel, parseScope, type Scope } from './scope.ts';
export { collect, lines, withSignal } from './streams.ts';
export { createEstimatingTokenizer, type Tokenizer } from './tokenizer.ts';
export type { JsonSchema, Tool } from './tool.ts';
