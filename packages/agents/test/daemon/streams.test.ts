import { connect, type Socket } from 'node:net';
import { collect, type MessageId } from '@retentive/core';
import type { Memory } from '@retentive/memory';
import { afterEach, expect, it } from 'vitest';
import { createDaemonClient } from '../../src/client/index.ts';
import { type DaemonBench, type DaemonBenchOptions, openDaemon } from '../support/open-daemon.ts';

let bench: DaemonBench | undefined;

const open = async (options?: DaemonBenchOptions): Promise<DaemonBench> => {
  bench = await openDaemon(options);
  return bench;
};

afterEach(async () => {
  await bench?.close();
});

const ANA = { tenant: 'acme', user: 'ana' };

/** Resolves when the memory has closed a message; the daemon does that after the caller is gone. */
const closed = (memory: Memory): Promise<{ readonly message: MessageId; readonly state: string }> =>
  new Promise((resolve) => {
    const stop = memory.events.on('message:closed', ({ message, state }) => {
      if (state !== 'torn') return;
      stop();
      resolve({ message, state });
    });
  });

const forever = new Promise<never>(() => {});

/** Opens a chunked request by hand, to break it off where one likes. */
const openRequest = (url: string, path: string, ...chunks: readonly string[]): Socket => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  for (const chunk of chunks) socket.write(`${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`);
  return socket;
};

const readUntil = (socket: Socket, pattern: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (pattern.test(text)) resolve(text);
    });
    socket.on('close', () => reject(new Error(`closed after: ${text}`)));
  });

const PATH = '/api/v1/tenants/acme/users/ana/messages/stream';

it('tears a message whose connection is cut, and goes on with it where it was durable', async () => {
  const { memory, daemon, client } = await open();
  const torn = closed(memory);
  const socket = openRequest(
    daemon.url,
    PATH,
    '{"role":"assistant"}\n{"text":"The first part. "}\n{"text":"Not a whole li',
  );
  await readUntil(socket, /"acknowledged".*"offset":16/u);
  socket.destroy();
  const { message } = await torn;
  const ana = client.scope(ANA);
  const [stored] = await memory.scope(ANA).messages();
  expect(stored).toMatchObject({ id: message, state: 'torn', text: 'The first part. ' });
  const parts = await collect(ana.resume({ id: message, offset: 16 }, ['The rest.']));
  expect(parts.at(-1)).toMatchObject({ id: message, offset: 25, state: 'complete' });
  expect(await memory.scope(ANA).messages()).toMatchObject([
    { state: 'complete', text: 'The first part. The rest.' },
  ]);
});

it('tears a message when its sender stops in the middle of the loop', async () => {
  const { memory, client } = await open();
  const torn = closed(memory);
  const text = async function* () {
    yield 'One. ';
    await forever;
  };
  for await (const { offset } of client.scope(ANA).ingest({ role: 'assistant' }, text()))
    if (offset > 0) break;
  await torn;
  expect(await memory.scope(ANA).messages()).toMatchObject([{ state: 'torn', text: 'One. ' }]);
});

it('gives the sender back the error of its own source, and tears the message', async () => {
  const { memory, client } = await open();
  const torn = closed(memory);
  let go = (): void => {};
  const acknowledged = new Promise<void>((resolve) => {
    go = resolve;
  });
  const text = async function* () {
    yield 'One. ';
    await acknowledged;
    throw new Error('the microphone fell');
  };
  const send = async (): Promise<void> => {
    for await (const { offset } of client.scope(ANA).ingest({ role: 'assistant' }, text()))
      if (offset > 0) go();
  };
  await expect(send()).rejects.toThrow('the microphone fell');
  await torn;
});

