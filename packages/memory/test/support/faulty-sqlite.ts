import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { errorOf } from '../../src/journal/entry-draft.ts';
import { loadSqlite, type OpenDatabase } from '../../src/journal/sqlite-driver.js';
import { createGate, createGateMemory } from '../../src/journal/writer-gate.js';
import type { WriterReply } from '../../src/journal/writer-protocol.ts';
import { startWriter } from '../../src/journal/writer-service.js';
import type { OpenWriterThread, WriterThread } from '../../src/journal/writer-thread.ts';
import type { Fault } from '../../src/testing/fault.ts';

const CODES = { EIO: 'SQLITE_IOERR', ENOSPC: 'SQLITE_FULL' };

/** An error as SQLite's. */
export const sqliteError = (kind: 'EIO' | 'ENOSPC', name: string): Error =>
  Object.assign(new Error(`${CODES[kind]}: injected, ${name}`), { code: CODES[kind] });

/** Statements that change a file, by their first word; reading ones have no name. */
const nameOf = (sql: string): string | undefined =>
  /^\s*(BEGIN|COMMIT|INSERT|UPDATE|DELETE|CREATE|ALTER|VACUUM|REINDEX|PRAGMA (?:wal_checkpoint|journal_mode))/u
    .exec(sql)?.[1]
    ?.toLowerCase();

/** What opens databases, with a fault in each statement that changes one. */
export const createFaultySqlite =
  (open: OpenDatabase, fault: Fault): OpenDatabase =>
  (file) => {
    const driver = open(file);
    const around = <Result>(sql: string, call: () => Result): Result => {
      const name = nameOf(sql);
      return name === undefined ? call() : fault.around(name, call);
    };
    return {
      ...driver,
      exec: (sql) => around(sql, () => driver.exec(sql)),
      prepare(sql) {
        const statement = driver.prepare(sql);
        return {
          run: (...values) => around(sql, () => statement.run(...values)),
          get: (...values) => around(sql, () => statement.get(...values)),
          all: (...values) => around(sql, () => statement.all(...values)),
        };
      },
    };
  };

/** A port as the end of a thread that is its writer. */
const threadOf = (port: MessagePort): WriterThread => {
  const on = (name: string, listener: (value: never) => void) =>
    port.on(name === 'exit' ? 'close' : name, listener as () => void);
  return {
    on,
    once: on,
    postMessage: (message: unknown) => port.postMessage(message),
    ref: () => port.ref(),
    unref: () => port.unref(),
  } as unknown as WriterThread;
};

/**
 * Starts the journal's writer in this thread, over databases that fail or not: the same code and messages as in a thread of
 * its own, whose start would take most of the time of a short life.
 */
export const writeHere =
  (fault?: Fault): OpenWriterThread =>
  async (options) => {
    const sqlite = await loadSqlite();
    const open = fault === undefined ? sqlite : createFaultySqlite(sqlite, fault);
    const { port1, port2 } = new MessageChannel();
    const answer = once(port1, 'message') as Promise<[WriterReply]>;
    await startWriter(port2, options, createGate(createGateMemory()), async (file) => open(file));
    const [reply] = await answer;
    if ('refused' in reply) throw errorOf(reply.refused);
    return threadOf(port1);
  };
