import { Embeddings } from '@langchain/core/embeddings';
import { SyntheticEmbeddings } from '@langchain/core/utils/testing';
import { describeEmbedder } from '@retentive/memory/testing';
import { expect, it } from 'vitest';
import { createLangChainEmbedder } from '../../src/langchain/embedder.ts';

const options = { id: 'synthetic:8', dimensions: 8 };

/** Gives whatever it is told to. */
class ToldEmbeddings extends Embeddings<number[]> {
  readonly #give: () => Promise<number[][]>;

  constructor(give: () => Promise<number[][]>) {
    super({});
    this.#give = give;
  }

  override embedDocuments(): Promise<number[][]> {
    return this.#give();
  }

  override async embedQuery(): Promise<number[]> {
    return (await this.#give())[0] ?? [];
  }
}

it("gives the vectors of LangChain's embeddings, in order", async () => {
  const embeddings = new SyntheticEmbeddings({ vectorSize: 8 });
  const embedder = createLangChainEmbedder(embeddings, { ...options, fusionWeight: 0.5 });
  expect(embedder).toMatchObject({ id: 'synthetic:8', dimensions: 8, fusionWeight: 0.5 });
  const [first, second] = await embedder.embedDocuments(['one cat', 'two dogs']);
  expect(first).toEqual(Float32Array.from(await embeddings.embedQuery('one cat')));
  expect(second).toEqual(await embedder.embedQuery('two dogs'));
  expect(createLangChainEmbedder(embeddings, options).fusionWeight).toBe(1);
  await expect(embedder.embedDocuments([])).resolves.toEqual([]);
});

it.each([
  ['another dimension', async () => [[1, 2]], 'VECTOR_INVALID'],
  ['NaN', async () => [[1, 2, Number.NaN, 4, 5, 6, 7, 8]], 'VECTOR_INVALID'],
  ['an error', () => Promise.reject(new Error('429')), 'EMBEDDER_FAILED'],
])('refuses %s', async (_, give, code) => {
  const embedder = createLangChainEmbedder(new ToldEmbeddings(give), options);
  await expect(embedder.embedQuery('x')).rejects.toMatchObject({ code });
  await expect(embedder.embedDocuments(['x'])).rejects.toMatchObject({ code });
});

it('refuses another number of vectors than texts', async () => {
  const embedder = createLangChainEmbedder(new ToldEmbeddings(async () => []), options);
  await expect(embedder.embedDocuments(['x'])).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
});

it('rejects with ABORTED, also while the provider hangs', async () => {
  const embedder = createLangChainEmbedder(new ToldEmbeddings(() => new Promise(() => {})), options);
  const abort = new AbortController();
  const waiting = embedder.embedQuery('x', { signal: abort.signal });
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(embedder.embedQuery('x', { signal: abort.signal })).rejects.toMatchObject({ code: 'ABORTED' });
});

it.each([
  { id: ' ' },
  { dimensions: 0 },
  { dimensions: 1.5 },
  { fusionWeight: -1 },
  { fusionWeight: Number.NaN },
])('refuses %j', (wrong) => {
  const make = () => createLangChainEmbedder(new SyntheticEmbeddings(), { ...options, ...wrong });
  expect(make).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
});

/** Vectors of the first eight characters; as endpoints do, it refuses a text without any. */
class LetterEmbeddings extends Embeddings<number[]> {
  override async embedQuery(text: string): Promise<number[]> {
    if (text === '') throw new Error('400 empty input');
    return Array.from({ length: 8 }, (_, at) => (text.charCodeAt(at) || 0) + 1);
  }

  override embedDocuments(texts: string[]): Promise<number[][]> {
    return Promise.all(texts.map((text) => this.embedQuery(text)));
  }
}

describeEmbedder("LangChain's embeddings", async () =>
  createLangChainEmbedder(new LetterEmbeddings({}), options),
);
