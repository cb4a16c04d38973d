import { request as httpRequest } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { createDaemonClient } from '../../src/client/index.ts';
import { ROUTES } from '../../src/daemon/routes.ts';
import { type DaemonBench, type DaemonBenchOptions, openDaemon, tokenLine } from '../support/open-daemon.ts';

let bench: DaemonBench | undefined;

const open = async (options?: DaemonBenchOptions): Promise<DaemonBench> => {
  bench = await openDaemon(options);
  return bench;
};

afterEach(async () => {
  await bench?.close();
});

const TOKENS = `# two tenants\n\n${tokenLine('acme-token', 'acme')}${tokenLine('other-token', 'globex')}`;

const observe = (url: string, tenant: string, headers: Record<string, string>): Promise<Response> =>
  fetch(`${url}/api/v1/tenants/${tenant}/users/ana/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ role: 'user', content: 'Hello.' }),
  });

/** A request with a Host header of its own, which fetch does not allow. */
const withHost = (url: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(`${url}/api/v1/health`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });

it('wants a known token that opens the tenant', async () => {
  const { daemon, memory } = await open({ tokens: { text: TOKENS, file: 'tokens' } });
  const statusOf = async (tenant: string, authorization?: string): Promise<number> =>
    (await observe(daemon.url, tenant, authorization === undefined ? {} : { authorization })).status;
  expect(await statusOf('acme')).toBe(401);
  for (const wrong of [
    'Bearer',
    'Bearer ',
    'Bearer acme-toke',
    'Bearer acme-token2',
    'Basic acme-token',
    'acme-token',
  ]) {
    expect([wrong, await statusOf('acme', wrong)]).toEqual([wrong, 401]);
  }
  expect(await statusOf('acme', 'Bearer other-token')).toBe(403);
  expect(await statusOf('initech', 'Bearer acme-token')).toBe(403);
  expect(await statusOf('%61cme', 'Bearer other-token')).toBe(403);
  expect(await memory.scope({ tenant: 'acme', user: 'ana' }).messages()).toEqual([]);
  expect(await statusOf('acme', 'Bearer acme-token')).toBe(201);
  expect(await statusOf('globex', 'bearer other-token')).toBe(201);
});

it.each(ROUTES.map(({ method, path }) => [method, path] as const))(
  'opens %s %s to no token of another tenant',
  async (method, path) => {
    const { daemon } = await open({ tokens: { text: TOKENS, file: 'tokens' } });
    const address = path.replace(':tenant', 'acme').replace(':user', 'ana').replace(':id', 'm');
    for (const authorization of ['', 'Bearer other-token']) {
      const response = await fetch(`${daemon.url}${address}`, { method, headers: { authorization } });
      expect([401, 403]).toContain(response.status);
    }
  },
);

it('gives the client its own code for a wrong token', async () => {
  const { daemon } = await open({ tokens: { text: TOKENS, file: 'tokens' } });
  const client = createDaemonClient({ baseURL: daemon.url, token: 'nonsense' });
  await expect(client.scope({ tenant: 'acme', user: 'ana' }).context('?')).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    details: { status: 401 },
  });
  expect((await client.health()).live).toBe(true);
});

it('refuses to be reached from other machines without tokens', async () => {
  await expect(openDaemon({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  await open({ host: '0.0.0.0', tokens: { text: TOKENS, file: 'tokens' } });
});

it.each(['sha256:abc acme', `sha256:${'0'.repeat(64)}`, 'plain-token acme', '# nothing'])(
  'refuses the token file "%s"',
  async (text) => {
    await expect(openDaemon({ tokens: { text, file: 'tokens' } })).rejects.toMatchObject({
      code: 'FILE_INVALID',
    });
  },
);

it('refuses requests that a foreign page makes a browser send', async () => {
  const { daemon } = await open({ allowedHosts: ['memory.example'] });
  const { port } = new URL(daemon.url);
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'memory.example.evil',
    '10.0.0.1',
    '127.0.0.1.evil',
  ]) {
    expect([host, await withHost(daemon.url, { host })]).toEqual([host, 403]);
  }
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'LOCALHOST', '[::1]', 'memory.example']) {
    expect([host, await withHost(daemon.url, { host })]).toEqual([host, 200]);
  }
  for (const origin of ['https://evil.example', 'http://localhost:3000', 'null']) {
    expect([origin, await withHost(daemon.url, { origin })]).toEqual([origin, 403]);
  }
  expect(await withHost(daemon.url, { origin: daemon.url })).toBe(200);
});

it('allows no page of another origin to read answers', async () => {
  const { daemon } = await open();
  const asked = await fetch(`${daemon.url}/api/v1/health`, { method: 'OPTIONS' });
  expect(asked.status).toBe(404);
  const answered = await fetch(`${daemon.url}/api/v1/health`);
  const names = [...answered.headers.keys(), ...asked.headers.keys()];
  expect(names.filter((name) => name.startsWith('access-control'))).toEqual([]);
});

it('gives each answer an id, its own or the one that was sent', async () => {
  const { daemon } = await open();
  const idOf = async (id?: string): Promise<string | null> =>
    (
      await fetch(`${daemon.url}/api/v1/health`, { headers: id === undefined ? {} : { 'x-request-id': id } })
    ).headers.get('x-request-id');
  expect(await idOf('trace-7')).toBe('trace-7');
  expect(await idOf()).toMatch(/^[0-9a-f-]{36}$/u);
  expect(await idOf('a b')).toMatch(/^[0-9a-f-]{36}$/u);
});

it('logs ids and lengths, and nothing that was said or asked', async () => {
  const { client, logs, root } = await open({
    script: [['A secret answer'], [{ error: new Error('secret failure') }]],
  });
  const ana = client.scope({ tenant: 'acme', user: 'ana' });
  await ana.observe({ role: 'user', content: 'A secret message', speaker: 'Secret Sam' });
  await ana.context('secret query');
  await fetch(`${root}/facts?about=secret`);
  for (const input of ['secret input', 'secret again']) {
    try {
      for await (const part of ana.turn({ input })) if (part.type === 'finish') break;
    } catch {
      // The second one fails, which must not be logged with its words either.
    }
  }
  await fetch(`${root}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{secret',
  });
  const text = logs.join('');
  expect(text.match(/"answered"/gu)?.length).toBeGreaterThanOrEqual(6);
  expect(text).toContain('"tenant":"acme"');
  expect(text.toLowerCase()).not.toContain('secret');
});
