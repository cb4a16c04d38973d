import { isRetentiveError, RetentiveError } from '@retentive/core';
import * as z from 'zod';
import { refusal } from './problem.ts';

/** How a streamed source ends, as its body says. */
export type StreamEnding = 'complete' | 'torn';

/** A piece of a streamed body: the first line of NDJSON, text, or how the source ends. */
export type BodyPiece =
  | { readonly type: 'header'; readonly header: unknown }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'end'; readonly ending: StreamEnding };

const lineSchema = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ end: z.enum(['complete', 'torn']) }),
]);

/** Text of a byte stream, piece by piece as it arrived. @throws REQUEST_INVALID where it is not UTF-8 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw refusal(400, 'the body is not UTF-8 text');
    }
  };
  for await (const chunk of bytes) yield decode(chunk);
  yield decode();
}

const parseJson = (line: string, number: number): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    throw refusal(400, `line ${number} of the body is not JSON`);
  }
};

const parseLine = (line: string, number: number): z.infer<typeof lineSchema> => {
  const result = lineSchema.safeParse(parseJson(line, number));
  if (result.success) return result.data;
  throw refusal(400, `line ${number} of the body must be {"text": ...} or {"end": "complete" | "torn"}`);
};

/**
 * The pieces of an NDJSON body: a header first if there is to be one, then `{"text"}` lines, those that arrived together
 * as one piece, and perhaps a last `{"end"}`. @throws REQUEST_INVALID with the line
 */
async function* readNdjson(
  text: AsyncIterable<string>,
  { header, lineBytes }: { readonly header: boolean; readonly lineBytes: number },
): AsyncGenerator<BodyPiece, void, undefined> {
  let rest = '';
  let number = 0;
  let ended = false;
  const readLines = function* (lines: readonly string[]): Generator<BodyPiece, void, undefined> {
    let gathered = '';
    for (const line of lines) {
      number += 1;
      if (line.trim() === '') continue;
      if (ended) throw refusal(400, `line ${number} of the body stands behind its end`);
      if (header && number === 1) {
        yield { type: 'header', header: parseJson(line, number) };
        continue;
      }
      const parsed = parseLine(line, number);
      if ('text' in parsed) gathered += parsed.text;
      else {
        if (gathered !== '') yield { type: 'text', text: gathered };
        gathered = '';
        ended = true;
        yield { type: 'end', ending: parsed.end };
      }
    }
    if (gathered !== '') yield { type: 'text', text: gathered };
  };
  for await (const piece of text) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineBytes) throw refusal(413, `a line of the body has over ${lineBytes} characters`);
    yield* readLines(lines);
  }
  yield* readLines([rest]);
  if (header && number === 1 && rest === '')
    throw refusal(400, 'the body is empty: its first line is the header');
}

async function* readText(text: AsyncIterable<string>): AsyncGenerator<BodyPiece, void, undefined> {
  for await (const piece of text) if (piece !== '') yield { type: 'text', text: piece };
}

/** The pieces of a streamed body of either format. A body without an end of its own ends as `complete`. */
export const readBody = (
  bytes: AsyncIterable<Uint8Array>,
  options: { readonly format: 'ndjson' | 'text'; readonly header: boolean; readonly lineBytes: number },
): AsyncGenerator<BodyPiece, void, undefined> =>
  options.format === 'ndjson' ? readNdjson(decodeText(bytes), options) : readText(decodeText(bytes));

/** What aborted a request, or what it failed with. */
export const causeOf = (error: unknown, signal: AbortSignal): unknown =>
  signal.aborted && isRetentiveError(signal.reason) ? signal.reason : error;

/** The values of `source`; a pause longer than `idleMs` ends them. @throws REQUEST_INVALID (408) */
export async function* withIdleTimeout<T>(
  source: AsyncIterable<T>,
  idleMs: number,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let finished = false;
  try {
    while (true) {
      let timer: NodeJS.Timeout | undefined;
      const idle = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(refusal(408, `nothing came for ${idleMs} ms`)), idleMs);
      });
      const step = await Promise.race([iterator.next(), idle]).finally(() => clearTimeout(timer));
      if (step.done) {
        finished = true;
        return;
      }
      yield step.value;
    }
  } finally {
    // Not awaited: a source that hangs must not hold the caller.
    if (!finished) iterator.return?.().then(undefined, () => {});
  }
}

/** The error of a caller that left. */
export const callerLeft = (): RetentiveError => new RetentiveError('ABORTED', 'the caller left');
