import { createManualClock, createSeededRandom, type MemoryEvents } from '@retentive/core';
import {
  type BatchExtractor,
  createModelExtractor,
  createToolWriter,
  type Memory,
  openMemory,
} from '@retentive/memory';
import { afterEach, describe, expect, it } from 'vitest';
import { createOpenAIModel } from '../src/openai.ts';
import { choice, failed, openSseServer, type Reply, type SseServer, streamed } from './support/sse-server.ts';

const ANA = { tenant: 'acme', user: 'ana' };

const usage = {
  choices: [],
  usage: { prompt_tokens: 900, completion_tokens: 60, prompt_tokens_details: { cached_tokens: 800 } },
};

/** Text as an endpoint streams it, in two pieces. */
const says = (text: string): Reply =>
  streamed([choice({ content: text.slice(0, 9) }), choice({ content: text.slice(9) }, 'stop'), usage]);

/** Calls of tools as an endpoint streams them: arguments in pieces. */
const calls = (...inputs: readonly (readonly [string, object])[]): Reply =>
  streamed([
    ...inputs.flatMap(([name, input], index) => {
      const text = JSON.stringify(input);
      const piece = (more: object) => choice({ tool_calls: [{ index, ...more }] });
      return [
        piece({ id: `call_${index}`, type: 'function', function: { name, arguments: text.slice(0, 7) } }),
        piece({ function: { arguments: text.slice(7) } }),
      ];
    }),
    choice({}, 'tool_calls'),
    usage,
  ]);

describe('writers behind an endpoint', () => {
  let server: SseServer;
  let memory: Memory;

  const open = async (
    replies: readonly Reply[],
    make: (model: ReturnType<typeof createOpenAIModel>) => BatchExtractor,
  ) => {
    server = await openSseServer(replies);
    const clock = createManualClock();
    memory = await openMemory({
      clock,
      random: createSeededRandom(3),
      extractor: make(createOpenAIModel({ model: 'small', baseURL: server.baseURL, maxRetries: 0 })),
      wait: async (ms) => clock.advance(ms),
    });
    return memory.scope(ANA);
  };

  afterEach(async () => {
    await memory.close();
    await server.close();
  });

  const answer = JSON.stringify({
    facts: [
      {
        text: 'The user lives in Lisbon.',
        about: 'user',
        attribute: 'home',
        value: 'Lisbon',
        evidence: [{ message: 'M1', quote: 'I live in Lisbon' }],
      },
    ],
  });

  it('the extractor reads after an outage, in one call, and counts what it took', async () => {
    const prices = { input: 0.15, output: 0.6, cachedInput: 0.075 };
    const ana = await open([failed(503, 'busy'), says(answer)], (model) =>
      createModelExtractor({ model, prices }),
    );
    const paid: MemoryEvents['extraction:paid'][] = [];
    memory.events.on('extraction:paid', (event) => paid.push(event));
    const receipt = await ana.observe({ role: 'user', content: 'I live in Lisbon.' });
    await receipt.settled();
    expect(await ana.facts()).toMatchObject([{ value: 'Lisbon', trust: 0.6 }]);
    const cost = 100 * 0.15 + 800 * 0.075 + 60 * 0.6;
    expect(paid).toMatchObject([
      { state: 'queued', operations: 0, cost: { calls: 1, inputTokens: null, microdollars: null } },
      { state: 'done', operations: 1, cost: { calls: 1, inputTokens: 900, outputTokens: 60 } },
    ]);
    expect(paid[1]?.cost.microdollars).toBeCloseTo(cost);
    // What the failed call took nobody said: the sum is what is known, and says what is not.
    expect((await memory.stats()).writing).toMatchObject([
      { calls: 2, uncountedCalls: 1, unpricedCalls: 1, inputTokens: 900, microdollarsPerOperation: null },
    ]);
    const bodies = server.requests.map(({ body }) => body['messages'] as readonly unknown[]);
    expect(bodies[0]?.[0]).toEqual(bodies[1]?.[0]);
  });

  it('the tool writer sends its tools and results as endpoints take them, and changes what they say', async () => {
    const evidence = [{ message: 'M1', quote: 'I live in Lisbon' }];
    const ana = await open(
      [
        calls(
          [
            'memory_insert',
            {
              memory: 'semantic',
              content: 'The user lives in Lisbon.',
              attribute: 'home',
              value: 'Lisbon',
              evidence,
            },
          ],
          ['memory_delete', { memory: 'semantic', id: 'F12', evidence }],
        ),
        says('That is all.'),
      ],
      (model) => createToolWriter({ model }),
    );
    await (await ana.observe({ role: 'user', content: 'I live in Lisbon.' })).settled();
    expect(await ana.facts()).toMatchObject([{ value: 'Lisbon' }]);
    expect(server.requests).toHaveLength(2);
    const tools = (server.requests[0]?.body['tools'] ?? []) as readonly {
      readonly function: { readonly name: string };
    }[];
    expect(tools.map((tool) => tool.function.name)).toEqual([
      'memory_insert',
      'memory_update',
      'memory_delete',
    ]);
    type Sent = readonly { readonly role: string; readonly content: string }[];
    const sent = (server.requests[1]?.body['messages'] ?? []) as Sent;
    const results = sent.filter(({ role }) => role === 'tool');
    expect(results.map(({ content }) => JSON.parse(content) as unknown)).toEqual([
      { ok: true, id: 'F1' },
      { ok: false, error: 'there is no semantic item F12; nothing was changed' },
    ]);
  });
});
