export { describeJournal, type JournalSubject } from './journal-conformance.ts';
export { describeVectorIndex, type VectorIndexSubject } from './vector-conformance.ts';
