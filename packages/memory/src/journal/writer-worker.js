// The writer's thread: the only place where SQLite runs. Its calls are synchronous, and a disk that is slow to sync must
// not hold up a stream of answers on the main thread. Plain JavaScript, because Node 20 starts no TypeScript worker.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { copyDatabase, lastSequenceIn } from './copy-database.js';
import { lockFolder, prepareFile, prepareFolder, syncFolder } from './data-folder.js';
import { failureError, failureOf } from './failure.js';
import { createLeases } from './job-leases.js';
import { createReader } from './journal-reader.js';
import { repairJournal } from './journal-repair.js';
import { createStore } from './journal-store.js';
import { migrate } from './migrate.js';
import { createSchema, JOURNAL_FILE, readSchemaVersion, SCHEMA_VERSION } from './schema.js';
import { rewriteIfPending } from './scope-erasure.js';
import { openDatabase } from './sqlite-driver.js';
import { createGate } from './writer-gate.js';

// For archives, which are read where they are asked for: this file is the one that is found from inside a bundle, too.
export { prepareFile, prepareFolder } from './data-folder.js';
export { loadSqlite } from './sqlite-driver.js';

/** @import { MessagePort } from 'node:worker_threads' */
/** @import { Driver } from './sqlite-driver.js' */
/** @import { BatchDraft, CopyOptions, CopyReply, JobsRequest, KeysRequest, LeaseRequest, PageRequest, SourceStateName, WriterCalls, WriterOptions, WriterReply, WriterRequest } from './writer-protocol.ts' */

/** Batches of one transaction at most: bounds how long the first of them waits. */
const GROUP_BATCHES = 512;

/** The write-ahead log is cut back to this after a burst; otherwise it keeps the size of the largest one. */
const LOG_BYTES = 64 * 1024 * 1024;

/**
 * Pages of the log from which on it is moved to the file, 16 MB. Four times SQLite's own figure: a page that changed often
 * is moved once, and two syncs more wait for four times as many commits.
 */
const CHECKPOINT_PAGES = 4_000;

/** @param {Driver} database @param {string} file @param {number} now */
const prepareSchema = (database, file, now) => {
  const version = readSchemaVersion(database);
  if (version === undefined) {
    throw failureError({ code: 'STORE_CORRUPT', message: `${file} is a database, but not a journal` });
  }
  if (version > SCHEMA_VERSION) {
    throw failureError({
      code: 'STORE_VERSION_UNSUPPORTED',
      message: `${file} has schema version ${version}; this release reads up to ${SCHEMA_VERSION}: use a newer one`,
      details: { version, supported: SCHEMA_VERSION },
    });
  }
  return () => {
    if (version === 0) createSchema(database, now);
    else if (version < SCHEMA_VERSION) migrate(database, file, version);
  };
};

/** Moves what is in the log to the file. @param {Driver} database */
const emptyLog = (database) => {
  try {
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
  } catch {
    // A full disk, say: what is only in the log is just as durable, and the next open moves it.
  }
};

/** @param {Driver} database @param {string} file */
const finishErasure = (database, file) => {
  try {
    rewriteIfPending(database, file);
  } catch {
    // A full disk can still be read; the check says that it has yet to be done.
  }
};

