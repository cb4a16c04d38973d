import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StreamPart, TextPart } from './daemon-types.ts';
import { problemOf } from './problem.ts';

const MEDIA_TYPES = {
  ndjson: 'application/x-ndjson',
  sse: 'text/event-stream',
  raw: 'application/x-ndjson',
} as const;

/** How long what a caller still sends is read and dropped after the answer: closing at once would cost it the answer. */
const LINGER_MS = 1_000;

const ENCODERS = {
  ndjson: (part: StreamPart): string => `${JSON.stringify(part)}\n`,
  sse: (part: StreamPart): string => `event: ${part.type}\ndata: ${JSON.stringify(part)}\n\n`,
  raw: (part: StreamPart): string => (part as TextPart).text,
} as const;

/** Writes and waits until the caller took it. False once it has gone. */
const write = async (response: ServerResponse, text: string): Promise<boolean> => {
  if (response.destroyed) return false;
  if (response.write(text)) return true;
  const settled = new AbortController();
  await Promise.race([
    once(response, 'drain', { signal: settled.signal }),
    once(response, 'close', { signal: settled.signal }),
  ])
    .catch(() => {})
    .finally(() => settled.abort());
  return !response.destroyed;
};

const linger = (request: IncomingMessage): void => {
  if (request.complete || request.destroyed) return;
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  request.once('close', () => clearTimeout(timer));
};

/** What {@link sendStream} sends. */
export interface StreamAnswer {
  readonly format: keyof typeof ENCODERS;
  /** The first part, taken before the status was decided. */
  readonly first: IteratorResult<StreamPart, unknown>;
  readonly rest: AsyncIterator<StreamPart, unknown>;
  readonly headers: Readonly<Record<string, string>>;
  readonly heartbeatMs: number;
}

/**
 * Sends the parts of an answer as they come, at the speed of the caller, with heartbeats in the silence of an event stream.
 * An error becomes a last part `error`; text is broken off. Resolves when the answer ended or the caller left; never rejects.
 */
export const sendStream = async (
  request: IncomingMessage,
  response: ServerResponse,
  { format, first, rest, headers, heartbeatMs }: StreamAnswer,
): Promise<void> => {
  const encode = ENCODERS[format];
  response.writeHead(200, {
    'content-type': `${MEDIA_TYPES[format]}; charset=utf-8`,
    'cache-control': 'no-store',
    ...headers,
  });
  const heartbeat =
    format === 'sse'
      ? setInterval(() => {
          if (!response.destroyed && !response.writableNeedDrain) response.write(': heartbeat\n\n');
        }, heartbeatMs)
      : undefined;
  let step = first;
  let open = true;
  try {
    while (step.done !== true && open) {
      open = await write(response, encode(step.value));
      if (open) step = await rest.next();
    }
  } catch (error) {
    open = false;
    const part: StreamPart & { problem: unknown } = { type: 'error', problem: problemOf(error) };
    if (format === 'raw') response.destroy();
    else await write(response, encode(part));
  } finally {
    clearInterval(heartbeat);
    // A caller that left: the source closes what it had open.
    if (!open) await Promise.resolve(rest.return?.()).catch(() => {});
    response.end();
    linger(request);
  }
};
