import { createIdSource, RetentiveError, systemClock, systemRandom } from '@retentive/core';
import type { ChunkWriter, WriteReceipt } from '@retentive/memory';
import type { Acknowledgement } from './client-types.ts';
import { type UploadOptions, uploadStream } from './upload.ts';

interface Waiting {
  readonly offset: number;
  readonly resolve: (receipt: WriteReceipt) => void;
  readonly reject: (error: unknown) => void;
}

/** Where a writer begins: a new source under its header, or a torn one at the offset where it goes on. */
export type RemoteStart =
  | {
      readonly header: { readonly id?: string | undefined; readonly remember?: boolean | undefined };
      readonly kind: 'message' | 'document';
    }
  | { readonly id: string; readonly offset: number };

/** A writer whose text goes out as one request and whose writes resolve when the daemon acknowledged them. */
export const createRemoteWriter = (options: UploadOptions, start: RemoteStart): ChunkWriter => {
  const isNew = 'header' in start;
  // The id is known before the first answer, as it is of a writer in this process.
  const header = isNew
    ? { ...start.header, id: start.header.id ?? createIdSource(systemClock, systemRandom).create(start.kind) }
    : undefined;
  let last: Pick<Acknowledgement, 'id' | 'offset' | 'replayed'> = {
    id: (isNew ? header?.id : start.id) as Acknowledgement['id'],
    offset: isNew ? 0 : start.offset,
    replayed: false,
  };
  let sent = last.offset;
  let pending: string[] = [];
  let waiting: Waiting[] = [];
  let ending: 'complete' | 'torn' | undefined;
  const left = new AbortController();
  let wake = (): void => {};
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const text = async function* (): AsyncGenerator<string, void, undefined> {
    while (true) {
      const piece = pending.join('');
      pending = [];
      if (piece !== '') yield piece;
      else if (ending !== undefined) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  };

  const acknowledge = (acknowledged: Acknowledgement): void => {
    last = acknowledged;
    // Their chunks are in the daemon; who wants them asks for them.
    const receipt = { offset: acknowledged.offset, chunks: [] };
    const ended = acknowledged.state !== 'open';
    for (const { offset, resolve } of waiting) if (ended || offset <= acknowledged.offset) resolve(receipt);
    waiting = ended ? [] : waiting.filter(({ offset }) => offset > acknowledged.offset);
  };

  const run = async (): Promise<void> => {
    try {
      const parts = uploadStream({ ...options, signal: left.signal }, header, text(), () => ending ?? 'torn');
      for await (const part of parts) acknowledge(part);
    } catch (error) {
      failure = { error };
      for (const { reject } of waiting) reject(error);
      waiting = [];
    }
  };

  const receiptAt = async (offset: number, signal: AbortSignal | undefined): Promise<WriteReceipt> => {
    if (failure !== undefined) throw failure.error;
    // Ends the request: the daemon tears what its caller left, and nothing waits for one that does not answer.
    const leave = (): void => left.abort(signal?.reason);
    if (signal?.aborted) leave();
    else signal?.addEventListener('abort', leave, { once: true });
    try {
      return await new Promise<WriteReceipt>((resolve, reject) => {
        waiting.push({ offset, resolve, reject });
        running ??= run();
        wake();
      });
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  };

  const end = async (how: 'complete' | 'torn', signal: AbortSignal | undefined): Promise<WriteReceipt> => {
    const nothing = { offset: last.offset, chunks: [] };
    if (ending !== undefined && running !== undefined) {
      await running;
      if (failure !== undefined && how === 'complete') throw failure.error;
      return { offset: last.offset, chunks: [] };
    }
    ending ??= how;
    if (running === undefined && how === 'torn') return nothing;
    return receiptAt(Number.POSITIVE_INFINITY, signal);
  };

  return {
    get id() {
      return last.id;
    },
    get offset() {
      return last.offset;
    },
    get replayed() {
      return last.replayed;
    },
    stored: header?.remember !== false,
    async write(piece, { signal } = {}) {
      if (ending !== undefined) {
        throw new RetentiveError('MESSAGE_CLOSED', `"${last.id}" is ${ending}; nothing can be added to it`);
      }
      if (piece === '') return { offset: last.offset, chunks: [] };
      pending.push(piece);
      sent += piece.length;
      return receiptAt(sent, signal);
    },
    complete: ({ signal } = {}) => end('complete', signal),
    tear: ({ signal } = {}) => end('torn', signal),
  };
};
