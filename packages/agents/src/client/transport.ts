import {
  type CallOptions,
  ERROR_CODES,
  type ErrorCode,
  isRetentiveError,
  lines,
  RetentiveError,
} from '@retentive/core';
import * as z from 'zod';
import type { DaemonClientOptions } from './client-types.ts';

/** One request to the daemon. */
export interface ClientRequest extends CallOptions {
  readonly method: 'GET' | 'POST';
  /** Below `/api/v1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as NDJSON, line by line. */
  readonly stream?: ReadableStream<Uint8Array> | string | undefined;
}

/** Sends requests and gives answers that are no problem. */
export interface Transport {
  send(request: ClientRequest): Promise<Response>;
  /** Sends and checks the JSON that comes back. */
  json<T>(request: ClientRequest, schema: z.ZodType<T>): Promise<T>;
}

const problemSchema = z.looseObject({
  code: z.string(),
  detail: z.string(),
  retryable: z.boolean().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** An error from a problem as the daemon sends it; `more` joins its details. */
export const errorOfProblem = (
  value: unknown,
  more: Readonly<Record<string, unknown>> = {},
): RetentiveError => {
  const problem = problemSchema.safeParse(value);
  if (!problem.success) {
    return new RetentiveError('DAEMON_UNREACHABLE', 'what answered is no Retentive daemon', {
      details: more,
    });
  }
  const { code, detail, retryable = false, details = {} } = problem.data;
  // A newer daemon may have codes that this client does not know.
  const known = (ERROR_CODES as readonly string[]).includes(code) ? (code as ErrorCode) : 'INTERNAL';
  return new RetentiveError(known, detail, { retryable, details: { ...details, ...more } });
};

const OF_HTTP: readonly ErrorCode[] = ['ACCESS_DENIED', 'DAEMON_UNREACHABLE', 'REQUEST_INVALID'];

const errorOfResponse = async (response: Response): Promise<RetentiveError> => {
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    body = undefined;
  }
  const error = errorOfProblem(body);
  // Of the errors that only HTTP knows; the others say the same as in one process.
  return OF_HTTP.includes(error.code) ? errorOfProblem(body, { status: response.status }) : error;
};

/** What broke a connection, as an error of ours. */
const connectionError = (
  cause: unknown,
  baseURL: string,
  signal: AbortSignal | undefined,
): RetentiveError => {
  if (isRetentiveError(cause)) return cause;
  if (signal?.aborted) return new RetentiveError('ABORTED', 'the call was aborted', { cause: signal.reason });
  return new RetentiveError('DAEMON_UNREACHABLE', `no daemon answers at ${baseURL}, or it broke off`, {
    cause,
    retryable: true,
  });
};

/** Makes a transport. @throws OPTION_INVALID for an address that is none */
export const createTransport = ({ baseURL, token, fetch: given }: DaemonClientOptions): Transport => {
  const base = URL.canParse(baseURL) ? baseURL.replace(/\/+$/u, '') : undefined;
  if (base === undefined || !/^https?:/u.test(base)) {
    throw new RetentiveError(
      'OPTION_INVALID',
      'baseURL is the address of a daemon, such as http://127.0.0.1:7373',
    );
  }
  const call = given ?? fetch;

  const send: Transport['send'] = async ({ method, path, query = {}, json, stream, signal }) => {
    const search = new URLSearchParams(
      Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const url = `${base}/api/v1${path}${search.size === 0 ? '' : `?${search}`}`;
    const type = stream === undefined ? 'application/json' : 'application/x-ndjson';
    const body = stream ?? (json === undefined ? undefined : JSON.stringify(json));
    let response: Response;
    try {
      response = await call(url, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': type }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body }),
        ...(stream instanceof ReadableStream ? { duplex: 'half' } : {}),
        ...(signal === undefined ? {} : { signal }),
      } as RequestInit);
    } catch (cause) {
      throw connectionError(cause, base, signal);
    }
    if (!response.ok) throw await errorOfResponse(response);
    return response;
  };

  return {
    send,
    async json(request, schema) {
      const response = await send(request);
      let value: unknown;
      try {
        value = await response.json();
      } catch (cause) {
        throw connectionError(cause, base, request.signal);
      }
      const result = schema.safeParse(value);
      // As it was sent: zod puts the fields that it knows first, and output is to be the same whoever gives it.
      if (result.success) return value as typeof result.data;
      throw new RetentiveError('DAEMON_UNREACHABLE', `what answers at ${base} is no Retentive daemon`);
    },
  };
};

/** Lines of an answer as they come. Leaving early closes the connection. */
export async function* answerLines(
  response: Response,
  baseURL: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return;
  const pieces = async function* (): AsyncGenerator<string, void, undefined> {
    while (true) {
      const step = await reader.read();
      if (step.done) return;
      yield step.value;
    }
  };
  try {
    yield* lines(pieces());
  } catch (cause) {
    throw connectionError(cause, baseURL, signal);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** The data of server-sent events, each with its event's name; comments are left out. */
export async function* serverSentEvents(
  source: AsyncIterable<string>,
): AsyncGenerator<{ readonly event: string; readonly data: string }, void, undefined> {
  let event = 'message';
  let data: string[] = [];
  for await (const line of source) {
    if (line === '') {
      if (data.length > 0) yield { event, data: data.join('\n') };
      event = 'message';
      data = [];
    } else if (line.startsWith('event:')) event = line.slice(6).trim();
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /u, ''));
  }
}

const partSchema = z.looseObject({ type: z.string() });

/** A part of an answer that came as lines of JSON. */
export type AnswerPart = z.infer<typeof partSchema>;

const parsePart = (line: string): AnswerPart => {
  try {
    const value: unknown = JSON.parse(line);
    partSchema.parse(value);
    // As it was sent, its fields in their order.
    return value as AnswerPart;
  } catch (cause) {
    throw new RetentiveError('DAEMON_UNREACHABLE', 'the daemon sent a line that is no part of an answer', {
      cause,
    });
  }
};

/** The last part of an answer; `progress` parts before it go to `onProgress`. @throws what the daemon failed with */
export const lastPart = async (
  transport: Transport,
  baseURL: string,
  request: ClientRequest,
  onProgress: (part: AnswerPart) => void = () => {},
): Promise<AnswerPart> => {
  const response = await transport.send(request);
  let last: AnswerPart | undefined;
  for await (const line of answerLines(response, baseURL, request.signal)) {
    const part = parsePart(line);
    if (part.type === 'error') throw errorOfProblem(part['problem']);
    if (part.type === 'progress') onProgress(part);
    else last = part;
  }
  if (last !== undefined) return last;
  throw new RetentiveError('DAEMON_UNREACHABLE', 'the daemon broke off before the end of its answer', {
    retryable: true,
  });
};