/** @param {WriterOptions} options @param {string} file */
const openJournalFile = async ({ path, maxBytes, now, durability = 'full' }, file) => {
  prepareFile(file);
  const database = await openDatabase(file);
  // The version is looked at before anything that could write: a newer journal stays as it is.
  const finishSchema = prepareSchema(database, file, now);
  database.exec('PRAGMA journal_mode = WAL');
  // NORMAL syncs when the log is moved to the file and not at each commit: the system keeps what a killed process wrote.
  database.exec(`PRAGMA synchronous = ${durability === 'normal' ? 'NORMAL' : 'FULL'}`);
  // Pages that come free are zeroed: nothing that was erased stays in the file.
  database.exec('PRAGMA secure_delete = ON');
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.exec(`PRAGMA journal_size_limit = ${LOG_BYTES}`);
  if (maxBytes !== undefined) {
    const pageBytes = Number(database.prepare('PRAGMA page_size').get()?.[0]);
    database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / pageBytes))}`);
  }
  finishSchema();
  // A process that was killed in the middle of an erasure left the old pages in the file or in the log.
  finishErasure(database, file);
  emptyLog(database);
  syncFolder(path);
  return database;
};

/** @typedef {ReturnType<typeof createGate>} Gate */

/** @param {WriterOptions} options @param {Gate} gate */
const openWriter = async (options, gate) => {
  const file = join(options.path, JOURNAL_FILE);
  prepareFolder(options.path);
  const lock = await lockFolder(options.path, {
    now: options.now,
    waitMs: options.waitMs ?? 0,
    async pause(ms) {
      // Outside of SQLite: the process may end here.
      gate.leave();
      await setTimeout(ms);
      return gate.enter() && !gate.abandoned();
    },
  });
  try {
    const database = await openJournalFile(options, file);
    const store = createStore(database, file);
    const reader = createReader(database, store.memory);
    const leases = createLeases(database, store.memory, options.durability === 'normal' ? 'NORMAL' : 'FULL');
    leases.clear();
    return { database, file, lock, store, reader, leases };
  } catch (error) {
    lock.release();
    throw error;
  }
};

/** @typedef {Awaited<ReturnType<typeof openWriter>>} Writer */

/** @param {Writer} writer @param {keyof WriterCalls} name @param {unknown} input @returns {unknown} */
const answer = ({ database, lock, reader, store, leases }, name, input) => {
  switch (name) {
    case 'page':
      return reader.page(/** @type {PageRequest} */ (input));
    case 'sources':
      return reader.sources(/** @type {{ id: string } | { state: SourceStateName }} */ (input));
    case 'keys':
      return reader.keys(/** @type {KeysRequest} */ (input));
    case 'jobs':
      return reader.jobs(/** @type {JobsRequest} */ (input));
    case 'lease':
      return leases.take(/** @type {LeaseRequest} */ (input));
    case 'scopes':
      return reader.scopes();
    case 'integrity':
      return reader.integrity();
    case 'audit':
      return reader.audit(/** @type {{ after: number }} */ (input));
    case 'repair': {
      const counts = repairJournal(database);
      store.memory.reload();
      return counts;
    }
    case 'close':
      // Leaves a folder with everything in the one file.
      emptyLog(database);
      database.close();
      lock.release();
      return undefined;
  }
};

/** @param {MessagePort} port @param {Writer} writer @param {Gate} gate */
const serve = (port, writer, gate) => {
  /** @type {BatchDraft[]} */
  let appends = [];
  /** @type {Extract<WriterRequest, { call: number }>[]} */
  const calls = [];
  /** @param {WriterReply} reply */
  const send = (reply) => port.postMessage(reply);

  /** @param {WriterRequest} request */
  const accept = (request) => {
    if ('appends' in request) appends.push(...request.appends);
    else calls.push(request);
  };

  const drain = () => {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      accept(next.message);
    }
  };

  const answerNext = () => {
    const next = calls.shift();
    if (next === undefined) return;
    const { call, name, input } = next;
    try {
      send({ call, output: answer(writer, name, input) });
    } catch (error) {
      send({ call, failure: failureOf(error, 'STORE_READ_FAILED', `cannot read ${writer.file}`) });
    }
    if (name === 'close') port.close();
  };

  const appendNext = () => {
    const group = appends.slice(0, GROUP_BATCHES);
    appends = appends.slice(GROUP_BATCHES);
    send({ outcomes: writer.store.append(group) });
  };

  port.on('message', (/** @type {WriterRequest} */ request) => {
    accept(request);
    drain();
    while ((appends.length > 0 || calls.length > 0) && gate.enter()) {
      // Writes go first, and again after each page that somebody reads.
      if (appends.length > 0) appendNext();
      else answerNext();
      gate.leave();
      drain();
    }
  });
};

/** @param {MessagePort} port @param {WriterOptions} options @param {Gate} gate */
const start = async (port, options, gate) => {
  try {
    serve(port, await openWriter(options, gate), gate);
    port.postMessage(/** @type {WriterReply} */ ({ opened: true }));
  } catch (error) {
    const refused = failureOf(error, 'STORE_OPEN_FAILED', `cannot open the journal in ${options.path}`);
    port.postMessage(/** @type {WriterReply} */ ({ refused }));
    port.close();
  } finally {
    gate.leave();
  }
};

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
  await start(parentPort, workerData.journal, createGate(workerData.gate));
} else if (parentPort !== null && workerData?.copy !== undefined) {
  await copy(parentPort, workerData.copy, createGate(workerData.gate));
}
