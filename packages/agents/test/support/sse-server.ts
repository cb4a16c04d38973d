import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the endpoint got it. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

/** An endpoint on the loopback address that speaks Chat Completions, or breaks it. */
export interface SseServer {
  readonly baseURL: string;
  readonly requests: readonly SeenRequest[];
  /** How many requests the client gave up before their end. */
  readonly dropped: () => number;
  close(): Promise<void>;
}

/** Answers one request. */
export type Reply = (response: ServerResponse, request: SeenRequest) => void;

/** Chunks as an endpoint streams them, then `[DONE]` unless `open`. */
export const streamed =
  (chunks: readonly unknown[], { open = false }: { readonly open?: boolean } = {}): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of chunks) {
      response.write(`data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`);
    }
    if (!open) response.end('data: [DONE]\n\n');
  };

/** A chunk with one choice. */
export const choice = (delta: unknown, finish?: string, more: object = {}): unknown => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish ?? null, ...more }],
});

/** An error as endpoints send it; asks for no wait before another try. */
export const failed =
  (status: number, message: string): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' });
    response.end(JSON.stringify({ error: { message, type: 'error' } }));
  };

/** Opens a server that answers the first request with the first reply, and so on; the last one repeats. */
export const openSseServer = async (replies: readonly Reply[]): Promise<SseServer> => {
  const requests: SeenRequest[] = [];
  let dropped = 0;
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => {
      text += piece;
    });
    response.on('close', () => {
      if (!response.writableFinished) dropped += 1;
    });
    request.on('end', () => {
      const seen = {
        path: request.url ?? '',
        headers: request.headers,
        body: JSON.parse(text) as SeenRequest['body'],
      };
      requests.push(seen);
      replies[Math.min(requests.length, replies.length) - 1]?.(response, seen);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    requests,
    dropped: () => dropped,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
