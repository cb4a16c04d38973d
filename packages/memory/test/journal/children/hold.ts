// Opens the journal in a folder, writes one message, says how that went, and holds the folder until it is killed.
import { writeSync } from 'node:fs';
import { createManualClock } from '@retentive/core';
import { openSqliteJournal } from '../../../src/journal/sqlite-journal.ts';
import { ANNA, append, whole } from '../../../src/testing/journal-fixtures.ts';

const [path = '', id = ''] = process.argv.slice(2);
try {
  const journal = await openSqliteJournal({ path, clock: createManualClock() });
  await append(journal, ANNA, whole(id));
  writeSync(1, 'held\n');
  process.stdin.resume();
} catch (error) {
  writeSync(1, `${(error as { readonly code?: unknown }).code}\n`);
}
