import {
  type DocumentInput,
  type MessageHeaderInput,
  type MessageId,
  RetentiveError,
  withSignal,
} from '@retentive/core';
import type { ChunkWriter, WriteReceipt } from '@retentive/memory';
import type { DaemonAnswer, DaemonParts, DaemonRequest, Handler } from '../daemon-types.ts';
import { type Problem, problemOf, refusal } from '../problem.ts';
import { type BodyPiece, causeOf, readBody, type StreamEnding, withIdleTimeout } from '../streams.ts';

/** What every part of the answer to a streamed message says: `offset` UTF-16 units are durable, `chunks` were closed. */
interface Progress {
  readonly id: string;
  readonly offset: number;
  readonly replayed: boolean;
  readonly chunks: readonly { readonly id: string; readonly offset: number; readonly tokens: number }[];
}

/** What a streamed message is answered with, a line each. */
export type IngestPart =
  | ({ readonly type: 'acknowledged' } & Progress)
  /** Always last; with `problem` when the message was torn by an error. */
  | ({
      readonly type: 'closed';
      readonly state: StreamEnding;
      readonly problem?: Problem | undefined;
    } & Progress);

const MESSAGE_NAMES = ['thread', 'role', 'speaker', 'id', 'timeZone', 'time', 'remember', 'extract'] as const;
const DOCUMENT_NAMES = ['thread', 'title', 'uri', 'mediaType', 'origin', 'id', 'time'] as const;

/** The header of a plain-text stream, from the query of its address. */
const headerOfQuery = (query: DaemonRequest['query'], known: readonly string[]): Record<string, unknown> => {
  for (const name of Object.keys(query)) {
    if (!known.includes(name)) throw refusal(400, 'the query has a field that no such header has');
  }
  const { time } = query;
  const header: Record<string, unknown> = { ...query };
  if (typeof time === 'string' && /^-?\d+$/u.test(time)) header['time'] = Number(time);
  for (const name of ['remember', 'extract']) {
    const said = query[name];
    if (said !== undefined) header[name] = said === 'true' ? true : said === 'false' ? false : said;
  }
  return header;
};

const withKey = (header: unknown, key: string | undefined): unknown =>
  key === undefined || typeof header !== 'object' || header === null
    ? header
    : { idempotencyKey: key, ...header };

const progress = (writer: ChunkWriter, chunks: WriteReceipt['chunks'] = []): Progress => ({
  id: writer.id,
  offset: writer.offset,
  replayed: writer.replayed,
  chunks: chunks.map(({ id, offset, tokens }) => ({ id, offset, tokens })),
});

/**
 * Writes the pieces of a body and acknowledges each when it is durable. Whatever breaks in (a faulty line, a caller that
 * leaves, the end of the daemon) tears the message; the text before it stays.
 */
async function* write(
  pieces: AsyncGenerator<BodyPiece, void, undefined>,
  writer: ChunkWriter,
  { signal, scope }: DaemonRequest,
  { admission }: DaemonParts,
  leave: () => void,
): AsyncGenerator<IngestPart, void, undefined> {
  let answered = false;
  let ended = false;
  const durable = async (call: Promise<WriteReceipt>): Promise<Progress> => {
    const { chunks } = await call;
    answered = true;
    return progress(writer, chunks);
  };
  try {
    let ending: StreamEnding = 'complete';
    for await (const piece of pieces) {
      if (piece.type === 'text') {
        const leaveWrite = admission.enterWrite(scope.scope.tenant);
        const written = await durable(writer.write(piece.text, { signal }).finally(leaveWrite));
        yield { type: 'acknowledged', ...written };
      } else if (piece.type === 'end') ending = piece.ending;
    }
    const last = await durable(ending === 'complete' ? writer.complete() : writer.tear());
    ended = true;
    yield { type: 'closed', state: ending, ...last };
  } catch (thrown) {
    const error = causeOf(thrown, signal);
    // The first error is the one to report; a store that failed cannot close the message either.
    await writer.tear().catch(() => {});
    ended = true;
    // Nothing was said yet, so that the answer can still have the status of the error.
    if (!answered) throw error;
    yield { type: 'closed', state: 'torn', ...progress(writer), problem: problemOf(error) };
  } finally {
    if (!ended) await writer.tear().catch(() => {});
    leave();
  }
}

/** Text from the network, as far as it is known to be the start of a stream. */
const openBody = (request: DaemonRequest, { limits }: DaemonParts, header: boolean) =>
  readBody(withSignal(withIdleTimeout(request.bytes, limits.idleTimeoutMs), request.signal), {
    format: request.format,
    header,
    lineBytes: limits.bodyBytes,
  });

/** Streams one source in, under a header that `open` checks. */
const streamIn = async (
  request: DaemonRequest,
  parts: DaemonParts,
  names: readonly string[],
  open: (header: unknown) => ChunkWriter,
): Promise<DaemonAnswer> => {
  const { query, idempotencyKey, format } = request;
  const leave = parts.admission.enterStream();
  try {
    const pieces = openBody(request, parts, format === 'ndjson');
    let header: unknown;
    if (format === 'text') header = headerOfQuery(query, names);
    else {
      const first = await pieces.next();
      header = first.done !== true && first.value.type === 'header' ? first.value.header : undefined;
    }
    const writer = open(withKey(header, idempotencyKey));
    return { stream: 'ndjson', parts: write(pieces, writer, request, parts, leave) };
  } catch (error) {
    leave();
    throw causeOf(error, request.signal);
  }
};

/** Streams one message in: a header, then text. NDJSON has the header as its first line, plain text in the query. */
export const ingest: Handler = (request, parts) =>
  // Checked by the memory itself, against the schema of headers.
  streamIn(request, parts, MESSAGE_NAMES, (header) => request.scope.ingest(header as MessageHeaderInput));

/** Streams one document in, as {@link ingest} does a message. */
export const ingestDocument: Handler = (request, parts) =>
  streamIn(request, parts, DOCUMENT_NAMES, (header) => request.scope.ingestDocument(header as DocumentInput));

/** Goes on with a torn message or document from `?offset=`; the body is text as in {@link ingest}, without a header. */
export const resume: Handler = async (request, parts) => {
  const { scope, query, signal, message } = request;
  const offset = typeof query['offset'] === 'string' ? query['offset'] : '';
  if (!/^\d{1,15}$/u.test(offset)) {
    throw new RetentiveError('OFFSET_INVALID', 'the query needs an offset, a whole number from 0');
  }
  const leave = parts.admission.enterStream();
  try {
    const writer = await scope.resume(message as MessageId, Number(offset), { signal });
    const pieces = openBody(request, parts, false);
    return { stream: 'ndjson', parts: write(pieces, writer, request, parts, leave) };
  } catch (error) {
    leave();
    throw error;
  }
};