it('refuses a faulty stream with the status of its fault where nothing was stored yet', async () => {
  const { client, root } = await open();
  const ana = client.scope(ANA);
  await expect(collect(ana.ingest({ role: 'nobody' as 'user' }, ['a']))).rejects.toMatchObject({
    code: 'MESSAGE_INVALID',
  });
  await expect(collect(ana.resume({ id: 'm-0' as MessageId, offset: 0 }, ['a']))).rejects.toMatchObject({
    code: 'MESSAGE_NOT_FOUND',
  });
  const response = await fetch(`${root}/messages/stream?role=user&content=no`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: 'a',
  });
  expect(response.status).toBe(400);
});

it('streams the same message twice and stores it once', async () => {
  const { memory, client } = await open();
  const ana = client.scope(ANA);
  const header = { role: 'assistant', idempotencyKey: 'k' } as const;
  const [first] = await collect(ana.ingest(header, ['One. ', 'Two.']));
  const again = await collect(ana.ingest(header, ['One. Two.']));
  expect(again.at(-1)).toMatchObject({ id: first?.id, state: 'complete', replayed: true });
  expect(await memory.scope(ANA).messages()).toHaveLength(1);
});

it('tears a stream that brings nothing any more', async () => {
  const { memory, daemon } = await open({ limits: { idleTimeoutMs: 50 } });
  const socket = openRequest(daemon.url, PATH, '{"role":"assistant"}\n{"text":"One. "}\n');
  const text = await readUntil(socket, /"closed"/u);
  expect(text).toContain('"state":"torn"');
  expect(text).toContain('"status":408');
  expect(await memory.scope(ANA).messages()).toMatchObject([{ state: 'torn', text: 'One. ' }]);
  socket.destroy();
});

it('gives up headers and bodies that trickle in', async () => {
  const { daemon, client } = await open({ limits: { requestTimeoutMs: 100, headerTimeoutMs: 200 } });
  const { hostname, port } = new URL(daemon.url);
  const answerTo = (bytes: string): Promise<string> => {
    const socket = connect(Number(port), hostname);
    socket.write(bytes);
    return readUntil(socket, /^HTTP\/1\.1 \d+/u).finally(() => socket.destroy());
  };
  const head = `POST /api/v1/tenants/a/users/u/messages HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\n`;
  expect(await answerTo(`${head}Content-Length: 100\r\n\r\n{"role":`)).toMatch(/^HTTP\/1\.1 408/u);
  expect(await answerTo(head)).toMatch(/^HTTP\/1\.1 408/u);
  expect((await client.health()).ready).toBe(true);
});

it('answers with the deadline when memory takes too long', async () => {
  const { client } = await open({
    limits: { requestTimeoutMs: 50 },
    wrap: (memory) => ({
      ...memory,
      scope: (scope) => ({
        ...memory.scope(scope),
        context: (_, { signal } = {}) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason));
          }),
      }),
    }),
  });
  await expect(client.scope(ANA).context('?')).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    retryable: true,
  });
});

it('tears the answer of a turn whose caller leaves', async () => {
  const { memory, client, model } = await open({ script: [['It is ', { wait: forever }]] });
  const torn = closed(memory);
  for await (const part of client.scope(ANA).turn({ input: 'What is it?' }))
    if (part.type === 'text-delta') break;
  await torn;
  expect(model.left()).toBe(1);
  const messages = await memory.scope(ANA).messages();
  expect(messages.map(({ role, state }) => [role, state])).toEqual([
    ['user', 'complete'],
    ['assistant', 'torn'],
  ]);
});

it('rejects an aborted turn with ABORTED', async () => {
  const { client } = await open({ script: [['It is ', { wait: forever }]] });
  const abort = new AbortController();
  const run = async (): Promise<void> => {
    for await (const part of client.scope(ANA).turn({ input: 'What is it?', signal: abort.signal })) {
      if (part.type === 'text-delta') abort.abort();
    }
  };
  await expect(run()).rejects.toMatchObject({ code: 'ABORTED' });
});

it('tells of a model that fails in the middle of an answer', async () => {
  const { client } = await open({ script: [['It is ', { torn: true }]] });
  await expect(collect(client.scope(ANA).turn({ input: 'What is it?' }))).rejects.toMatchObject({
    code: 'MODEL_STREAM_TORN',
    retryable: true,
  });
});

