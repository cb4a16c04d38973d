export { type Chunker, type ChunkerOptions, createChunker, MAX_CHUNK_TOKENS } from './chunking/chunker.ts';
export { splitSentences } from './chunking/sentences.ts';
export { type Analyzer, createAnalyzer } from './index/analyzer.ts';
export {
  createFunctionEmbedder,
  type EmbeddingSide,
  type FunctionEmbedderOptions,
} from './index/embedders/function-embedder.ts';
export { createHashingEmbedder, type HashingEmbedderOptions } from './index/embedders/hashing-embedder.ts';
export type { VectorHit, VectorIndex, VectorIndexCapabilities, VectorItem } from './index/vector-index.ts';
export { openMemory } from './memory.ts';
export type {
  ChunkWriter,
  ContextOptions,
  CoreMemory,
  DoctorReport,
  FactChangeInput,
  FactsOptions,
  Memory,
  MemoryOptions,
  MessagesOptions,
  Receipt,
  ScopedMemory,
  SearchHit,
  SearchOptions,
  WriteReceipt,
} from './memory-types.ts';
