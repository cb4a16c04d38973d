import { afterAll } from 'vitest';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { describeJournalFaults } from '../../src/testing/index.ts';
import { createTestRoot } from '../journal/support.ts';
import { sqliteError, writeHere } from '../support/faulty-sqlite.ts';

const root = createTestRoot();
afterAll(root.remove);

let path = '';
describeJournalFaults('SQLite', {
  open(fault, clock) {
    path = root.next();
    return openSqliteJournal({ path, clock }, writeHere(fault));
  },
  reopen: (clock) => openSqliteJournal({ path, clock }, writeHere()),
  errorOf: sqliteError,
  leastCalls: 60,
});
