import { describeSurprisalSource } from '@retentive/memory/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openPromptSurprisal } from '../src/openai.ts';
import { altered, cut, legacy, vllm } from './support/prompt-server.ts';
import { failed, openSseServer, type Reply, type SseServer } from './support/sse-server.ts';

const servers: SseServer[] = [];
const closeAll = async (): Promise<void> => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
};

const serve = async (replies: readonly Reply[]): Promise<SseServer> => {
  const server = await openSseServer(replies);
  servers.push(server);
  return server;
};

const open = async (
  replies: readonly Reply[],
  more: { maxRetries?: number; historyLength?: number } = {},
) => {
  const server = await serve(replies);
  const { baseURL } = server;
  return { server, source: await openPromptSurprisal({ model: 'm', baseURL, maxRetries: 0, ...more }) };
};

for (const [name, reply] of [
  ['prompt_logprobs', vllm],
  ['echo', legacy],
] as const) {
  describe(`a server with ${name}`, () => {
    afterAll(closeAll);
    describeSurprisalSource('as a source', async () => (await open([reply])).source);
  });
}

describe('surprisal of prompts', () => {
  afterEach(closeAll);

  it('finds out which way a server knows, and keeps to it', async () => {
    const first = await open([vllm]);
    expect(first.source.id).toBe('prompt:m:prompt_logprobs');
    await first.source.openSession().score('The ferry leaves at noon.');
    expect(first.server.requests.map(({ body }) => body['echo'])).toEqual([undefined, undefined]);

    const second = await open([legacy]);
    expect(second.source.id).toBe('prompt:m:echo');
    await second.source.openSession().score('The ferry leaves at noon.');
    expect(second.server.requests.map(({ body }) => body['echo'])).toEqual([undefined, true, true]);
    expect(second.server.requests[0]?.headers['authorization']).toBe('Bearer none');
  });

  it('gives the pieces of the text alone, priced behind what the session said before', async () => {
    const { source, server } = await open([vllm]);
    const session = source.openSession();
    await session.score('Vesterhavet is cold.');
    const text = 'Vesterhavet again';
    const pieces = await session.score(text);
    expect(pieces.map(({ start, end }) => text.slice(start, end))).toEqual(['Vesterhavet', ' again']);
    expect(server.requests.at(-1)?.body['prompt']).toBe('Vesterhavet is cold.\n\nVesterhavet again');
    const fresh = await source.openSession().score(text);
    expect(pieces[0]?.bits).toBeLessThan(fresh[0]?.bits ?? 0);
  });

  it('sends no more of the session than it was told to', async () => {
    const { source, server } = await open([vllm], { historyLength: 6 });
    const session = source.openSession();
    await session.score('Signe said hello 🎉');
    await session.score('And then?');
    expect(server.requests.at(-1)?.body['prompt']).toBe('llo 🎉\n\nAnd then?');
  });

  it('reads a text alone where it is too long behind what was said before, and fails where it is too long', async () => {
    const limited: Reply = (response, request) =>
      (String(request.body['prompt']).length > 60 ? failed(400, 'too long') : vllm)(response, request);
    const { source } = await open([limited]);
    const session = source.openSession();
    await session.score('This is the first of two texts, and 44 long.');
    const text = 'This is another text of the same length, all';
    expect(await session.score(text)).toEqual(await source.openSession().score(text));
    await expect(session.score(text.repeat(2))).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      details: { status: 400 },
    });
  });

  it('refuses a server that can do neither, for good', async () => {
    const llama: Reply = (response, request) =>
      request.body['echo'] === true
        ? failed(400, 'Only no echo is supported')(response, request)
        : altered(vllm, (body) => ({ ...body, choices: [{ text: ' so' }] }))(response, request);
    await expect(open([llama])).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      retryable: false,
      message: expect.stringContaining('neither by prompt_logprobs nor by echo'),
    });
    // One that ignores what it does not know, and generates.
    await expect(open([altered(legacy, (body) => body), altered(legacy, onlyLast)])).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      retryable: false,
    });
    await expect(open([failed(404, 'no such route')])).rejects.toMatchObject({ retryable: false });
  });

  it('takes a failure that may pass for no answer about what a server can do', async () => {
    for (const status of [429, 500, 503]) {
      await expect(open([failed(status, 'later')])).rejects.toMatchObject({
        code: 'MODEL_FAILED',
        retryable: true,
        details: { status },
      });
    }
    const { source, server } = await open([failed(429, 'later'), failed(500, 'oops'), vllm], {
      maxRetries: 2,
    });
    expect(source.id).toBe('prompt:m:prompt_logprobs');
    expect(server.requests).toHaveLength(3);
  });

  it('says what is wrong with a key, and tries nothing else', async () => {
    const server = await serve([failed(401, 'no key')]);
    await expect(
      openPromptSurprisal({ model: 'm', baseURL: server.baseURL, maxRetries: 0 }),
    ).rejects.toMatchObject({ code: 'MODEL_FAILED', details: { status: 401 } });
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Reply, boolean]>([
    ['429', failed(429, 'later'), true],
    ['500', failed(500, 'oops'), true],
    ['404', failed(404, 'gone'), false],
    ['half an answer', cut(vllm), true],
    ['half an answer that claims to be whole', halved, true],
    ['no field', altered(vllm, (body) => ({ ...body, choices: [{ text: '' }] })), false],
    ['no choices', altered(vllm, (body) => ({ ...body, choices: [] })), false],
    ['one token too few', altered(vllm, shortened), false],
    ['a hole', altered(vllm, holed), false],
    ['tokens of another text', altered(vllm, foreign), false],
  ])('fails on %s, and goes on from where it was', async (_, broken, retryable) => {
    const { source } = await open([vllm, vllm, broken, vllm]);
    const session = source.openSession();
    await session.score('A first text.');
    const before = session.state?.();
    const text = 'It begins with Vesterhavet, and goes on for longer than any token may be: '.repeat(3);
    await expect(session.score(text)).rejects.toMatchObject({ code: 'MODEL_FAILED', retryable });
    expect(session.state?.()).toEqual(before);
    expect(await session.score(text)).toEqual(await source.openSession(before).score(text));
  });

  it.each<[string, (logprobs: { tokens: string[]; token_logprobs: number[] }) => object]>([
    [
      'fewer costs than tokens',
      ({ tokens, token_logprobs }) => ({ tokens, token_logprobs: token_logprobs.slice(1) }),
    ],
    ['no costs', ({ tokens }) => ({ tokens })],
    [
      'fewer tokens than it counts',
      ({ tokens, token_logprobs }) => ({
        tokens: tokens.slice(0, 2),
        token_logprobs: token_logprobs.slice(0, 2),
      }),
    ],
  ])('fails on an echo with %s', async (_, alter) => {
    const broken = altered(legacy, (body) => ({
      ...body,
      choices: body.choices.map((choice) => ({ ...choice, logprobs: alter(choice['logprobs'] as never) })),
    }));
    const { source } = await open([legacy, legacy, broken]);
    await expect(source.openSession().score('Some text.')).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      retryable: false,
    });
  });

  it('ends when it is told to, before and while it waits', async () => {
    const { source, server } = await open([vllm, () => {}]);
    const session = source.openSession();
    await expect(session.score('x', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(server.requests).toHaveLength(1);
    const stop = new AbortController();
    const scored = session.score('x', { signal: stop.signal });
    while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await expect(scored).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

type Body = { choices: Record<string, unknown>[]; usage?: unknown };
type Places = Record<string, unknown>[];

const withPlaces = (body: Body, alter: (places: Places) => Places): Body => ({
  ...body,
  choices: body.choices.map((choice) => ({
    ...choice,
    prompt_logprobs: alter(choice['prompt_logprobs'] as Places),
  })),
});
function shortened(body: Body): Body {
  return withPlaces(body, (places) => places.slice(0, -1));
}
function holed(body: Body): Body {
  return withPlaces(body, (places) => places.with(3, null as never));
}
function foreign(body: Body): Body {
  const other = { 1: { logprob: -1, rank: 1, decoded_token: 'zzz' } };
  return { ...withPlaces(body, (places) => [places[0] as never, other]), usage: undefined };
}
function onlyLast(body: Body): Body {
  const logprobs = { tokens: [' so'], token_logprobs: [-1], text_offset: [0], top_logprobs: [] };
  return { ...body, choices: [{ text: ' so', logprobs }] };
}
function halved(response: Parameters<Reply>[0]): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"choices": [{"prompt_logpr');
}
