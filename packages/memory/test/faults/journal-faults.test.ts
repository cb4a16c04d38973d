import { afterAll } from 'vitest';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { describeJournalFaults } from '../../src/testing/index.ts';
import { createTestRoot } from '../journal/support.ts';
import { sqliteError, writeHere } from '../support/faulty-sqlite.ts';

// What fails is injected, so no disk has to be waited for.
const root = createTestRoot({ inMemory: true });
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
