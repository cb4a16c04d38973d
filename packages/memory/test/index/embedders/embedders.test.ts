import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFunctionEmbedder } from '../../../src/index/embedders/function-embedder.ts';
import { createHashingEmbedder } from '../../../src/index/embedders/hashing-embedder.ts';
import { dot } from '../../../src/index/vectors/unit-vector.ts';
import { codeOf } from '../../../src/testing/journal-fixtures.ts';

describe('the hashing embedder', () => {
  const embedder = createHashingEmbedder();
  const embed = async (...texts: readonly string[]): Promise<readonly Float32Array[]> =>
    embedder.embedDocuments(texts);
  const similarity = async (a: string, b: string): Promise<number> => {
    const [first, second] = await embed(a, b);
    return dot(first as Float32Array, second as Float32Array);
  };

  it('says what it is', () => {
    expect(embedder).toMatchObject({ id: 'hashing-1:1024', dimensions: 1_024, fusionWeight: 0 });
    expect(createHashingEmbedder({ dimensions: 64 }).id).toBe('hashing-1:64');
    expect(() => createHashingEmbedder({ dimensions: 0.5 })).toThrow('dimensions must be a whole number');
  });

  it('gives the same vector for ever: its id would have to change otherwise', async () => {
    const [vector] = await createHashingEmbedder({ dimensions: 16 }).embedDocuments([
      'Anna moved to Lisbon in May, with her two cats.',
    ]);
    expect(Array.from(vector as Float32Array, (value) => Math.round(value * 1_000) || 0)).toEqual([
      0, 0, 0, 408, 0, 0, 0, 0, 0, 0, 0, 0, 816, 0, 408, 0,
    ]);
  });

  it('puts texts that share words near each other', async () => {
    const text = 'Anna moved to Lisbon with her two cats';
    expect(await similarity(text, 'anna MOVED to lisbon, with her two cats!')).toBeCloseTo(1, 5);
    expect(await similarity(text, 'Anna moves to Lisbon with a dog')).toBeGreaterThan(0.5);
    expect(Math.abs(await similarity(text, 'The invoice is due on Friday'))).toBeLessThan(0.3);
  });

  it('weighs the terms of a query, not those of a document', async () => {
    const weighted = createHashingEmbedder({ weightOf: (term) => (term === 'lisbon' ? 10 : 0.1) });
    const [lisbon, plain] = await weighted.embedDocuments(['lisbon', 'Anna moved to Lisbon']);
    const [same] = await embed('Anna moved to Lisbon');
    expect(plain).toEqual(same);
    const query = await weighted.embedQuery('Anna moved to Lisbon');
    expect(dot(query, lisbon as Float32Array)).toBeGreaterThan(0.99);
    const silent = createHashingEmbedder({ weightOf: () => 0 });
    expect(await silent.embedQuery('Anna moved to Lisbon')).toEqual(same);
  });

  it('gives every text a finite vector of length 1', async () => {
    const odd = ['', ' ', 'the', 'to be or not to be', '?!', '😀', '\ud800', 'x'.repeat(100_000), '日本語'];
    const check = async (text: string): Promise<void> => {
      for (const vector of [...(await embed(text)), await embedder.embedQuery(text)]) {
        expect(vector).toHaveLength(1_024);
        expect(dot(vector, vector)).toBeCloseTo(1, 5);
      }
    };
    for (const text of odd) await check(text);
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), check));
    const narrow = createHashingEmbedder({ dimensions: 1 });
    await fc.assert(
      fc.asyncProperty(fc.lorem(), async (text) => {
        expect(Math.abs((await narrow.embedQuery(text))[0] as number)).toBe(1);
      }),
    );
  });

  it('ends when it is aborted', async () => {
    const signal = AbortSignal.abort();
    expect(await codeOf(embedder.embedDocuments(['a'], { signal }))).toBe('ABORTED');
    expect(await codeOf(embedder.embedQuery('a', { signal }))).toBe('ABORTED');
  });
});

describe('an embedder out of a function', () => {
  const make = (embed: (texts: readonly string[]) => unknown): ReturnType<typeof createFunctionEmbedder> =>
    createFunctionEmbedder({
      id: 'mine',
      dimensions: 2,
      fusionWeight: 0.5,
      embed: async (texts) => embed(texts) as number[][],
    });

  it('passes texts and their side on, and gives floats of its own', async () => {
    const calls: unknown[] = [];
    const shared = Float32Array.of(1, 2);
    const embedder = createFunctionEmbedder({
      id: 'mine',
      dimensions: 2,
      fusionWeight: 0,
      embed: async (texts, { side }) => {
        calls.push([side, ...texts]);
        return texts.map(() => shared);
      },
    });
    expect(await embedder.embedDocuments([])).toEqual([]);
    const [first] = await embedder.embedDocuments(['a', 'b']);
    expect(await embedder.embedQuery('q')).toEqual(Float32Array.of(1, 2));
    shared.fill(9);
    expect(first).toEqual(Float32Array.of(1, 2));
    expect(calls).toEqual([
      ['document', 'a', 'b'],
      ['query', 'q'],
    ]);
  });

  it.each([
    ['another dimension', [[1, 2, 3]], 'VECTOR_INVALID'],
    ['NaN', [[1, Number.NaN]], 'VECTOR_INVALID'],
    ['infinity at 32 bits', [[1, 1e39]], 'VECTOR_INVALID'],
    ['null', [[1, null]], 'VECTOR_INVALID'],
    ['numbers as text', [['1', '2']], 'VECTOR_INVALID'],
    ['zeros', [[0, 0]], 'VECTOR_INVALID'],
    ['nothing in place of a vector', [undefined], 'VECTOR_INVALID'],
    ['too few vectors', [], 'EMBEDDER_FAILED'],
    [
      'too many vectors',
      [
        [1, 2],
        [1, 2],
      ],
      'EMBEDDER_FAILED',
    ],
    ['no array', undefined, 'EMBEDDER_FAILED'],
  ])('refuses %s', async (_, answer, code) => {
    expect(await codeOf(make(() => answer).embedDocuments(['a']))).toBe(code);
    expect(await codeOf(make(() => answer).embedQuery('a'))).toBe(code);
  });

  it('keeps what the function threw as the cause', async () => {
    const cause = new Error('no network');
    const failing = make(() => {
      throw cause;
    });
    await expect(failing.embedQuery('a')).rejects.toMatchObject({
      code: 'EMBEDDER_FAILED',
      retryable: true,
      cause,
    });
  });

  it('ends when it is aborted, also when the function hangs', async () => {
    const controller = new AbortController();
    const hanging = make(() => new Promise(() => {}));
    const call = codeOf(hanging.embedDocuments(['a'], { signal: controller.signal }));
    controller.abort();
    expect(await call).toBe('ABORTED');
    expect(await codeOf(hanging.embedQuery('a', { signal: controller.signal }))).toBe('ABORTED');
  });

  it('refuses settings that cannot be', () => {
    const good = { id: 'mine', dimensions: 2, fusionWeight: 0, embed: async () => [] };
    for (const bad of [
      { id: ' ' },
      { dimensions: 0 },
      { dimensions: 1.5 },
      { fusionWeight: -1 },
      { fusionWeight: Number.NaN },
    ]) {
      expect(() => createFunctionEmbedder({ ...good, ...bad })).toThrow(/must/);
    }
  });
});
