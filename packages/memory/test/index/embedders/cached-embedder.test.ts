import type { Embedder } from '@retentive/core';
import { expect, it } from 'vitest';
import { createCachedEmbedder, createFunctionEmbedder } from '../../../src/index.ts';

const countingEmbedder = (): { readonly embedder: Embedder; readonly asked: (readonly string[])[] } => {
  const asked: (readonly string[])[] = [];
  const embedder = createFunctionEmbedder({
    id: 'lengths',
    dimensions: 2,
    fusionWeight: 0.4,
    async embed(texts, { side }) {
      asked.push(texts);
      return texts.map((text) => [text.length + 1, side === 'query' ? 2 : 1]);
    },
  });
  return { embedder, asked };
};

it('asks for each text once, in batches, and gives every one its vector in order', async () => {
  const { embedder, asked } = countingEmbedder();
  const cached = createCachedEmbedder(embedder, { batchSize: 2 });
  const texts = ['a', 'bb', 'a', 'ccc', 'dddd'];
  const vectors = await cached.embedDocuments(texts);
  expect(vectors.map(([length]) => length)).toEqual([2, 3, 2, 4, 5]);
  expect(asked).toEqual([
    ['a', 'bb'],
    ['ccc', 'dddd'],
  ]);
  await cached.embedDocuments(['dddd', 'e']);
  expect(asked.slice(2)).toEqual([['e']]);
});

it('keeps documents and queries apart, and is the embedder behind it to the store', async () => {
  const { embedder, asked } = countingEmbedder();
  const cached = createCachedEmbedder(embedder);
  const [document] = await cached.embedDocuments(['a']);
  const query = await cached.embedQuery('a');
  expect([document?.[1], query[1]]).toEqual([1, 2]);
  await cached.embedQuery('a');
  expect(asked.length).toBe(2);
  expect([cached.id, cached.dimensions, cached.fusionWeight]).toEqual(['lengths', 2, 0.4]);
});

it('lets go of what was used longest ago, and gives copies', async () => {
  const { embedder, asked } = countingEmbedder();
  const cached = createCachedEmbedder(embedder, { entries: 2 });
  await cached.embedDocuments(['a', 'bb']);
  const [first] = await cached.embedDocuments(['a']);
  first?.fill(9);
  await cached.embedDocuments(['ccc']);
  expect((await cached.embedDocuments(['a']))[0]?.[0]).toBe(2);
  await cached.embedDocuments(['bb']);
  expect(asked).toEqual([['a', 'bb'], ['ccc'], ['bb']]);
});

it('keeps what came before a batch that failed', async () => {
  let fails = true;
  const asked: (readonly string[])[] = [];
  const embedder = createFunctionEmbedder({
    id: 'failing',
    dimensions: 1,
    fusionWeight: 0,
    async embed(texts) {
      asked.push(texts);
      if (fails && texts.includes('b')) throw new Error('down');
      return texts.map(() => [1]);
    },
  });
  const cached = createCachedEmbedder(embedder, { batchSize: 1 });
  await expect(cached.embedDocuments(['a', 'b'])).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
  fails = false;
  expect((await cached.embedDocuments(['a', 'b'])).length).toBe(2);
  expect(asked).toEqual([['a'], ['b'], ['b']]);
});

it.each([[{ entries: 0 }], [{ batchSize: 1.5 }]])('refuses %j', (options) => {
  expect(() => createCachedEmbedder(countingEmbedder().embedder, options)).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  );
});
