import { type CallOptions, RetentiveError } from '@retentive/core';
import { errorOf } from './entry-draft.ts';
import type {
  AppendOutcome,
  BatchDraft,
  WriterCalls,
  WriterOptions,
  WriterReply,
  WriterRequest,
} from './writer-protocol.ts';
import { type OpenWriterThread, openWriterThread } from './writer-thread.ts';

/** An append on its way: exactly one of the two is called, in the order of the appends. */
export interface PendingAppend {
  readonly draft: BatchDraft;
  readonly signal: AbortSignal | undefined;
  readonly onOutcome: (outcome: AppendOutcome) => void;
  readonly onError: (error: RetentiveError) => void;
}

/** The main thread's end of the writer. It keeps the process alive only while something is under way. */
export interface WriterLink {
  append(append: PendingAppend): void;
  call<Name extends keyof WriterCalls>(
    name: Name,
    input: WriterCalls[Name]['input'],
  ): Promise<WriterCalls[Name]['output']>;
  /** Waits for everything under way, then ends the thread. */
  close(): Promise<void>;
}

interface PendingCall {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: RetentiveError) => void;
}

/** Starts the writer's thread on a data folder. @throws as `openWriterThread` does */
export const openWriterLink = async (
  options: WriterOptions,
  callOptions: CallOptions = {},
  openThread: OpenWriterThread = openWriterThread,
): Promise<WriterLink> => {
  const worker = await openThread(options, callOptions);
  const calls = new Map<number, PendingCall>();
  let waiting: PendingAppend[] = [];
  let sent: PendingAppend[] = [];
  let settled = 0;
  let nextCall = 1;
  let underWay = 0;
  let death: { readonly cause: unknown } | undefined;

  const hold = (): void => {
    if (underWay === 0) worker.ref();
    underWay += 1;
  };
  const letGo = (): void => {
    underWay -= 1;
    if (underWay === 0) worker.unref();
  };

  const diedError = (code: 'STORE_WRITE_FAILED' | 'STORE_READ_FAILED'): RetentiveError =>
    new RetentiveError(code, "the journal's writer has stopped; what it acknowledged is safe: open again", {
      cause: death?.cause,
      retryable: true,
    });

  const settle = (outcomes: readonly AppendOutcome[]): void => {
    for (const outcome of outcomes) {
      const append = sent[settled];
      settled += 1;
      letGo();
      append?.onOutcome(outcome);
    }
    // Taken off the front in bulk: shifting one by one would cost the square of a long queue.
    if (settled === sent.length || settled > 4_096) {
      sent = sent.slice(settled);
      settled = 0;
    }
  };

  const flush = (): void => {
    const queued = waiting;
    waiting = [];
    const appends = queued.filter(({ signal: wanted, onError }) => {
      if (wanted?.aborted !== true) return true;
      letGo();
      onError(new RetentiveError('ABORTED', 'the append was aborted', { cause: wanted.reason }));
      return false;
    });
    if (appends.length === 0) return;
    for (const append of appends) sent.push(append);
    worker.postMessage({ appends: appends.map(({ draft }) => draft) } satisfies WriterRequest);
  };

  const fail = (): void => {
    const lost = [...sent.slice(settled), ...waiting];
    sent = [];
    waiting = [];
    settled = 0;
    for (const { onError } of lost) onError(diedError('STORE_WRITE_FAILED'));
    for (const { reject } of calls.values()) reject(diedError('STORE_READ_FAILED'));
    calls.clear();
    underWay = 0;
  };

  const exited = new Promise<void>((resolve) => {
    worker.on('error', (cause) => {
      death = { cause };
    });
    worker.once('exit', (code) => {
      death ??= { cause: new Error(`the thread ended with code ${code}`) };
      fail();
      resolve();
    });
  });
  worker.on('message', (reply: WriterReply) => {
    if ('outcomes' in reply) settle(reply.outcomes);
    if (!('call' in reply)) return;
    const call = calls.get(reply.call);
    calls.delete(reply.call);
    letGo();
    if ('failure' in reply) call?.reject(errorOf(reply.failure));
    else call?.resolve(reply.output);
  });
  worker.unref();

  const call: WriterLink['call'] = (name, input) =>
    new Promise((resolve, reject) => {
      if (death !== undefined) {
        reject(diedError('STORE_READ_FAILED'));
        return;
      }
      if (waiting.length > 0) flush();
      const id = nextCall;
      nextCall += 1;
      calls.set(id, { resolve: resolve as (output: unknown) => void, reject });
      hold();
      worker.postMessage({ call: id, name, input } satisfies WriterRequest);
    });

  return {
    append(append) {
      if (death !== undefined) {
        append.onError(diedError('STORE_WRITE_FAILED'));
        return;
      }
      hold();
      waiting.push(append);
      // Next ticks run when the promises that one acknowledgement resolved have run dry: the appends of all the callers
      // that it woke travel in one message and become one transaction.
      if (waiting.length === 1) process.nextTick(flush);
    },
    call,
    async close() {
      if (death === undefined) {
        // Fails only when the thread has ended by itself, which is what is wanted.
        await call('close', undefined).catch(() => {});
        worker.ref();
      }
      await exited;
    },
  };
};
