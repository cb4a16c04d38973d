import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describeEmbedder } from '@retentive/memory/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalEmbedder, openTransformersEmbedder } from '../src/transformers.ts';
import { writeTinyOnnx } from './support/tiny-onnx.ts';

const PACKAGE = fileURLToPath(
  new URL('./peers/node_modules/@huggingface/transformers/dist/transformers.node.mjs', import.meta.url),
);
const loadReal = (): Promise<unknown> => import(pathToFileURL(PACKAGE).href);

const SIZE = 4;

/** A stand-in of the shapes that `@huggingface/transformers` 4 documents: vectors out of the letters of a text. */
const createFake = ({ type = 'float32', fail = false, rows = (count: number) => [count, SIZE] } = {}) => {
  const env = { allowRemoteModels: true, localModelPath: '/models/' };
  const asked: unknown[] = [];
  const batches: number[] = [];
  let [disposed, running, most] = [0, 0, 0];
  const tensor = (of: string, dims: readonly number[], data: Float32Array): object => ({
    type: of,
    dims,
    data,
    to: (wanted: string) => tensor(wanted, dims, data),
  });
  const extractor = Object.assign(
    async (texts: readonly string[], options: unknown) => {
      asked.push(options);
      batches.push(texts.length);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      const data = new Float32Array(texts.length * SIZE).fill(0.1);
      for (const [row, text] of texts.entries()) {
        for (let at = 0; at < text.length; at += 1) {
          const place = row * SIZE + ((text.charCodeAt(at) + at) % SIZE);
          data[place] = (data[place] as number) + text.charCodeAt(at);
        }
      }
      return tensor(type, rows(texts.length), data);
    },
    {
      dispose: async () => {
        disposed += 1;
      },
    },
  );
  return {
    env,
    asked,
    batches,
    disposed: () => disposed,
    most: () => most,
    load: async () => ({
      env,
      async pipeline(...given: readonly unknown[]) {
        asked.push(given);
        if (fail) throw new Error('no such folder');
        return extractor;
      },
    }),
  };
};

let folder: string;
const opened: LocalEmbedder[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retentive-onnx-'));
  await writeTinyOnnx(folder, 'org/tiny');
});
afterAll(async () => {
  await Promise.all(opened.map((embedder) => embedder.close()));
  await rm(folder, { recursive: true, force: true });
});

const open = async (fake: { readonly load?: () => Promise<unknown> }, more = {}): Promise<LocalEmbedder> => {
  const embedder = await openTransformersEmbedder({
    folder,
    model: 'org/tiny',
    fusionWeight: 0.5,
    load: fake.load,
    ...more,
  });
  opened.push(embedder);
  return embedder;
};

describe.skipIf(!existsSync(PACKAGE))('transformers with a tiny model (installed in test/peers only)', () => {
  const real = { load: loadReal };
  for (const pooling of ['mean', 'cls', 'last_token'] as const) {
    // The model knows no neighbours, so all texts have the first and the last vector in common: their own is the mean.
    if (pooling === 'mean') describeEmbedder(pooling, () => open(real, { dtype: 'fp32', pooling }));
    else {
      it(`pools by ${pooling}`, async () => {
        const embedder = await open(real, { dtype: 'fp32', pooling });
        const [one, other] = await embedder.embedDocuments(['abc', 'xyz']);
        expect(one).toEqual(other);
        expect(embedder.id).toBe(`transformers:org/tiny:fp32:${pooling}:16`);
      });
    }
  }

  it('gives vectors of length 1, by the letters of texts', async () => {
    const embedder = await open(real, { dtype: 'fp32' });
    const [one, same, other] = await embedder.embedDocuments(['a b', 'b a', 'x']);
    expect(Math.hypot(...(one as Float32Array))).toBeCloseTo(1, 5);
    for (const [at, value] of (one as Float32Array).entries()) expect(same?.[at]).toBeCloseTo(value, 5);
    expect(other).not.toEqual(one);
  });

  it('says when a model has no weights of the type that is asked for, or is none', async () => {
    await expect(open(real, { dtype: 'q8' })).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
    await mkdir(join(folder, 'empty'));
    await expect(open(real, { model: 'empty' })).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
    await expect(open(real, { model: 'none' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describeEmbedder('an embedder of transformers, by its documented shapes', () => open(createFake()));

describe('an embedder of transformers', () => {
  it('is loaded from the folder of the user, nothing is fetched, and its name has every setting', async () => {
    const fake = createFake();
    const embedder = await open(fake, { dtype: 'q8', pooling: 'cls', queryPrefix: 'query: ' });
    expect(embedder.id).toBe('transformers:org/tiny:q8:cls:4:["","query: "]');
    expect(fake.env).toEqual({ allowRemoteModels: false, localModelPath: folder });
    expect(fake.asked).toEqual([
      ['feature-extraction', 'org/tiny', { local_files_only: true, dtype: 'q8' }],
      { pooling: 'cls', normalize: true },
    ]);
    const plain = await open(createFake());
    expect(await embedder.embedQuery('a')).toEqual(await plain.embedQuery('query: a'));
    expect(await embedder.embedDocuments(['a'])).toEqual(await plain.embedDocuments(['a']));
  });

  it('is asked in batches, one at a time, and no more once it is closed', async () => {
    const fake = createFake({ type: 'float16' });
    const embedder = await open(fake, { batchSize: 2 });
    await Promise.all([embedder.embedDocuments(['a', 'b', 'c']), embedder.embedQuery('d')]);
    // The first is that of the opening, which learns the dimensions.
    expect(fake.batches.toSorted((a, b) => b - a)).toEqual([2, 1, 1, 1]);
    expect(fake.most()).toBe(1);
    await embedder.close();
    await embedder.close();
    expect(fake.disposed()).toBe(1);
    await expect(embedder.embedQuery('e')).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
  });

  it('says what is wrong with the package, the folder, the settings and the answer', async () => {
    await expect(open({})).rejects.toMatchObject({
      code: 'DEPENDENCY_MISSING',
      message: expect.stringContaining('npm install @huggingface/transformers'),
    });
    await expect(open({ load: async () => ({ env: {} }) })).rejects.toMatchObject({
      code: 'DEPENDENCY_MISSING',
      message: expect.stringContaining('pipeline'),
    });
    await expect(open(createFake({ fail: true }))).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
    await expect(open(createFake({ fail: true }), { model: 'none' })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining('none'),
    });
    await expect(open(createFake({ rows: (count) => [count, 3, SIZE] }))).rejects.toMatchObject({
      code: 'EMBEDDER_FAILED',
      message: expect.stringContaining('1 x 3 x 4 for 1 texts'),
    });
    const fake = createFake();
    await expect(open(fake, { fusionWeight: Number.NaN })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    expect(fake.disposed()).toBe(1);
    await expect(open(fake, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
