import type { ExampleInput } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import { defineTool } from '@retentive/tools';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { createRemoteMemory } from '../src/client/remote-memory.ts';
import { createExtractiveModel } from '../src/models/extractive.ts';
import { openBench } from './support/open-agent.ts';
import { openDaemon } from './support/open-daemon.ts';

const WRONG: ExampleInput = {
  outcome: 'bad',
  input: 'Where is the kayak stored?',
  output: 'The kayak is stored in Oslo.',
  why: 'it was never in Oslo',
};

const QUESTION = 'Where is the kayak stored?';

it('a turn shows its model how such questions were answered, when it is asked to', async () => {
  const { agent, model, scope } = await openBench(['In the shed.', 'In the shed.']);
  await scope.remember(WRONG);
  const ask = (examples?: number) => agent.stream({ scope, input: QUESTION, budget: { examples } }).text();
  await ask();
  await ask(0.25);
  const shown = model.prompts.map(({ messages }) => JSON.stringify(messages).includes('stored in Oslo'));
  expect(shown).toEqual([false, true]);
});

it('the extractive model quotes no earlier answer', async () => {
  const { agent, scope } = await openBench([], { model: createExtractiveModel() });
  await scope.remember(WRONG);
  const answer = await agent.stream({ scope, input: QUESTION, budget: { examples: 0.25 } }).text();
  expect(answer).not.toContain('Oslo');
});

it('tools of a turn that leaves no trace remember no example', async () => {
  const tools = (scope: ScopedMemory) => [
    defineTool({
      name: 'keep',
      description: 'Keeps an outcome.',
      input: z.object({}),
      run: async () => (await scope.remember(WRONG)).id,
    }),
  ];
  const { agent, scope } = await openBench([[{ tool: 'keep', input: {} }], 'Yes.'], {
    tools: tools as never,
  });
  const errors: unknown[] = [];
  for await (const part of agent.stream({ scope, input: QUESTION, remember: false })) {
    if (part.type === 'tool-result') errors.push(part.error?.code);
  }
  expect(errors).toEqual(['OPTION_INVALID']);
  expect(await scope.examples()).toEqual([]);
});

it('a daemon keeps examples and gives them as the memory behind it does', async () => {
  const { memory, daemon, close } = await openDaemon();
  const remote = createRemoteMemory({ baseURL: daemon.url }).scope({ tenant: 'acme', user: 'ana' });
  const here = memory.scope({ tenant: 'acme', user: 'ana' });
  const kept = await remote.remember(WRONG, { because: 'a customer said so' });
  expect(await here.examples()).toEqual([kept]);
  expect(await remote.examples()).toEqual([kept]);
  const options = { examples: 0.25, access: false } as const;
  expect((await remote.context(QUESTION, options)).text).toBe((await here.context(QUESTION, options)).text);
  await close();
});
