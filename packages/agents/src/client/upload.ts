import { type ChunkId, type MessageId, RetentiveError } from '@retentive/core';
import * as z from 'zod';
import type { Acknowledgement } from './client-types.ts';
import { answerLines, type ClientRequest, errorOfProblem, type Transport } from './transport.ts';

/** Text that is to be sent. */
export type TextSource = AsyncIterable<string> | Iterable<string>;

/** Characters of one line at most, below what the daemon takes in its bytes. */
const LINE_LENGTH = 65_536;

const progress = {
  id: z.string(),
  offset: z.number(),
  replayed: z.boolean(),
  chunks: z.array(z.looseObject({ id: z.string(), offset: z.number(), tokens: z.number() })),
};

const partSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('acknowledged'), ...progress }),
  z.looseObject({
    type: z.literal('closed'),
    ...progress,
    state: z.enum(['complete', 'torn']),
    problem: z.unknown().optional(),
  }),
  z.looseObject({ type: z.literal('error'), problem: z.unknown() }),
]);

const parsePart = (line: string): z.infer<typeof partSchema> => {
  try {
    return partSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new RetentiveError('DAEMON_UNREACHABLE', 'the daemon sent a line that is no acknowledgement', {
      cause,
    });
  }
};

/** Cuts text so that a line of it is small, never between the halves of a character. */
const cut = function* (text: string): Generator<string, void, undefined> {
  let at = 0;
  while (at < text.length) {
    let end = Math.min(text.length, at + LINE_LENGTH);
    if (end < text.length && /[\ud800-\udbff]/u.test(text[end - 1] ?? '')) end -= 1;
    yield text.slice(at, end);
    at = end;
  }
};

/** The lines of a body: the header if there is one, the text, and how it ends. */
async function* bodyLines(
  header: unknown,
  text: TextSource,
  ending: () => 'complete' | 'torn',
): AsyncGenerator<string, void, undefined> {
  if (header !== undefined) yield `${JSON.stringify(header)}\n`;
  for await (const piece of text) for (const part of cut(piece)) yield `${JSON.stringify({ text: part })}\n`;
  // Said, not implied: a body that ends early by itself must not look whole.
  yield `${JSON.stringify({ end: ending() })}\n`;
}

/** Text as the body of a request, made as it is sent. */
export const streamOf = (source: AsyncGenerator<string, void, undefined>): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const step = await source.next();
      if (step.done) controller.close();
      else controller.enqueue(encoder.encode(step.value));
    },
    async cancel() {
      await source.return();
    },
  });
};

const join = async (source: AsyncIterable<string>): Promise<string> => {
  let text = '';
  for await (const piece of source) text += piece;
  return text;
};

/** What a request is sent with, besides its body. */
export interface UploadOptions {
  readonly transport: Transport;
  readonly baseURL: string;
  readonly path: string;
  readonly query?: ClientRequest['query'];
  readonly signal?: AbortSignal | undefined;
}

async function* acknowledgements(
  response: Response,
  { baseURL, signal }: UploadOptions,
  ending: () => 'complete' | 'torn',
): AsyncGenerator<Acknowledgement, void, undefined> {
  let ended = false;
  let last: { readonly id: string; readonly offset: number } | undefined;
  for await (const line of answerLines(response, baseURL, signal)) {
    if (line.trim() === '') continue;
    const part = parsePart(line);
    if (part.type === 'error') throw errorOfProblem(part.problem, last);
    last = { id: part.id, offset: part.offset };
    if (part.type === 'closed' && part.problem !== undefined) throw errorOfProblem(part.problem, last);
    const state = part.type === 'closed' ? part.state : 'open';
    ended = state === ending();
    const { id, offset, replayed, chunks } = part;
    yield {
      id: id as MessageId,
      offset,
      replayed,
      state,
      chunks: chunks.map((chunk) => ({
        id: chunk.id as ChunkId,
        offset: chunk.offset,
        tokens: chunk.tokens,
      })),
    };
  }
  if (ended) return;
  throw new RetentiveError('DAEMON_UNREACHABLE', 'the daemon broke off before the end of the message', {
    retryable: true,
    details: { ...last },
  });
}

/** Sends a message as one streamed request; `ending` is asked once the text is at its end. */
export async function* uploadStream(
  options: UploadOptions,
  header: unknown,
  text: TextSource,
  ending: () => 'complete' | 'torn' = () => 'complete',
): AsyncGenerator<Acknowledgement, void, undefined> {
  const { transport, path, query } = options;
  // Leaving the loop must end the request too, not only the answer.
  const left = new AbortController();
  const signal = options.signal === undefined ? left.signal : AbortSignal.any([options.signal, left.signal]);
  const source = bodyLines(header, text, ending);
  let failure: unknown;
  const guarded = (async function* () {
    try {
      yield* source;
    } catch (error) {
      // The caller's own source failed: the request ends torn, and the caller gets its error back.
      failure = error;
      left.abort(error);
      throw error;
    }
  })();
  try {
    const response = await transport.send({ method: 'POST', path, query, stream: streamOf(guarded), signal });
    yield* acknowledgements(response, { ...options, signal: options.signal }, ending);
  } catch (error) {
    throw failure ?? error;
  } finally {
    left.abort();
  }
}

const uploadPiece = async (
  options: UploadOptions,
  header: unknown,
  text: string,
  ending: 'complete' | 'torn',
): Promise<Acknowledgement[]> => {
  const { transport, path, query, signal } = options;
  const stream = await join(bodyLines(header, [text], () => ending));
  const response = await transport.send({ method: 'POST', path, query, stream, signal });
  const found: Acknowledgement[] = [];
  for await (const part of acknowledgements(response, options, () => ending)) found.push(part);
  return found;
};

/**
 * Sends a message in pieces, a request each: between them it stands torn, so that nothing is lost when the page goes.
 * `resume` gives where the next piece goes.
 */
export async function* uploadPieces(
  options: UploadOptions,
  header: unknown,
  text: TextSource,
  resume: (from: { readonly id: string; readonly offset: number }) => Pick<UploadOptions, 'path' | 'query'>,
): AsyncGenerator<Acknowledgement, void, undefined> {
  let next: UploadOptions = options;
  let first = header;
  const send = async function* (piece: string, ending: 'complete' | 'torn') {
    const parts = await uploadPiece(next, first, piece, ending);
    const last = parts.at(-1);
    if (last === undefined) return;
    first = undefined;
    next = { ...options, ...resume(last) };
    const chunks = parts.flatMap((part) => part.chunks);
    yield { ...last, state: ending === 'complete' ? 'complete' : 'open', chunks } satisfies Acknowledgement;
  };
  for await (const piece of text) for (const part of cut(piece)) yield* send(part, 'torn');
  yield* send('', 'complete');
}
