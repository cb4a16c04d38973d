export { describeJournal, type JournalSubject } from './journal-conformance.ts';
export { describeSurprisalSource } from './surprisal-conformance.ts';
export { describeVectorIndex, type VectorIndexSubject } from './vector-conformance.ts';
