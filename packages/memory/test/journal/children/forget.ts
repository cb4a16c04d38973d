// Appends without awaiting and never closes: the process must still end by itself, after the acknowledgement.
import { writeSync } from 'node:fs';
import { createManualClock } from '@retentive/core';
import { openSqliteJournal } from '../../../src/journal/sqlite-journal.ts';
import { ANNA, append, whole } from '../../../src/testing/journal-fixtures.ts';

const [path = ''] = process.argv.slice(2);
const journal = await openSqliteJournal({ path, clock: createManualClock() });
append(journal, ANNA, whole('forgotten')).then(
  () => writeSync(1, 'acknowledged\n'),
  (error) => writeSync(1, `${error}\n`),
);
