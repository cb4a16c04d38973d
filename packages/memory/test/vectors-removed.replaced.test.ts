import type { FactInput } from '@retentive/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createInMemoryVectorIndex } from '../src/index/vectors/in-memory-vector-index.ts';
import type { VectraIndexOptions } from '../src/index/vectors/vectra-index.ts';
import type { ScopedMemory } from '../src/index.ts';
import { createMeaningEmbedder } from './support/embedders.ts';
import { inFolder } from './support/memories.ts';
import { say, textOf } from './support/say.ts';

const removed = vi.hoisted(() => ({ isVectra: false }));

vi.mock(import('../src/index/vectors/vectra-index.ts'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    openVectraIndex: async (options: VectraIndexOptions) => {
      if (!removed.isVectra) return actual.openVectraIndex(options);
      const opened = { state: 'empty' } as const;
      return Object.assign(createInMemoryVectorIndex(options), { opened, search: async () => [] });
    },
  };
});

/** Takes every message for a fact. */
const extractor = {
  id: 'verbatim',
  extract: async ({ message }: { readonly message: { readonly text: string } }) => ({
    facts: [{ text: message.text } satisfies FactInput],
    degraded: [],
  }),
};

let place: Awaited<ReturnType<typeof inFolder>>;
beforeEach(async () => {
  place = await inFolder();
});
afterEach(async () => {
  removed.isVectra = false;
  await place.remove();
});

const inMemoryOf = async <Result>(
  options: Parameters<typeof place.open>[0],
  run: (ana: ScopedMemory) => Promise<Result>,
): Promise<Result> => {
  const memory = await place.open(options);
  try {
    return await run(memory.scope({ tenant: 'acme', user: 'ana' }));
  } finally {
    await memory.close();
  }
};

it.each([
  [false, 1],
  [true, 2],
])(
  'with vectra removed: %s, what is said twice in nearly the same words is %d facts',
  async (isVectra, count) => {
    removed.isVectra = isVectra;
    const facts = await inMemoryOf({ extractor }, async (ana) => {
      await say(ana, 'The boiler code is 4711.');
      await say(ana, 'the boiler code is 4711!');
      return ana.facts();
    });
    expect(facts).toHaveLength(count);
  },
);

it.each([
  [false, ['Rex is a hound.']],
  [true, []],
])('with vectra removed: %s, what means the same is found as %j', async (isVectra, texts) => {
  removed.isVectra = isVectra;
  const { embedder } = createMeaningEmbedder();
  await inMemoryOf({ embedder }, async (ana) => {
    await say(ana, 'Rex is a hound.');
    expect((await ana.search('puppy')).map(textOf)).toEqual(texts);
    expect((await ana.context('puppy')).items).toHaveLength(texts.length);
  });
});
