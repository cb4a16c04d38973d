import { Worker } from 'node:worker_threads';
import { type CallOptions, RetentiveError } from '@retentive/core';
import { errorOf } from './entry-draft.ts';
import { workerLocations } from './worker-location.ts';
import { createGate, createGateMemory } from './writer-gate.js';
import type { CopyOptions, CopyReply, WriterOptions, WriterReply } from './writer-protocol.ts';

/** Longest that the end of the process waits for the transaction under way, in ms: beyond it a disk counts as hung. */
const EXIT_WAIT_MS = 5_000;

/** What a thread is started for. */
type ThreadData = { readonly journal: WriterOptions } | { readonly copy: CopyOptions };

const isMissingFile = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | undefined)?.code === 'ERR_MODULE_NOT_FOUND';

/** Runs `stop` when the process ends, and gives the way to take that back. */
const beforeExit = (stop: () => void): (() => void) => {
  // Each open journal brings its own room for a listener: many of them are no leak and must not be warned of.
  const makeRoom = (listeners: number): void => {
    const most = process.getMaxListeners();
    if (most > 0) process.setMaxListeners(most + listeners);
  };
  makeRoom(1);
  process.on('exit', stop);
  return () => {
    process.off('exit', stop);
    makeRoom(-1);
  };
};

/** Starts one worker and waits for the first thing that it says. @throws a load error as it is */
const startThread = async <Reply>(
  url: URL,
  data: ThreadData,
  signal: AbortSignal | undefined,
): Promise<{ readonly worker: Worker; readonly reply: Reply }> => {
  const memory = createGateMemory();
  const worker = new Worker(url, {
    workerData: { ...data, gate: memory },
    // None of the process's own loaders: the worker is plain JavaScript and must start fast.
    execArgv: [],
  });
  const gate = createGate(memory);
  const stayAlive = beforeExit(() => gate.stop(EXIT_WAIT_MS));
  worker.once('exit', stayAlive);
  signal?.addEventListener('abort', gate.abandon, { once: true });
  if (signal?.aborted) gate.abandon();
  const reply = await new Promise<Reply>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error) => {
      // Nothing runs any more that the end of the process would have to wait for.
      gate.leave();
      reject(error);
    });
    worker.once('exit', (code) => reject(new Error(`the journal's writer ended with code ${code}`)));
  }).finally(() => signal?.removeEventListener('abort', gate.abandon));
  return { worker, reply };
};

/**
 * Starts a thread from the first place where the worker's file and everything it imports is found.
 * @throws STORE_OPEN_FAILED, DEPENDENCY_MISSING
 */
const openThread = async <Reply>(
  data: ThreadData,
  signal?: AbortSignal | undefined,
): Promise<{ readonly worker: Worker; readonly reply: Reply }> => {
  const locations = workerLocations();
  let missing: unknown;
  for (const url of locations) {
    try {
      return await startThread<Reply>(url, data, signal);
    } catch (cause) {
      if (!isMissingFile(cause)) {
        throw new RetentiveError('STORE_OPEN_FAILED', `the journal's writer did not start from ${url.href}`, {
          cause,
        });
      }
      missing = cause;
    }
  }
  const tried = locations.length === 0 ? '' : ` (tried ${locations.map(({ href }) => href).join(', ')})`;
  throw new RetentiveError(
    'DEPENDENCY_MISSING',
    `the journal's worker was not found${tried}: a bundled app needs @retentive/memory installed beside it, or the file of @retentive/memory/journal-worker bundled as writer-worker.js next to it`,
    { cause: missing },
  );
};

/** What is needed of a thread once its writer is open. */
export type WriterThread = Pick<Worker, 'on' | 'once' | 'postMessage' | 'ref' | 'unref'>;

/** Starts a writer on a data folder. */
export type OpenWriterThread = (options: WriterOptions, callOptions?: CallOptions) => Promise<WriterThread>;

/**
 * Starts the writer's thread on a data folder. The signal ends a wait for the folder's owner, and nothing else.
 * @throws what it refuses with, STORE_OPEN_FAILED, DEPENDENCY_MISSING
 */
export const openWriterThread: OpenWriterThread = async (options, { signal } = {}) => {
  const { worker, reply } = await openThread<WriterReply>({ journal: options }, signal);
  if ('refused' in reply) throw errorOf(reply.refused);
  return worker;
};

/** Copies a journal in a thread of its own. @throws what the thread refuses with, STORE_OPEN_FAILED, DEPENDENCY_MISSING */
export const copyInThread = async (
  options: CopyOptions,
): Promise<Extract<CopyReply, { copied: unknown }>['copied']> => {
  const { reply } = await openThread<CopyReply>({ copy: options });
  if ('refused' in reply) throw errorOf(reply.refused);
  return reply.copied;
};
