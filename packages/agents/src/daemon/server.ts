import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { isRetentiveError, RetentiveError } from '@retentive/core';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authorize, checkOrigin, type TokenEntry } from './access.ts';
import type { DaemonAnswer, DaemonParts, DaemonRequest } from './daemon-types.ts';
import { type Problem, problemOf, refusal } from './problem.ts';
import { API_PREFIX, ROUTES, type Route } from './routes.ts';
import { sendStream } from './send-stream.ts';
import { callerLeft } from './streams.ts';
import { trackConnections } from './track-connections.ts';

/** Labels have 256 bytes, three characters each where they are percent-encoded. */
const MAX_PATH_PART = 1_024;
/** A caller that was told to wait tries again after so many seconds. */
const RETRY_AFTER_S = 1;
const REQUEST_ID = /^[\w.:-]{1,128}$/u;

/** What a server is made of. */
export interface ServerOptions extends DaemonParts {
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly tokens: readonly TokenEntry[] | undefined;
  readonly version: string;
  /** Tells this daemon from any other that may listen at its address later. */
  readonly instance: string;
  /** Takes one line of log, JSON with a line end. */
  readonly log: (line: string) => void;
}

/** A server that is not listening yet. */
export interface Server {
  listen(address: { readonly host: string; readonly port: number }): Promise<AddressInfo>;
  /** Refuses what comes new, tells open streams, waits for the rest up to the drain limit, then cuts it off. Idempotent. */
  close(): Promise<void>;
}

interface ServerState {
  /** Every stream under way. */
  readonly streams: Set<AbortController>;
  stopping: boolean;
}

const stopped = (): RetentiveError =>
  new RetentiveError('DAEMON_STOPPING', 'the daemon is stopping; send it again to the next one', {
    retryable: true,
  });

const single = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

/** What fastify and node refuse, in our words. Their messages can hold a piece of the body. */
const ownError = (error: unknown): unknown => {
  const { code, statusCode } = error as Partial<FastifyError>;
  if (isRetentiveError(error) || statusCode === undefined || statusCode >= 500) return error;
  if (statusCode === 413) return refusal(413, 'the body is longer than the limit');
  if (statusCode === 415) return refusal(415, 'the media type of the body is not the one of this route');
  if (statusCode === 414) return refusal(414, 'the address is too long');
  return refusal(400, `the request cannot be read${code === undefined ? '' : ` (${code})`}`);
};

const sendProblem = (reply: FastifyReply, error: unknown): FastifyReply => {
  const problem: Problem = problemOf(ownError(error));
  const { status } = problem;
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 429 || status === 503) reply.header('retry-after', RETRY_AFTER_S);
  // What the caller still sends is not read any more.
  if (!reply.request.raw.complete) reply.header('connection', 'close');
  return reply.code(status).type('application/problem+json').send(problem);
};

/** What the log may know of an error: messages of ours name no content, those of others may. */
const loggable = (error: unknown): Record<string, unknown> =>
  isRetentiveError(error)
    ? { code: error.code, message: error.message, cause: (error.cause as Error | undefined)?.name }
    : { name: (error as Error)?.name, stack: (error as Error)?.stack?.split('\n').slice(1).join('\n') };

const labelsOf = (request: FastifyRequest): Readonly<Record<string, string | undefined>> =>
  request.params as Readonly<Record<string, string | undefined>>;

const daemonRequest = (
  { memory }: DaemonParts,
  request: FastifyRequest,
  route: Route,
  signal: AbortSignal,
): DaemonRequest => {
  const { tenant = '', user = '', id } = labelsOf(request);
  const { raw, headers } = request;
  return {
    scope: memory.scope({ tenant, user }),
    message: id,
    query: request.query as Readonly<Record<string, unknown>>,
    idempotencyKey: single(headers['idempotency-key']),
    body: route.streamsIn ? undefined : request.body,
    // Left early, the socket stays: the answer still has to go out on it.
    bytes: { [Symbol.asyncIterator]: () => raw.iterator({ destroyOnReturn: false }) },
    format: headers['content-type']?.startsWith('application/x-ndjson') ? 'ndjson' : 'text',
    signal,
  };
};

/** Sends an answer; parts wait for the first of them, so that a failure before it has its own status. */
const send = async (
  reply: FastifyReply,
  answer: DaemonAnswer,
  heartbeatMs: number,
): Promise<FastifyReply | undefined> => {
  if ('status' in answer) return reply.code(answer.status).send(answer.body);
  const rest = answer.parts[Symbol.asyncIterator]();
  const first = await rest.next();
  const headers = { 'x-request-id': reply.request.id };
  reply.hijack();
  await sendStream(reply.request.raw, reply.raw, {
    format: answer.stream,
    first,
    rest,
    headers,
    heartbeatMs,
  });
  return undefined;
};

const addRoute = (
  server: FastifyInstance,
  route: Route,
  options: ServerOptions,
  state: ServerState,
): void => {
  const { limits } = options;
  server.route({
    method: route.method,
    url: route.path,
    async handler(request, reply) {
      const abort = new AbortController();
      const leave = (): void => {
        if (!reply.raw.writableFinished) abort.abort(callerLeft());
      };
      reply.raw.once('close', leave);
      const late = (): void =>
        abort.abort(
          new RetentiveError('DEADLINE_EXCEEDED', `no answer within ${limits.requestTimeoutMs} ms`, {
            retryable: true,
          }),
        );
      const timer = route.streamsOut ? undefined : setTimeout(late, limits.requestTimeoutMs);
      if (route.streamsOut) state.streams.add(abort);
      if (state.stopping) abort.abort(stopped());
      try {
        const { signal } = abort;
        const answer =
          'folder' in route.answer
            ? await route.answer.folder({ body: request.body, signal }, options)
            : await route.answer.user(daemonRequest(options, request, route, signal), options);
        return await send(reply, answer, limits.heartbeatMs);
      } catch (error) {
        throw abort.signal.aborted && isRetentiveError(error, 'ABORTED') ? abort.signal.reason : error;
      } finally {
        clearTimeout(timer);
        state.streams.delete(abort);
      }
    },
  });
};

