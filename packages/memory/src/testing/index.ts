export type { CoreBlocks } from '../core-blocks/core-blocks.ts';
export type { EpisodicStore } from '../episodic/episodic-types.ts';
export type { ArchivedItem, ScopeArchive } from '../episodic/scope-archive.ts';
export type { LexicalIndex } from '../index/lexical-index.ts';
export type { VectorIndex } from '../index/vector-index.ts';
export type { FileSystem } from '../index/vectors/snapshot-files.ts';
export type { Journal } from '../journal/journal.ts';
export type { SemanticStore } from '../semantic/semantic-types.ts';
export { describeScopeArchive, type ScopeArchiveSubject } from './archive-conformance.ts';
export { describeScopeArchiveFaults, type ScopeArchiveFaultSubject } from './archive-faults.ts';
export { describeCoreBlocks } from './core-blocks-conformance.ts';
export { describeEmbedder } from './embedder-conformance.ts';
export { describeEpisodicStore, type OpenEpisodicStore } from './episodic-conformance.ts';
export {
  countDown,
  createFault,
  FAULT_VARIANTS,
  type Fault,
  type FaultKind,
  type FaultPlan,
  type FaultVariant,
  nameOfVariant,
  SHORT_WRITES,
} from './fault.ts';
export { createFaultyFiles } from './faulty-files.ts';
export { createFaultyJournal, type JournalWrite, type Mishap } from './faulty-journal.ts';
export { describeJournal, type JournalSubject } from './journal-conformance.ts';
export { describeJournalFaults, type JournalFaultSubject } from './journal-faults.ts';
export { describeLexicalIndex, type OpenLexicalIndex } from './lexical-conformance.ts';
export { describeSemanticStore } from './semantic-conformance.ts';
export { describeSurprisalSource } from './surprisal-conformance.ts';
export { describeVectorIndex, type VectorIndexSubject } from './vector-conformance.ts';
export { describeVectorIndexFaults, type VectorIndexFaultSubject } from './vector-faults.ts';
