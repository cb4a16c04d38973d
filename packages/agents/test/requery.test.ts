import { openMemory } from '@retentive/memory';
import { afterEach, expect, it } from 'vitest';
import { createOpenAIModel } from '../src/models/openai.ts';
import { choice, failed, openSseServer, type Reply, type SseServer, streamed } from './support/sse-server.ts';

const servers: SseServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const QUERY = 'Which vessel does Ana own?';

const saying = (text: string): Reply =>
  streamed([
    choice({ role: 'assistant', content: text }),
    choice({}, 'stop'),
    { choices: [], usage: { prompt_tokens: 300, completion_tokens: 20 } },
  ]);

/** A context for which an endpoint on this machine is asked. */
const recall = async (reply: Reply, ms?: number) => {
  const server = await openSseServer([reply]);
  servers.push(server);
  const model = createOpenAIModel({ model: 'm', apiKey: 'secret', baseURL: server.baseURL, maxRetries: 0 });
  const memory = await openMemory({ extractor: false });
  const scope = memory.scope({ tenant: 'acme', user: 'ana' });
  await scope.observe({ role: 'user', speaker: 'Ana', content: 'I own a lot of books.' });
  await scope.observe({
    role: 'user',
    speaker: 'Ben',
    thread: 'b',
    content: 'The sloop Marta lies in Faro.',
  });
  const context = await scope.context(QUERY, {
    budget: { tokens: 60, ...(ms === undefined ? {} : { ms }) },
    requery: { model, prices: { input: 1, output: 10 } },
  });
  await memory.close();
  return { context, server };
};

it('asks again by the words of a model behind an endpoint, and counts what it took', async () => {
  const { context, server } = await recall(saying('{"enough": false, "queries": ["sloop Faro"]}'));
  expect(context.text).toContain('Marta');
  expect(context.cost).toEqual({ calls: 1, inputTokens: 300, outputTokens: 20, microdollars: 500 });
  expect(server.requests).toHaveLength(1);
  expect(JSON.stringify(server.requests[0]?.body)).toContain(QUERY);
});

it.each<[string, Reply, number?]>([
  ['refuses', failed(500, 'no')],
  ['breaks off', streamed([choice({ content: '{"enough": fal' })])],
  ['answers prose', saying('Look for a boat.')],
  // Longer than the context may take.
  ['hangs', streamed([choice({ content: '{' })], { open: true }), 500],
])('keeps the plain context where the endpoint %s', async (_, reply, ms) => {
  const { context } = await recall(reply, ms);
  expect(context.text).toContain('books');
  expect(context.degraded).toContain('requery');
  // With little time it may be over before anybody is asked.
  if (ms === undefined) expect(context.cost?.calls).toBe(1);
});