/** Refuses, before anything is read, what may not come in; and what does not come in in time. */
const guard = (server: FastifyInstance, options: ServerOptions, state: ServerState): void => {
  const { limits, tokens, host, allowedHosts } = options;
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    logAnswer(request, reply);
    checkOrigin(request.headers, { listensOn: host, names: allowedHosts });
    if (state.stopping) throw stopped();
    const { tenant } = labelsOf(request);
    if (tokens === undefined) return;
    const { url } = request.routeOptions;
    if (ROUTES.some(({ path, answer }) => path === url && 'folder' in answer)) {
      throw refusal(
        403,
        'a token opens one tenant, and this is about the whole folder: ask the store itself',
      );
    }
    if (tenant === undefined) return;
    authorize(tokens, request.headers.authorization, tenant.normalize('NFC'));
  });
  server.addHook('preParsing', async (request, reply, payload) => {
    if (ROUTES.some(({ path, streamsIn }) => streamsIn === true && path === request.routeOptions.url)) {
      return payload;
    }
    // A body that trickles in; the answer's own limit starts when it is there.
    const timer = setTimeout(() => {
      if (reply.sent || request.raw.complete) return;
      sendProblem(reply, refusal(408, `no whole body within ${limits.requestTimeoutMs} ms`));
    }, limits.requestTimeoutMs);
    request.raw.once('close', () => clearTimeout(timer));
    return payload;
  });
};

/** One line for each answer, also for one that its caller did not wait for. */
const logAnswer = (request: FastifyRequest, { raw }: FastifyReply): void => {
  raw.once('close', () => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url,
        tenant: labelsOf(request)?.['tenant'],
        status: raw.statusCode,
        received: Number(request.headers['content-length'] ?? 0),
        finished: raw.writableFinished,
      },
      'answered',
    );
  });
};

/** Makes the daemon's server on fastify, which is loaded here and not before. */
export const createServer = async (options: ServerOptions): Promise<Server> => {
  const { fastify, LogController } = await import('fastify');
  const { limits, version, instance } = options;
  const state: ServerState = { streams: new Set(), stopping: false };
  const server = fastify({
    bodyLimit: limits.bodyBytes,
    routerOptions: { maxParamLength: MAX_PATH_PART },
    genReqId: ({ headers }) => {
      const given = single(headers['x-request-id']);
      return given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
    },
    logger: { level: 'info', base: null, stream: { write: options.log } },
    // One line an answer, by a hook below: fastify's own has the address, and addresses hold what is asked.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    return503OnClosing: false,
    http: {
      headersTimeout: limits.headerTimeoutMs,
      // Streams come in for hours; whole bodies have a timer of their own.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.max(100, Math.floor(limits.headerTimeoutMs / 4)),
    },
    frameworkErrors: (error, _, reply) => {
      sendProblem(reply, ownError(error));
    },
    clientErrorHandler: (error, socket) => {
      const status =
        error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
      if (!socket.writable) return void socket.destroy();
      const body = JSON.stringify(problemOf(refusal(status, 'the request cannot be read')));
      socket.end(
        `HTTP/1.1 ${status} \r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  });
  server.removeContentTypeParser('text/plain');
  guard(server, options, state);
  server.setErrorHandler((error, request, reply) => {
    const own = ownError(error);
    if (problemOf(own).status >= 500) request.log.error(loggable(own), 'failed');
    return sendProblem(reply, own);
  });
  server.setNotFoundHandler((_, reply) => sendProblem(reply, refusal(404, 'there is no such route')));
  server.get(`${API_PREFIX}/health`, async (_, reply) =>
    reply.send({ live: true, ready: !state.stopping, version, instance }),
  );
  await server.register(async (whole) => {
    for (const route of ROUTES) if (!route.streamsIn) addRoute(whole, route, options, state);
  });
  await server.register(async (streamed) => {
    streamed.removeAllContentTypeParsers();
    for (const type of ['application/x-ndjson', 'text/plain']) {
      streamed.addContentTypeParser(type, (_request, _payload, done) => done(null));
    }
    for (const route of ROUTES) if (route.streamsIn) addRoute(streamed, route, options, state);
  });

  let closing: Promise<void> | undefined;
  const connections = trackConnections(server.server);
  const close = async (): Promise<void> => {
    state.stopping = true;
    connections.closeWhenIdle();
    for (const stream of state.streams) stream.abort(stopped());
    const cut = setTimeout(() => server.server.closeAllConnections(), limits.drainMs);
    await server.close().finally(() => clearTimeout(cut));
  };
  return {
    async listen(address) {
      try {
        await server.listen(address);
      } catch (cause) {
        await server.close();
        throw new RetentiveError(
          'OPTION_INVALID',
          `cannot listen on ${address.host}:${address.port}: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}`,
          { cause, details: address },
        );
      }
      return server.server.address() as AddressInfo;
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
};
