// Writes from several callers at once until it is killed; each acknowledged piece becomes one line of output, written
// before the caller goes on.
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createManualClock } from '@retentive/core';
import { openSqliteJournal } from '../../../src/journal/sqlite-journal.ts';
import { ANNA, append, ended, more, opened, whole } from '../../../src/testing/journal-fixtures.ts';
import { pieceOf } from '../pieces.ts';

const [path = '', trial = '', callers = '', durability = 'full'] = process.argv.slice(2);
// Started ahead of its turn, while the folder still belongs to the check of the trial before.
await once(process.stdin, 'data');
process.stdin.destroy();
const journal = await openSqliteJournal({
  path,
  clock: createManualClock(),
  durability: durability === 'normal' ? 'normal' : 'full',
});

const acknowledged = (id: string, offset: number, length: number, state: string): void => {
  writeSync(1, `${id} ${offset} ${length} ${state}\n`);
};

const stream = async (id: string, pieces: number): Promise<void> => {
  await append(journal, ANNA, opened(id));
  acknowledged(id, 0, 0, 'open');
  let offset = 0;
  for (let index = 0; index < pieces; index += 1) {
    const text = pieceOf(id, index);
    await append(journal, ANNA, more(id, offset, text));
    acknowledged(id, offset, text.length, 'open');
    offset += text.length;
  }
  await append(journal, ANNA, ended(id, 'complete', offset));
  acknowledged(id, offset, 0, 'complete');
};

const call = async (caller: number): Promise<void> => {
  for (let turn = 0; ; turn += 1) {
    const id = `${trial}-${caller}-${turn}`;
    if (turn % 3 === 0) {
      const text = pieceOf(id, 0);
      await append(journal, ANNA, whole(id, text));
      acknowledged(id, 0, text.length, 'complete');
    } else {
      await stream(id, 1 + ((turn + caller) % 5));
    }
  }
};

await Promise.all(Array.from({ length: Number(callers) }, (_, caller) => call(caller)));
