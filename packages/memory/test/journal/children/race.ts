// Takes its turn as the owner of a folder, again and again: writes a few messages, says which were acknowledged, lets go.
// Every moment of ownership is marked by a file that nobody else may have made, so that two owners would be seen.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createManualClock, isRetentiveError } from '@retentive/core';
import { openSqliteJournal } from '../../../src/journal/sqlite-journal.ts';
import { ANNA, append, whole } from '../../../src/testing/journal-fixtures.ts';

const [path = '', name = '', rounds = '', waits = ''] = process.argv.slice(2);
const mark = join(path, '..', 'owned');
let owned = 0;
while (owned < Number(rounds)) {
  try {
    const waitMs = waits === 'waits' ? Number.POSITIVE_INFINITY : 0;
    const journal = await openSqliteJournal({ path, clock: createManualClock(), waitMs });
    // Fails where the file stands already: somebody else is the owner.
    closeSync(openSync(mark, 'wx'));
    for (let index = 0; index < 3; index += 1) {
      const id = `${name}-${owned}-${index}`;
      await append(journal, ANNA, whole(id));
      writeSync(1, `${id}\n`);
    }
    rmSync(mark);
    await journal.close();
    owned += 1;
  } catch (error) {
    if (isRetentiveError(error, 'STORE_LOCKED')) continue;
    writeSync(1, `broken ${error}\n`);
    process.exit(1);
  }
}
