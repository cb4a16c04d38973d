import { collect } from '@retentive/core';
import { afterEach, expect, it } from 'vitest';
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

it('says that it lives and is ready', async () => {
  const { client } = await open();
  expect(await client.health()).toEqual({
    live: true,
    ready: true,
    version: '0.0.0',
    instance: expect.any(String),
  });
});

it('stores a message and recalls it', async () => {
  const { client } = await open();
  const ana = client.scope(ANA);
  const receipt = await ana.observe({ role: 'user', content: 'My cat is called Miso.' }, { settled: true });
  expect(receipt).toMatchObject({ replayed: false, warnings: [] });
  const context = await ana.context('What is the cat called?', { budget: { tokens: 200 } });
  expect(context.text).toContain('Miso');
  expect(context.tokens).toBeLessThanOrEqual(200);
});

it('answers 201 to a message and 200 to the same one again, by header or body', async () => {
  const { root } = await open();
  const send = (headers: Record<string, string>, more: object): Promise<Response> =>
    fetch(`${root}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ role: 'user', content: 'One.', ...more }),
    });
  const first = await send({ 'idempotency-key': 'k' }, {});
  const second = await send({}, { idempotencyKey: 'k' });
  expect([first.status, second.status]).toEqual([201, 200]);
  const { id } = (await first.json()) as { id: string };
  expect(await second.json()).toEqual({ id, replayed: true, sequence: 0, warnings: [], stored: true });
  const other = await send({ 'idempotency-key': 'k' }, { content: 'Two.' });
  expect(other.status).toBe(409);
  expect(other.headers.get('content-type')).toContain('application/problem+json');
  expect(await other.json()).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', status: 409 });
  const unlike = await send({ 'idempotency-key': 'a' }, { idempotencyKey: 'b' });
  expect(await unlike.json()).toMatchObject({ code: 'MESSAGE_INVALID', status: 400 });
});

it('acknowledges a streamed message while it is still being sent', async () => {
  const { client, memory } = await open();
  const offsets: number[] = [];
  let release = (): void => {};
  const acknowledged = new Promise<void>((resolve) => {
    release = resolve;
  });
  const text = async function* () {
    yield 'The first part. ';
    // Goes on only once the first part is known to be durable.
    await acknowledged;
    yield 'The second part.';
  };
  const found = [];
  for await (const part of client.scope(ANA).ingest({ role: 'assistant', thread: 't1' }, text())) {
    found.push(part);
    offsets.push(part.offset);
    if (part.offset > 0) release();
  }
  expect(found.at(-1)).toMatchObject({ state: 'complete', offset: 32 });
  expect(offsets[0]).toBe(16);
  const [message] = await memory.scope(ANA).messages();
  expect(message).toMatchObject({
    state: 'complete',
    text: 'The first part. The second part.',
    thread: 't1',
  });
});

it('sends in pieces where requests cannot be streamed', async () => {
  const { daemon, memory } = await open();
  const { createDaemonClient } = await import('../../src/client/index.ts');
  const ana = createDaemonClient({ baseURL: daemon.url, upload: 'pieces' }).scope(ANA);
  const parts = await collect(ana.ingest({ role: 'assistant' }, ['One. ', 'Two. ', 'Three.']));
  expect(parts.map(({ offset, state }) => [offset, state])).toEqual([
    [5, 'open'],
    [10, 'open'],
    [16, 'open'],
    [16, 'complete'],
  ]);
  const messages = await memory.scope(ANA).messages();
  expect(messages).toMatchObject([{ state: 'complete', text: 'One. Two. Three.' }]);
});

it('streams a turn as typed parts', async () => {
  const { client, memory } = await open({ script: [['It is ', 'Miso.']] });
  const parts = await collect(client.scope(ANA).turn({ input: 'What is the cat called?', thread: 't1' }));
  expect(parts.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['memory-write', 'context-ready', 'text-delta', 'finish']),
  );
  expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  const messages = await memory.scope(ANA).messages();
  expect(messages.map(({ role, text, state }) => [role, text, state])).toEqual([
    ['user', 'What is the cat called?', 'complete'],
    ['assistant', 'It is Miso.', 'complete'],
  ]);
});

it('sweeps what has expired from its start, and goes on serving when it cannot', async () => {
  const { memory, daemon } = await open({
    wrap: (inner) => ({
      ...inner,
      sweep: async (options) => {
        calls.push('sweep');
        return inner.sweep({ ...options, limit: 1 });
      },
    }),
    limits: { sweepMs: 1 },
  });
  await expect.poll(() => calls.length).toBeGreaterThan(2);
  await daemon.close();
  const after = calls.length;
  await memory.sweep();
  expect(calls).toHaveLength(after);
  const failing = await openDaemon({
    wrap: (inner) => ({ ...inner, sweep: () => Promise.reject(new Error('no disk')) }),
  });
  await expect.poll(() => failing.logs.join('')).toContain('"event":"sweep","code":"INTERNAL"');
  expect(failing.logs.join('')).not.toContain('no disk');
  await failing.close();
});

const calls: string[] = [];

it('answers a message that is not to be remembered, and stores nothing', async () => {
  const { client, memory } = await open();
  const ana = client.scope(ANA);
  const receipt = await ana.observe({ role: 'user', content: 'My PIN is 1234.', remember: false });
  expect(receipt).toMatchObject({ stored: false, sequence: 0 });
  expect(await ana.observe({ role: 'user', content: 'Hello.' })).toMatchObject({ stored: true });
  expect((await memory.scope(ANA).messages()).map(({ text }) => text)).toEqual(['Hello.']);
});
