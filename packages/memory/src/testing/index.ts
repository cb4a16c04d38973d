export { describeJournal, type JournalSubject } from './journal-conformance.ts';
export { describeSurprisalSource } from './surprisal-conformance.ts';
