// Appends messages one after the other to a journal, closes it, and goes on whatever fails; each that was acknowledged is one
// line of output.
import { writeSync } from 'node:fs';
import { createManualClock } from '@retentive/core';
import { openSqliteJournal } from '../../../src/journal/sqlite-journal.ts';
import { ANNA, append, whole } from '../../../src/testing/journal-fixtures.ts';

const [path = '', count = '', size = '10'] = process.argv.slice(2);
try {
  const journal = await openSqliteJournal({ path, clock: createManualClock() });
  writeSync(1, 'opened\n');
  for (let index = 0; index < Number(count); index += 1) {
    const id = `m${index}`;
    await append(journal, ANNA, whole(id, `${id} `.padEnd(Number(size), 'x'))).then(
      () => writeSync(1, `said ${id}\n`),
      (error) => writeSync(1, `refused ${error.code}\n`),
    );
  }
  await journal.close();
} catch (error) {
  writeSync(1, `failed ${(error as { readonly code?: unknown }).code}\n`);
}
