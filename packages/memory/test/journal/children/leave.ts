// Writes from several callers and ends the process while they write.
import { writeSync } from 'node:fs';
import { createManualClock } from '@retentive/core';
import { openSqliteJournal } from '../../../src/journal/sqlite-journal.ts';
import { ANNA, append, whole } from '../../../src/testing/journal-fixtures.ts';

const [path = ''] = process.argv.slice(2);
const journal = await openSqliteJournal({ path, clock: createManualClock() });
let acknowledged = 0;

const call = async (caller: number): Promise<void> => {
  for (let turn = 0; ; turn += 1) {
    const id = `${caller}-${turn}`;
    await append(journal, ANNA, whole(id));
    writeSync(1, `${id}\n`);
    acknowledged += 1;
    // The others' appends are under way: with luck inside SQLite.
    if (acknowledged === 100) setImmediate(() => process.exit(7));
  }
};

await Promise.all(Array.from({ length: 8 }, (_, caller) => call(caller)));
