export type { ImportOptions, ImportReport, OpenArchive } from './archive/archive-types.ts';
export { type Chunker, type ChunkerOptions, createChunker, MAX_CHUNK_TOKENS } from './chunking/chunker.ts';
export { splitSentences } from './chunking/sentences.ts';
export { type Analyzer, createAnalyzer } from './index/analyzer.ts';
export { openMemory } from './memory.ts';
export type {
  ChunkWriter,
  ContextOptions,
  CoreMemory,
  DoctorReport,
  FactChangeInput,
  FactsOptions,
  ForgetReport,
  Memory,
  MemoryOptions,
  MessagesOptions,
  Receipt,
  ReembedReport,
  RetentionReport,
  ScopedMemory,
  SearchHit,
  SearchOptions,
  WriteReceipt,
} from './memory-types.ts';