it('shows that it lives while a model thinks', async () => {
  let answer = (): void => {};
  const thought = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { root } = await open({ script: [[{ wait: thought }, 'Done.']], limits: { heartbeatMs: 10 } });
  const response = await fetch(`${root}/turns`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input: 'Think.' }),
  });
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += Buffer.from(bytes).toString();
    if (text.includes(': heartbeat')) answer();
  }
  expect(text).toContain('event: finish');
});

it('refuses writes and streams beyond what it can hold, with the time to wait', async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let waiting = 0;
  let full = (): void => {};
  const twoWait = new Promise<void>((resolve) => {
    full = resolve;
  });
  const { root, client, daemon } = await open({
    limits: { writesPerTenant: 2, writes: 3, streams: 1 },
    script: [['It is ', { wait: forever }]],
    wrap: (memory) => ({
      ...memory,
      scope: (scope) => {
        const real = memory.scope(scope);
        return {
          ...real,
          observe: async (message, options) => {
            waiting += 1;
            if (waiting === 2) full();
            await held;
            return real.observe(message, options);
          },
        };
      },
    }),
  });
  const send = (url: string): Promise<Response> =>
    fetch(`${url}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'user', content: 'Hello.' }),
    });
  const accepted = [send(root), send(root)];
  await twoWait;
  const refused = await send(root);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refused.json()).toMatchObject({ code: 'OVERLOADED', retryable: true });
  accepted.push(send(`${daemon.url}/api/v1/tenants/globex/users/ana`));
  release();
  expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([201, 201, 201]);
  expect((await send(root)).status).toBe(201);
  const turn = client.scope(ANA).turn({ input: 'What is it?', remember: false })[Symbol.asyncIterator]();
  await turn.next();
  await expect(collect(client.scope(ANA).turn({ input: 'And that?' }))).rejects.toMatchObject({
    code: 'OVERLOADED',
  });
  await turn.return?.();
});

it('tears open streams and tells them when it stops, and lets the rest end', async () => {
  const { memory, client, daemon } = await open({ script: [['It is ', { wait: forever }]] });
  const ana = client.scope(ANA);
  const turn = ana.turn({ input: 'What is it?', thread: 't' })[Symbol.asyncIterator]();
  while ((await turn.next()).value?.type !== 'text-delta');
  const text = async function* () {
    yield 'One. ';
    await forever;
  };
  const upload = ana.ingest({ role: 'assistant' }, text())[Symbol.asyncIterator]();
  await upload.next();
  const stopping = { code: 'DAEMON_STOPPING', retryable: true };
  const told = [
    expect(turn.next()).rejects.toMatchObject(stopping),
    expect(upload.next()).rejects.toMatchObject({ ...stopping, details: { offset: 5 } }),
  ];
  await daemon.close();
  await Promise.all(told);
  const states = (await memory.scope(ANA).messages()).map(({ role, state }) => [role, state]);
  expect(states).toEqual([
    ['user', 'complete'],
    ['assistant', 'torn'],
    ['assistant', 'torn'],
  ]);
  await expect(createDaemonClient({ baseURL: daemon.url }).health()).rejects.toMatchObject({
    code: 'DAEMON_UNREACHABLE',
  });
});

it('is told apart from something else that answers', async () => {
  expect(() => createDaemonClient({ baseURL: 'nowhere' })).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  );
  const client = createDaemonClient({
    baseURL: 'http://127.0.0.1:9',
    fetch: async () => new Response('<html>', { status: 200 }),
  });
  await expect(client.health()).rejects.toMatchObject({ code: 'DAEMON_UNREACHABLE' });
  expect(() => client.scope({ tenant: '..', user: 'u' })).toThrow(
    expect.objectContaining({ code: 'LABEL_INVALID' }),
  );
});
