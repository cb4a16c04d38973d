import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describeSurprisalSource } from '@retentive/memory/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalSurprisalSource, openLlamaSurprisal } from '../src/llama.ts';
import { createFakeLlama, SIZE } from './support/fake-llama.ts';
import type { LlamaModule } from './support/llama-shapes.ts';
import { writeTinyGguf } from './support/tiny-gguf.ts';

const PACKAGE = fileURLToPath(new URL('./peers/node_modules/node-llama-cpp/dist/index.js', import.meta.url));
const loadReal = (): Promise<unknown> => import(pathToFileURL(PACKAGE).href);

let folder: string;
let modelPath: string;
const opened: LocalSurprisalSource[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retentive-llama-'));
  modelPath = join(folder, 'tiny.gguf');
  await writeTinyGguf(modelPath);
});
afterAll(async () => {
  await Promise.all(opened.map((source) => source.close()));
  await rm(folder, { recursive: true, force: true });
});

const textsOf = async (source: LocalSurprisalSource, text: string) =>
  (await source.openSession().score(text)).map(({ start, end }) => text.slice(start, end)).join('');

describe.skipIf(!existsSync(PACKAGE))(
  'node-llama-cpp with a tiny model (installed in test/peers only)',
  () => {
    const open = async (more = {}): Promise<LocalSurprisalSource> => {
      const source = await openLlamaSurprisal({
        modelPath,
        gpu: false,
        threads: 1,
        load: loadReal,
        ...more,
      });
      opened.push(source);
      return source;
    };

    it('covers texts of any script, with bits that are the same each time', async () => {
      const source = await open();
      for (const text of ['The ferry leaves at noon.', '我妹妹住在成都 🎉', ' \n\t x', 'abc the in er']) {
        expect(await textsOf(source, text)).toBe(text);
        const [first, second] = [
          await source.openSession().score(text),
          await source.openSession().score(text),
        ];
        expect(second).toEqual(first);
        for (const { bits } of first) {
          expect(bits).toBeGreaterThanOrEqual(0);
          expect(bits).toBeLessThanOrEqual(16);
        }
      }
    });

    it('gives what the full distribution gives', async () => {
      const { getLlama } = (await loadReal()) as LlamaModule;
      const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' });
      const model = await llama.loadModel({ modelPath });
      const sequence = (await model.createContext({ contextSize: 512 })).getSequence();
      const input = [model.tokens.bos as number, ...model.tokenize('hello there', false)];
      const outputs = await sequence.controlledEvaluate(
        input.map((token) => [token, { generateNext: { probabilities: true } }] as const),
      );
      let expected = 0;
      for (const [index, token] of input.entries()) {
        // The first is the mark of the beginning, the second a blank that the tokenizer put before the text.
        if (index > 1)
          expected -= Math.log2(outputs[index - 1]?.next.probabilities?.get(token) ?? Number.NaN);
      }
      await llama.dispose();
      const pieces = await (await open()).openSession().score('hello there');
      expect(pieces.reduce((sum, { bits }) => sum + bits, 0)).toBeCloseTo(expected, 2);
    });

    it('prices a text behind what was said before', async () => {
      const session = (await open()).openSession();
      const fresh = await (await open()).openSession().score('again');
      await session.score('something else');
      expect(await session.score('again')).not.toEqual(fresh);
    });

    it('says when a text is too long, and when a file is no model', async () => {
      await expect(
        (await open({ contextSize: 256 })).openSession().score('x1 '.repeat(600)),
      ).rejects.toMatchObject({
        code: 'MODEL_FAILED',
        retryable: false,
      });
      const broken = join(folder, 'broken.gguf');
      await writeFile(broken, 'no model at all');
      await expect(open({ modelPath: broken })).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    });
  },
);

describeSurprisalSource('a model of node-llama-cpp, by its documented shapes', () =>
  openLlamaSurprisal({ modelPath: 'a.gguf', load: createFakeLlama().load }),
);

describe('a model of node-llama-cpp', () => {
  it('is refused with the command to install it, where the package is not there', async () => {
    await expect(openLlamaSurprisal({ modelPath })).rejects.toMatchObject({
      code: 'DEPENDENCY_MISSING',
      message: expect.stringContaining('npm install node-llama-cpp'),
    });
    await expect(openLlamaSurprisal({ modelPath, load: async () => ({}) })).rejects.toMatchObject({
      code: 'DEPENDENCY_MISSING',
      message: expect.stringContaining('getLlama'),
    });
  });

  it('asks for the one logit that is needed, and reads one text at a time', async () => {
    const fake = createFakeLlama();
    const source = await openLlamaSurprisal({ modelPath, load: fake.load });
    const texts = ['The ferry leaves.', 'It left 🎉.'];
    const all = await Promise.all(texts.map((text) => textsOf(source, text)));
    expect(all).toEqual(texts);
    expect(fake.most()).toBe(1);
    const [piece] = await source.openSession().score('T');
    expect(piece?.bits).toBeCloseTo(Math.log2(SIZE), 9);
    await source.close();
    await source.close();
    expect(fake.disposed()).toBe(1);
    await expect(source.openSession().score('more')).rejects.toMatchObject({ code: 'MODEL_FAILED' });
  });

  it('lets go of what it opened when the opening fails or is given up', async () => {
    const fake = createFakeLlama({ failToLoad: true });
    await expect(openLlamaSurprisal({ modelPath, load: fake.load })).rejects.toMatchObject({
      code: 'MODEL_FAILED',
    });
    expect(fake.disposed()).toBe(1);
    await expect(
      openLlamaSurprisal({ modelPath: join(folder, 'none.gguf'), load: fake.load }),
    ).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(
      openLlamaSurprisal({ modelPath, load: fake.load, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
