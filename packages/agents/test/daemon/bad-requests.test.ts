import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DaemonBench, openDaemon } from '../support/open-daemon.ts';

let bench: DaemonBench;

beforeAll(async () => {
  bench = await openDaemon({ script: Array(5_000).fill('Noted.') });
});

afterAll(() => bench.close());

const PATHS = [
  'messages',
  'context',
  'search',
  'turns',
  'messages/stream',
  'messages/stream?role=user',
  'messages/m/resume?offset=0',
];

/** Values around the fields of our bodies, and any other JSON. */
const fieldNames = fc.constantFrom(
  'role',
  'content',
  'thread',
  'speaker',
  'id',
  'idempotencyKey',
  'time',
  'timeZone',
  'metadata',
  'expiresAt',
  'remember',
  'query',
  'budget',
  'exclude',
  'limit',
  'kind',
  'input',
  'tokens',
  'text',
  'end',
  '__proto__',
  'constructor',
  'now',
);
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 5 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'user',
    '',
    '\u0000',
    '\ud800',
    '2024-13-45',
    -1,
    1e308,
    1e21,
    'x'.repeat(70_000),
    { tokens: -1 },
    { tokens: 1.5 },
  ),
);
const bodies = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.dictionary(fieldNames, values, { maxKeys: 6 }).map((value) => JSON.stringify(value)),
  },
  { weight: 2, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
);
const types = fc.constantFrom(
  'application/json',
  'application/json',
  'application/x-ndjson',
  'text/plain',
  'text/html',
  'a/b; c',
  '',
);

it('answers 2,000 bad payloads with a problem of ours and never fails', { timeout: 110_000 }, async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ path: fc.constantFrom(...PATHS), body: bodies, type: types }), {
        minLength: 20,
        maxLength: 20,
      }),
      async (batch) => {
        const answers = await Promise.all(
          batch.map(async ({ path, body, type }) => {
            const response = await fetch(`${bench.root}/${path}`, {
              method: 'POST',
              headers: type === '' ? {} : { 'content-type': type },
              body: typeof body === 'string' ? body : Buffer.from(body),
            });
            return {
              status: response.status,
              type: response.headers.get('content-type'),
              text: await response.text(),
            };
          }),
        );
        for (const { status, type, text } of answers) {
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          expect(status).toBeLessThan(500);
          if (status < 400) continue;
          expect(type).toContain('application/problem+json');
          expect(JSON.parse(text)).toMatchObject({ status, code: expect.stringMatching(/^[A-Z_]+$/u) });
        }
      },
    ),
    { numRuns: 100, seed: 3 },
  );
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(2_000);
  expect((await bench.client.health()).ready).toBe(true);
});

const HOSTILE = [
  '..',
  '.',
  '%2e%2e',
  '..%2f..%2fetc%2fpasswd',
  '/',
  '\\',
  'C:\\',
  'con',
  'nul.txt',
  '~',
  '*',
  '?',
  '#',
  ';',
  '&',
  '=',
  '$(id)',
  '`id`',
  '%{jndi:x}',
  '{{7*7}}',
  "' OR 1=1 --",
  '"; DROP TABLE entries; --',
  '<script>',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  'true',
  '-1',
  '0',
  '1e9',
  ' ',
  '  a',
  'a  ',
  '\u00a0',
  '\u200b',
  '\u202e',
  '\ufeff',
  '\u0000',
  'a\u0000b',
  '\n',
  '\r\n',
  '\u007f',
  '\u0085',
  '\ud800',
  '\udfff',
  'é',
  'e\u0301',
  '😀',
  '𐍈',
  'İ',
  'ß',
  '%',
  '%zz',
  '%00',
  '%c3%28',
  'a'.repeat(256),
  'a'.repeat(257),
  'é'.repeat(128),
  'é'.repeat(129),
  '😀'.repeat(64),
  '😀'.repeat(65),
  'a/b/c',
  'a//b',
  'tenants',
  'users',
  'messages',
  ':tenant',
  '*/*',
];

it('refuses 200 hostile labels or keeps them apart', { timeout: 60_000 }, async () => {
  const labels = [
    ...HOSTILE,
    ...fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), {
      numRuns: 200 - HOSTILE.length,
      seed: 5,
    }),
  ];
  expect(labels).toHaveLength(200);
  const messages = new Map<string, string>();
  for (const [index, label] of labels.entries()) {
    let step: string;
    try {
      step = encodeURIComponent(label);
    } catch {
      // A lone surrogate has no form in an address; sent as it is, it arrives as a replacement character.
      continue;
    }
    const content = `Message number ${index}.`;
    const response = await fetch(`${bench.daemon.url}/api/v1/tenants/${step}/users/u/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'user', content }),
    });
    await response.text();
    expect([label, [201, 400, 404, 414].includes(response.status)]).toEqual([label, true]);
    if (response.status === 201) messages.set(label.normalize('NFC'), content);
  }
  expect(messages.size).toBeGreaterThan(100);
  for (const [tenant, content] of messages) {
    const found = await bench.memory.scope({ tenant, user: 'u' }).messages();
    expect(found.map(({ text }) => text)).toContain(content);
  }
  const total = await Promise.all(
    [...messages.keys()].map((tenant) => bench.memory.scope({ tenant, user: 'u' }).messages()),
  );
  const texts = total.flat().map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
});

const post = (path: string, body: string, type = 'application/json'): Promise<Response> =>
  fetch(`${bench.root}/${path}`, { method: 'POST', headers: { 'content-type': type }, body });

it('refuses bodies and texts beyond the limits, and streams longer ones', async () => {
  const message = (length: number): string =>
    JSON.stringify({ role: 'user', content: 'a '.repeat(length / 2) });
  expect((await post('messages', message(65_536))).status).toBe(201);
  expect(await (await post('messages', message(65_538))).json()).toMatchObject({
    status: 413,
    code: 'REQUEST_INVALID',
  });
  expect((await post('messages', message(1_100_000))).status).toBe(413);
  expect((await post('turns', JSON.stringify({ input: 'a'.repeat(70_000) }))).status).toBe(413);
  const exclude = Array(10_001).fill('msg');
  expect((await post('context', JSON.stringify({ query: 'q', exclude }))).status).toBe(400);
  const lines = `${JSON.stringify({ role: 'user' })}\n${JSON.stringify({ text: 'a' })}\n{"text":"${'b'.repeat(1_100_000)}"}\n`;
  const torn = (await (await post('messages/stream', lines, 'application/x-ndjson')).text())
    .trim()
    .split('\n');
  expect(JSON.parse(torn.at(-1) ?? '')).toMatchObject({
    type: 'closed',
    state: 'torn',
    offset: 1,
    problem: { status: 413 },
  });
  const long = 'A sentence of some words. '.repeat(60_000);
  const streamed = (await (await post('messages/stream?role=user', long, 'text/plain')).text())
    .trim()
    .split('\n');
  expect(JSON.parse(streamed.at(-1) ?? '')).toMatchObject({
    type: 'closed',
    state: 'complete',
    offset: long.length,
  });
});

/** Sends raw bytes and gives what comes back until the other side closes. */
const raw = (...pieces: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(bench.daemon.url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
    for (const piece of pieces) socket.write(piece);
    socket.end();
  });

it('answers what is no HTTP with a problem, and lives on', async () => {
  for (const bytes of [
    '\u0000\u0001\u0002\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /api/v1/health HTTP/1.1\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  ]) {
    expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 4\d\d /u);
  }
  expect((await bench.client.health()).live).toBe(true);
});
