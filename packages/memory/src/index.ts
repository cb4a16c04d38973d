export type { ImportOptions, ImportReport, OpenArchive } from './archive/archive-types.ts';
export { backUpFolder } from './backup/back-up.ts';
export { type BoundaryScorer, type BoundaryUnit, combineScorers } from './chunking/boundary-scorer.ts';
export {
  type ChunkedKind,
  type Chunker,
  type ChunkerOptions,
  createChunker,
  MAX_CHUNK_TOKENS,
} from './chunking/chunker.ts';
export { createDefaultBoundaries } from './chunking/default-boundaries.ts';
export { DEFAULT_BOUNDARY_WEIGHTS } from './chunking/learned/default-weights.ts';
export {
  type BoundaryExample,
  type BoundaryWeights,
  paragraphExamples,
  type TrainBoundariesOptions,
  trainBoundaries,
  weighBoundary,
} from './chunking/learned/train-boundaries.ts';
export { type AskBoundariesOptions, askBoundaries } from './chunking/scorers/ask-boundaries.ts';
export { createHardMarkers } from './chunking/scorers/hard-markers.ts';
export { createInitiative } from './chunking/scorers/initiative.ts';
export {
  createLearnedBoundaries,
  type LearnedBoundariesOptions,
} from './chunking/scorers/learned-boundaries.ts';
export { createLexicalDepth, type LexicalDepthOptions } from './chunking/scorers/lexical-depth.ts';
export {
  createPerplexityMinima,
  type PerplexityMinimaOptions,
  perplexityMinima,
} from './chunking/scorers/perplexity-minima.ts';
export { segmentTopics, type TopicOptions } from './chunking/segment-topics.ts';
export {
  type LengthPrior,
  logNormalPrior,
  type SegmentOptions,
  segmentUnits,
  uniformPrior,
} from './chunking/segment-units.ts';
export { splitSentences } from './chunking/sentences.ts';
export type { CoreGrounds, CoreMemory, CoreReadOptions } from './core-memory-types.ts';
export { alignLogprobs } from './entropy/align-logprobs.ts';
export { createCharacterSurprisal } from './entropy/character-surprisal.ts';
export { createLanguageSurprisal, openSurprisal } from './entropy/language-surprisal.ts';
export { createModelSurprisal, type ModelSurprisalOptions } from './entropy/model-surprisal.ts';
export { openNGramModel, saveNGramModel } from './entropy/ngram/ngram-file.ts';
export type { NGramModel } from './entropy/ngram/ngram-model.ts';
export { createNGramSurprisal, openNGramSurprisal } from './entropy/ngram/ngram-surprisal.ts';
export { type TrainOptions, trainNGramModel } from './entropy/ngram/train-ngram-model.ts';
export type {
  ModelSurprisalSession,
  ModelSurprisalSource,
  SurprisalSession,
  SurprisalSource,
  TokenBits,
} from './entropy/surprisal-source.ts';
export { createWordSurprisal, openWordSurprisal } from './entropy/word-surprisal.ts';
export { createWordTable, type WordCount, type WordTable } from './entropy/word-table.ts';
export { type ClaimCheck, type ClaimSource, checkClaim } from './episodes/claim-check.ts';
export type {
  ConsolidateOptions,
  ConsolidateReport,
  EpisodesOptions,
  Timeline,
  TimelineItem,
  TimelineOptions,
} from './episodes/episode-types.ts';
export type { ConsolidationChoice } from './episodes/idle-consolidation.ts';
export type { FactChangeInput, FactsOptions, Knowledge, KnownOptions, ProposedFact } from './fact-types.ts';
export {
  FOREIGN_FORMATS,
  type ForeignFormat,
  type ForeignImportOptions,
  type ForeignImportReport,
  type Skipped,
  type SkipReason,
} from './foreign/foreign-types.ts';
export { type Analyzer, createAnalyzer } from './index/analyzer.ts';
export { type CachedEmbedderOptions, createCachedEmbedder } from './index/embedders/cached-embedder.ts';
export {
  createFunctionEmbedder,
  type EmbeddingSide,
  type FunctionEmbedderOptions,
} from './index/embedders/function-embedder.ts';
export { createHashingEmbedder, type HashingEmbedderOptions } from './index/embedders/hashing-embedder.ts';
export type { VectorHit, VectorIndex, VectorIndexCapabilities, VectorItem } from './index/vector-index.ts';
export { type DaemonAddress, type FolderOwner, readFolderOwner } from './journal/folder-owner.js';
export type { BackupOptions, EntryBody, JobRecord, JournalFault } from './journal/journal.ts';
export type { Durability } from './journal/sqlite-journal.ts';
export { openMemory } from './memory.ts';
export type { MemoryOptions, RetentionChoice } from './memory-options.ts';
export type { EntitiesOptions, Entity, Memory, RetentionReport, ScopedMemory } from './memory-types.ts';
export type {
  ContextOptions,
  MessagesOptions,
  RebuiltContext,
  RequeryOptions,
  SearchHit,
  SearchOptions,
} from './reading-types.ts';
export type {
  ErasedScopeReport,
  EraseOptions,
  EraseReport,
  ForgetReport,
  SweepOptions,
  SweepReport,
} from './removal-types.ts';
export { DECAYS, type Decay, halfLife } from './retention/decay.ts';
export {
  createRetentionProjection,
  type RetentionProjection,
  type RetentionProjectionOptions,
} from './retention/retention-projection.ts';
export {
  type ArchivedChunk,
  DEFAULT_RETENTION_CAPACITY,
  type RetentionOptions,
} from './retention/retention-types.ts';
export { DEFAULT_RETENTION_WEIGHTS, type RetentionWeights } from './retention/score.ts';
export type { EraseTarget } from './scope/erase-target.ts';
export type { RetainOption } from './scope/retain.ts';
export {
  type DerivationRule,
  defineRule,
  type FactPattern,
} from './semantic/define-rule.ts';
export {
  defineStore,
  type FactStore,
  type FieldsToWrite,
  type StoredFields,
} from './semantic/define-store.ts';
export type {
  BackupReport,
  ChangesOptions,
  ConsolidationStats,
  DoctorOptions,
  DoctorReport,
  JobInfo,
  JobsOptions,
  MemoryChange,
  MemoryStats,
  ProjectionReport,
  ReembedOptions,
  ReembedReport,
  RetryJobsOptions,
  StatsOptions,
  WritingStats,
} from './upkeep-types.ts';
export type {
  BatchExtraction,
  BatchExtractor,
  BatchInput,
  BatchLimits,
  ProposedChange,
} from './writing/batch-extractor.ts';
export type { Extraction, ExtractionInput, ExtractOptions, Extractor } from './writing/extractor.ts';
export { createModelExtractor } from './writing/model/model-extractor.ts';
export type { ModelWriterOptions } from './writing/model/model-writer-options.ts';
export { createToolWriter, type ToolWriterOptions } from './writing/model/tool-writer.ts';
export { createRuleExtractor, RULE_EXTRACTOR_ID } from './writing/rules/rule-extractor.ts';
export { readSpokenWish, type SpokenWish } from './writing/rules/spoken-wish.ts';
export type { ChunkWriter, Receipt, WriteReceipt } from './writing-types.ts';
