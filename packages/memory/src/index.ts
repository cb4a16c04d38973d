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
  Memory,
  MemoryOptions,
  MessagesOptions,
  Receipt,
  ScopedMemory,
  WriteReceipt,
} from './memory-types.ts';
export type { Extraction, ExtractionInput, Extractor } from './writing/extractor.ts';
export { createRuleExtractor, RULE_EXTRACTOR_ID } from './writing/rules/rule-extractor.ts';
