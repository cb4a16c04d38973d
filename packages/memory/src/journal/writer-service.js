// The only writer of a journal: opens it, and carries out what arrives at a port. Synchronous, so it runs in a thread.

import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { receiveMessageOnPort } from 'node:worker_threads';
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

/** @import { MessagePort } from 'node:worker_threads' */
/** @import { Driver } from './sqlite-driver.js' */
/** @import { createGate } from './writer-gate.js' */
/** @import { BatchDraft, JobsRequest, KeysRequest, LeaseRequest, PageRequest, SourceStateName, WriterCalls, WriterOptions, WriterReply, WriterRequest } from './writer-protocol.ts' */

/** @typedef {(file: string) => Promise<Driver>} OpenFile */

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

/** @param {Driver} database @param {WriterOptions} options @param {string} file */
const prepareJournal = (database, { path, maxBytes, now, durability = 'full' }, file) => {
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
};

/** @param {WriterOptions} options @param {string} file @param {OpenFile} open */
const openJournalFile = async (options, file, open) => {
  prepareFile(file);
  const database = await open(file);
  try {
    prepareJournal(database, options, file);
    return database;
  } catch (error) {
    if (database.isInTransaction()) database.exec('ROLLBACK');
    database.close();
    throw error;
  }
};

/** @typedef {ReturnType<typeof createGate>} Gate */

/** @param {WriterOptions} options @param {Gate} gate @param {OpenFile} open */
const openWriter = async (options, gate, open) => {
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
    const database = await openJournalFile(options, file, open);
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

/**
 * Opens a journal and answers for it at a port, until it is closed; the first message says whether it is open.
 * @param {MessagePort} port
 * @param {WriterOptions} options
 * @param {Gate} gate
 * @param {OpenFile} [open] what opens the journal's file
 */
export const startWriter = async (port, options, gate, open = openDatabase) => {
  try {
    serve(port, await openWriter(options, gate, open), gate);
    port.postMessage(/** @type {WriterReply} */ ({ opened: true }));
  } catch (error) {
    const refused = failureOf(error, 'STORE_OPEN_FAILED', `cannot open the journal in ${options.path}`);
    port.postMessage(/** @type {WriterReply} */ ({ refused }));
    port.close();
  } finally {
    gate.leave();
  }
};
