import { describeEmbedder } from '@retentive/memory/testing';
import { expect, it } from 'vitest';
import { type AISDKEmbeddingModel, createAISDKEmbedder } from '../src/ai-sdk.ts';
import { createEnergeticEmbedder } from '../src/energetic.ts';

/** A model of the AI SDK that says how long its values are. */
const modelOf = (
  maxEmbeddingsPerCall: AISDKEmbeddingModel['maxEmbeddingsPerCall'],
  change: (embeddings: number[][]) => number[][] = (embeddings) => embeddings,
) => {
  const asked: { readonly values: readonly string[]; readonly abortSignal?: AbortSignal }[] = [];
  const model: AISDKEmbeddingModel = {
    provider: 'test.embedding',
    modelId: 'lengths',
    maxEmbeddingsPerCall,
    async doEmbed(options) {
      asked.push(options);
      return { embeddings: change(options.values.map((value) => [value.length + 1, 1])) };
    },
  };
  return { model, asked };
};

const SETTINGS = { dimensions: 2, fusionWeight: 0.5 };

describeEmbedder('a model of the AI SDK', async () => createAISDKEmbedder(modelOf(2).model, SETTINGS));
describeEmbedder('the encoder of energetic-ai, by its documented shapes', async () =>
  createEnergeticEmbedder({
    loadWeights: async () => ({ modelSource: async () => ({}) }),
    loadLibrary: async () => ({
      initModel: async () => ({
        embed: async (texts: readonly string[]) =>
          texts.map((text) => Array.from({ length: 512 }, (_, at) => (text.charCodeAt(at) || 0) + 1)),
      }),
    }),
  }),
);

it('a model of the AI SDK is asked in batches it takes, however it names their size', async () => {
  for (const most of [2, Promise.resolve(2)]) {
    const { model, asked } = modelOf(most);
    const embedder = createAISDKEmbedder(model, SETTINGS);
    const vectors = await embedder.embedDocuments(['a', 'bb', 'ccc']);
    expect(vectors.map(([length]) => length)).toEqual([2, 3, 4]);
    expect(asked.map(({ values }) => values)).toEqual([['a', 'bb'], ['ccc']]);
    expect(embedder).toMatchObject({
      id: 'ai-sdk:test.embedding:lengths:2',
      dimensions: 2,
      fusionWeight: 0.5,
    });
  }
  const { model, asked } = modelOf(undefined);
  await createAISDKEmbedder(model, SETTINGS).embedDocuments(Array(65).fill('a'));
  expect(asked.map(({ values }) => values.length)).toEqual([64, 1]);
});

it('a model of the AI SDK is stopped by the signal, and its answers are checked', async () => {
  const { model, asked } = modelOf(8);
  const { signal } = new AbortController();
  await createAISDKEmbedder(model, SETTINGS).embedQuery('a', { signal });
  expect(asked[0]?.abortSignal).toBe(signal);
  const aborted = createAISDKEmbedder(model, SETTINGS).embedQuery('a', { signal: AbortSignal.abort() });
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' });
  const short = createAISDKEmbedder(modelOf(8, () => []).model, SETTINGS).embedQuery('a');
  await expect(short).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
  const narrow = createAISDKEmbedder(modelOf(8, (all) => all.map(([one = 0]) => [one])).model, SETTINGS);
  await expect(narrow.embedQuery('a')).rejects.toMatchObject({ code: 'VECTOR_INVALID' });
  expect(() => createAISDKEmbedder('gateway/model' as never, SETTINGS)).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  );
});

it('the encoder of energetic-ai is loaded once, with its weights, and asked in small batches', async () => {
  let loads = 0;
  const asked: number[] = [];
  const modelSource = async () => ({});
  const embedder = createEnergeticEmbedder({
    loadWeights: async () => ({ modelSource }),
    loadLibrary: async () => ({
      async initModel(source: unknown) {
        expect(source).toBe(modelSource);
        loads += 1;
        return {
          async embed(texts: readonly string[]) {
            asked.push(texts.length);
            return texts.map(() => [1, ...Array(511).fill(0)]);
          },
        };
      },
    }),
  });
  expect((await embedder.embedDocuments(Array(20).fill('a'))).length).toBe(20);
  await embedder.embedQuery('a');
  expect([loads, asked]).toEqual([1, [16, 4, 1]]);
});

it('the encoder of energetic-ai says what to install, and is looked for again', async () => {
  let isThere = false;
  const embedder = createEnergeticEmbedder({
    loadWeights: async () => ({ modelSource: async () => ({}) }),
    async loadLibrary() {
      if (!isThere) throw new Error('not found');
      return { initModel: async () => ({ embed: async () => [Array(512).fill(1)] }) };
    },
  });
  await expect(embedder.embedQuery('a')).rejects.toMatchObject({
    code: 'DEPENDENCY_MISSING',
    message: expect.stringContaining('npm install @energetic-ai/embeddings'),
  });
  isThere = true;
  expect((await embedder.embedQuery('a')).length).toBe(512);
});
