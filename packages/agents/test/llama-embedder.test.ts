import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describeEmbedder } from '@retentive/memory/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalEmbedder, openLlamaEmbedder } from '../src/llama.ts';
import { createFakeLlama, EMBEDDING } from './support/fake-llama.ts';
import { writeTinyEncoder, writeTinyGguf } from './support/tiny-gguf.ts';

const PACKAGE = fileURLToPath(new URL('./peers/node_modules/node-llama-cpp/dist/index.js', import.meta.url));
const loadReal = (): Promise<unknown> => import(pathToFileURL(PACKAGE).href);

let folder: string;
const opened: LocalEmbedder[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retentive-llama-'));
  await writeTinyEncoder(join(folder, 'encoder.gguf'));
  await writeTinyGguf(join(folder, 'causal.gguf'));
});
afterAll(async () => {
  await Promise.all(opened.map((embedder) => embedder.close()));
  await rm(folder, { recursive: true, force: true });
});

const open = async (file: string, more = {}): Promise<LocalEmbedder> => {
  const embedder = await openLlamaEmbedder({
    modelPath: join(folder, file),
    fusionWeight: 0.5,
    gpu: false,
    threads: 1,
    load: createFakeLlama().load,
    ...more,
  });
  opened.push(embedder);
  return embedder;
};

describe.skipIf(!existsSync(PACKAGE))(
  'node-llama-cpp with tiny models (installed in test/peers only)',
  () => {
    for (const file of ['encoder.gguf', 'causal.gguf']) {
      // Each opening takes seconds: two of them in turn.
      const pair: Promise<LocalEmbedder>[] = [];
      let times = 0;
      describeEmbedder(file, () => {
        times += 1;
        pair[times % 2] ??= open(file, { load: loadReal });
        return pair[times % 2] as Promise<LocalEmbedder>;
      });
    }

    it('puts texts with the same letters nearer than others', async () => {
      const embedder = await open('encoder.gguf', { load: loadReal });
      expect(embedder.dimensions).toBe(32);
      const [one, near, far] = await embedder.embedDocuments(['abc abc abd', 'abc abc abe', 'xyz zyx wvu']);
      const distance = (a: Float32Array, b: Float32Array): number =>
        Math.hypot(...a.map((value, at) => value - (b[at] as number)));
      const from = one as Float32Array;
      expect(distance(from, near as Float32Array)).toBeLessThan(distance(from, far as Float32Array));
    });

    it('says when a file is no model', async () => {
      await writeFile(join(folder, 'broken.gguf'), 'no model at all');
      await expect(open('broken.gguf', { load: loadReal })).rejects.toMatchObject({
        code: 'EMBEDDER_FAILED',
      });
    });
  },
);

describeEmbedder('an embedder of node-llama-cpp, by its documented shapes', () => open('encoder.gguf'));

describe('an embedder of node-llama-cpp', () => {
  it('says what is missing: the package with its command, its function, the file', async () => {
    const load = undefined;
    await expect(open('encoder.gguf', { load })).rejects.toMatchObject({
      code: 'DEPENDENCY_MISSING',
      message: expect.stringContaining('npm install node-llama-cpp'),
    });
    await expect(open('encoder.gguf', { load: async () => ({}) })).rejects.toMatchObject({
      code: 'DEPENDENCY_MISSING',
      message: expect.stringContaining('getLlama'),
    });
    const fake = createFakeLlama({ failToLoad: true });
    await expect(open('none.gguf', { load: fake.load })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining('none.gguf'),
    });
    expect(fake.disposed()).toBe(1);
  });

  it('is named by its file, its size, its dimensions and the prefixes, which each side gets', async () => {
    const fake = createFakeLlama();
    const plain = await open('encoder.gguf', { load: fake.load });
    expect(plain.id).toMatch(new RegExp(`^llama:encoder\\.gguf:\\d+:${EMBEDDING}$`, 'u'));
    expect((await open('causal.gguf', { load: fake.load })).id).not.toBe(plain.id);
    const prefixed = await open('encoder.gguf', {
      load: fake.load,
      queryPrefix: 'q: ',
      documentPrefix: 'd: ',
    });
    expect(prefixed.id).toBe(`${plain.id}:["d: ","q: "]`);
    expect(await prefixed.embedQuery('a')).toEqual(await plain.embedQuery('q: a'));
    expect(await prefixed.embedDocuments(['a'])).toEqual(await plain.embedDocuments(['d: a']));
    expect((await open('encoder.gguf', { load: fake.load, id: 'mine' })).id).toBe('mine');
  });

  it('leaves out what the model cannot see, and reads one text at a time', async () => {
    const fake = createFakeLlama();
    const embedder = await open('encoder.gguf', { load: fake.load, contextSize: 13 });
    const [whole, cut] = await embedder.embedDocuments(['abcdefghij', 'abcdefghijklm']);
    expect(cut).toEqual(whole);
    await Promise.all(['a', 'b'].map((text) => embedder.embedQuery(text)));
    expect(fake.most()).toBe(1);
  });

  it('starts no further batch for a call that was aborted', async () => {
    const fake = createFakeLlama();
    const embedder = await open('encoder.gguf', { load: fake.load, batchSize: 2 });
    const controller = new AbortController();
    const call = embedder.embedDocuments(Array(100).fill('a'), { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
    await embedder.embedQuery('b');
    expect(fake.embedded()).toBeLessThanOrEqual(3);
  });

  it('is closed once, and refuses texts then; settings that cannot be free the model', async () => {
    const fake = createFakeLlama();
    const embedder = await open('encoder.gguf', { load: fake.load });
    await embedder.close();
    await embedder.close();
    expect(fake.disposed()).toBe(1);
    await expect(embedder.embedQuery('a')).rejects.toMatchObject({
      code: 'EMBEDDER_FAILED',
      retryable: false,
    });
    for (const bad of [
      { fusionWeight: -1 },
      { id: ' ' },
      { batchSize: 0 },
      { contextSize: 3 },
      { contextSize: Number.NaN },
    ]) {
      await expect(open('encoder.gguf', { load: fake.load, ...bad })).rejects.toMatchObject({
        code: 'OPTION_INVALID',
      });
    }
    expect(fake.disposed()).toBe(3);
  });
});
