import { openMemory } from '@retentive/memory';
import { expect, it } from 'vitest';
import { type AgentOptions, createAgent } from '../src/index.ts';

const ANA = { tenant: 'acme', user: 'ana' };

/** What a turn recalls of something that has left a small working set. */
const recalledWith = async (recall: AgentOptions['recall']): Promise<string> => {
  const memory = await openMemory({ capacity: 60, sinks: 0, extractor: false });
  const scope = memory.scope(ANA);
  await scope.observe({
    role: 'user',
    thread: 'old',
    content: 'The harpsichord is in the cellar of the school.',
  });
  for (let index = 0; index < 12; index += 1) {
    await scope.observe({
      role: 'user',
      thread: 'old',
      content: `My brother Anselm sold ${index} accordions in Antwerp to Wilhelmina.`,
    });
  }
  let text = '';
  for await (const part of createAgent({ memory, recall }).stream({
    scope,
    input: 'Where is the harpsichord?',
  }))
    if (part.type === 'context-ready') text = part.context.text;
  await memory.close();
  return text;
};

it('recalls for each turn as the agent is told to', async () => {
  expect(await recalledWith(undefined)).not.toContain('cellar');
  expect(await recalledWith({ archive: true })).toContain('cellar');
});

it.each([
  ['budget', { budget: { tokens: 10 } }],
  ['no object', 'archive'],
])('refuses what is not its to say: %s', async (_, recall) => {
  const memory = await openMemory();
  expect(() => createAgent({ memory, recall: recall as never })).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  );
  await memory.close();
});
