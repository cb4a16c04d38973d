import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describeSurprisalSource } from '@retentive/memory/testing';
import { describe, expect, it } from 'vitest';
import { openTransformersSurprisal } from '../src/transformers.ts';
import { writeTinyCausalOnnx } from './support/tiny-onnx.ts';

const PACKAGE = fileURLToPath(
  new URL('./peers/node_modules/@huggingface/transformers/dist/transformers.node.mjs', import.meta.url),
);

const SIZE = 258;
const BOS = 256;
const RARE = 0.001;
const tensor = (type: string, dims: readonly number[], data: ArrayLike<number | bigint>) => ({
  type,
  dims,
  data,
  to: (wanted: string) => tensor(wanted, dims, Float32Array.from(data as ArrayLike<number>)),
});

/**
 * A stand-in of the shapes that `@huggingface/transformers` 4 documents, for where it is not installed: bytes are tokens, and each row of logits knows which bytes came after that one before.
 */
const createFake = ({ type = 'float32', rowsMissing = 0, fail = false } = {}) => {
  const env = { allowRemoteModels: true, localModelPath: '/models/' };
  let [disposed, running, most] = [0, 0, 0];
  const asked: [string, unknown][] = [];
  const tokenizer = Object.assign(
    (text: string) => {
      const ids = BigInt64Array.from([BOS, ...new TextEncoder().encode(text)], BigInt);
      const dims = [1, ids.length];
      return { input_ids: tensor('int64', dims, ids), attention_mask: tensor('int64', dims, ids) };
    },
    {
      decode: (tokens: number[]) =>
        new TextDecoder().decode(Uint8Array.from(tokens.filter((token) => token < BOS))),
    },
  );
  const model = Object.assign(
    async ({ input_ids: { data } }: { input_ids: { data: ArrayLike<bigint> } }) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      const rows = data.length - rowsMissing;
      const logits = new Float32Array(rows * SIZE);
      const after = new Map<number, Float32Array>();
      for (let row = 0; row < rows; row += 1) {
        const token = Number(data[row]);
        const before = after.get(Number(data[row - 1]));
        if (before !== undefined) before[token] = (before[token] as number) + 1;
        const counts = after.get(token) ?? new Float32Array(SIZE);
        after.set(token, counts);
        for (let next = 0; next < SIZE; next += 1) {
          logits[row * SIZE + next] = Math.log((counts[next] as number) + RARE);
        }
      }
      return { logits: tensor(type, [1, rows, SIZE], logits) };
    },
    {
      dispose: async () => {
        disposed += 1;
      },
    },
  );
  const from = <Value>(value: Value) => ({
    async from_pretrained(name: string, settings: unknown) {
      asked.push([name, settings]);
      if (fail) throw new Error('no such folder');
      return value;
    },
  });
  return {
    env,
    asked,
    disposed: () => disposed,
    most: () => most,
    load: async () => ({ env, AutoTokenizer: from(tokenizer), AutoModelForCausalLM: from(model) }),
  };
};

const open = (fake: ReturnType<typeof createFake>, more = {}) =>
  openTransformersSurprisal({ folder: '/home/ana/models', model: 'org/tiny', load: fake.load, ...more });

describeSurprisalSource('a causal model of transformers, by its documented shapes', () => open(createFake()));

describe('a causal model of transformers', () => {
  it('is loaded from the folder of the user, and nothing is fetched', async () => {
    const fake = createFake();
    const source = await open(fake, { dtype: 'q8' });
    expect(source.id).toBe('transformers:org/tiny:q8');
    expect(fake.env).toEqual({ allowRemoteModels: false, localModelPath: '/home/ana/models' });
    expect(fake.asked).toEqual([
      ['org/tiny', { local_files_only: true, dtype: 'q8' }],
      ['org/tiny', { local_files_only: true, dtype: 'q8' }],
    ]);
  });

  it('gives the bits of a softmax over its logits, of any type', async () => {
    const rare = RARE * SIZE;
    // An a after the beginning, after an a that was never followed by anything, and after one that was.
    const expected = [Math.log2(SIZE), Math.log2(SIZE), -Math.log2((1 + RARE) / (1 + rare))];
    for (const type of ['float32', 'float16']) {
      const pieces = await (await open(createFake({ type }))).openSession().score('aaa');
      expect(pieces.map(({ start, end }) => [start, end])).toEqual([
        [0, 1],
        [1, 2],
        [2, 3],
      ]);
      for (const [index, { bits }] of pieces.entries())
        expect(bits).toBeCloseTo(expected[index] as number, 4);
    }
  });

  it('reads one text at a time, and no more once it is closed', async () => {
    const fake = createFake();
    const source = await open(fake);
    await Promise.all(['one', 'two', 'three'].map((text) => source.openSession().score(text)));
    expect(fake.most()).toBe(1);
    await source.close();
    await source.close();
    expect(fake.disposed()).toBe(1);
    await expect(source.openSession().score('four')).rejects.toMatchObject({ code: 'MODEL_FAILED' });
  });

  it('says what is wrong with the package, the folder and the answer', async () => {
    await expect(openTransformersSurprisal({ folder: '/m', model: 'x' })).rejects.toMatchObject({
      code: 'DEPENDENCY_MISSING',
      message: expect.stringContaining('npm install @huggingface/transformers'),
    });
    await expect(open(createFake({ fail: true }))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(open(createFake({ fail: true }), { folder: '/', model: '' })).rejects.toMatchObject({
      code: 'MODEL_FAILED',
    });
    const source = await open(createFake({ rowsMissing: 1 }));
    await expect(source.openSession().score('text')).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      message: expect.stringContaining('1 x 4 x 258 for 5 tokens'),
    });
  });
});

it.skipIf(!existsSync(PACKAGE))(
  'reads texts of any script with a tiny model of the real package (installed in test/peers only)',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'retentive-onnx-'));
    try {
      await writeTinyCausalOnnx(folder, 'tiny');
      const source = await openTransformersSurprisal({
        folder,
        model: 'tiny',
        dtype: 'fp32',
        load: () => import(pathToFileURL(PACKAGE).href),
      });
      for (const text of ['The ferry leaves at noon.', '我妹妹住在成都 🎉', ' \n\t x']) {
        const pieces = await source.openSession().score(text);
        expect(pieces.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
        expect(await source.openSession().score(text)).toEqual(pieces);
      }
      await source.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
