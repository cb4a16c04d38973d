export { describeJournal, type JournalSubject } from './journal-conformance.ts';
