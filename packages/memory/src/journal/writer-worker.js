// The writer's thread: the only place where SQLite runs. Its calls are synchronous, and a disk that is slow to sync must
// not hold up a stream of answers on the main thread. Plain JavaScript, because Node 20 starts no TypeScript worker.

import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { copyDatabase, lastSequenceIn } from './copy-database.js';
import { failureOf } from './failure.js';
import { openDatabase } from './sqlite-driver.js';
import { createGate } from './writer-gate.js';
import { startWriter } from './writer-service.js';

// For archives, which are read where they are asked for: this file is the one that is found from inside a bundle, too.
export { prepareFile, prepareFolder } from './data-folder.js';
export { loadSqlite } from './sqlite-driver.js';

/** @import { MessagePort } from 'node:worker_threads' */
/** @import { CopyOptions, CopyReply } from './writer-protocol.ts' */

/** @typedef {ReturnType<typeof createGate>} Gate */

/** @param {MessagePort} port @param {CopyOptions} options @param {Gate} gate */
const copy = async (port, { from, to }, gate) => {
  /** @param {CopyReply} reply */
  const send = (reply) => port.postMessage(reply);
  try {
    // A reader of its own: it sees what was committed when it begins, and nobody who writes waits for it.
    const database = await openDatabase(from);
    try {
      copyDatabase(database, to);
    } finally {
      database.close();
    }
    send({ copied: { bytes: statSync(to).size, sequence: await lastSequenceIn(to) } });
  } catch (error) {
    send({ refused: failureOf(error, 'STORE_WRITE_FAILED', `cannot write the copy ${to}`) });
  } finally {
    gate.leave();
    port.close();
  }
};

// Nothing happens when the file is merely imported.
if (parentPort !== null && workerData?.journal !== undefined) {
  await startWriter(parentPort, workerData.journal, createGate(workerData.gate));
} else if (parentPort !== null && workerData?.copy !== undefined) {
  await copy(parentPort, workerData.copy, createGate(workerData.gate));
}
