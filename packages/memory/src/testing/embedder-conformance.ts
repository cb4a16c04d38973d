import type { Embedder } from '@retentive/core';
import { describe, expect, it } from 'vitest';

const TEXTS = [
  'The ferry leaves at noon from gate B12.',
  'Mi hermana Lucía vive en Oviedo.',
  '我妹妹住在成都，她养了三只猫。',
  'أختي تعيش في طنجة',
  '🎉🎉',
  ' \n\t',
  '',
  '\ud800 lone \udc00',
  'a long one, word after word. '.repeat(400),
];

/** Batches are padded and summed in another order, which moves the last bits. */
const ALIKE = 0.999;

const cosine = (a: Float32Array, b: Float32Array): number => {
  let [dot, squaresA, squaresB] = [0, 0, 0];
  for (const [at, value] of a.entries()) {
    const other = b[at] as number;
    dot += value * other;
    squaresA += value * value;
    squaresB += other * other;
  }
  return dot / Math.sqrt(squaresA * squaresB);
};

const expectAlike = (found: readonly Float32Array[], expected: readonly Float32Array[]): void => {
  expect(found.length).toBe(expected.length);
  for (const [at, vector] of found.entries()) {
    expect(cosine(vector, expected[at] as Float32Array)).toBeGreaterThan(ALIKE);
  }
};

const describeVectors = (open: () => Promise<Embedder>): void => {
  it('gives a vector a text, of its dimensions, finite and not all zero, for any text', async () => {
    const { dimensions, embedDocuments, embedQuery } = await open();
    const vectors = [
      ...(await embedDocuments(TEXTS)),
      ...(await Promise.all(TEXTS.map((text) => embedQuery(text)))),
    ];
    expect(vectors.length).toBe(2 * TEXTS.length);
    for (const vector of vectors) {
      expect(vector).toBeInstanceOf(Float32Array);
      expect(vector.length).toBe(dimensions);
      expect(vector.every(Number.isFinite)).toBe(true);
      expect(vector.some((value) => value !== 0)).toBe(true);
    }
    expect(await embedDocuments([])).toEqual([]);
  });

  it('gives a text the same vector alone, among others in any order, and from another one opened alike', async () => {
    const embedder = await open();
    const all = await embedder.embedDocuments(TEXTS);
    expectAlike((await embedder.embedDocuments(TEXTS.toReversed())).toReversed(), all);
    const alone: Float32Array[] = [];
    for (const text of TEXTS) alone.push(...(await embedder.embedDocuments([text])));
    expectAlike(alone, all);
    expectAlike(await (await open()).embedDocuments(TEXTS), all);
    const [first = '', second = ''] = TEXTS;
    expectAlike([await embedder.embedQuery(first)], [await (await open()).embedQuery(first)]);
    expect(await embedder.embedQuery(first)).not.toEqual(await embedder.embedQuery(second));
  });

  it('tells callers at the same time apart', async () => {
    const embedder = await open();
    const expected = await embedder.embedDocuments(TEXTS);
    const found = await Promise.all(TEXTS.map((text) => embedder.embedDocuments([text])));
    expectAlike(found.flat(), expected);
  });

  it('gives vectors that are the callers own', async () => {
    const embedder = await open();
    const [text = ''] = TEXTS;
    const [first] = await embedder.embedDocuments([text]);
    const kept = first?.slice();
    const [again] = await embedder.embedDocuments([text]);
    again?.fill(7);
    expect(first).toEqual(kept);
    expectAlike(await embedder.embedDocuments([text]), [kept as Float32Array]);
  });
};

/**
 * What every `Embedder` promises: a name, a vector for any text at all, the same one for the same text, and an end when it is aborted.
 * `open` gives one of the kind under test, alike each time.
 */
export const describeEmbedder = (name: string, open: () => Promise<Embedder>): void => {
  describe(name, () => {
    it('has a name, dimensions and a weight', async () => {
      const { id, dimensions, fusionWeight } = await open();
      expect(id.trim()).not.toBe('');
      expect(Number.isInteger(dimensions) && dimensions >= 1).toBe(true);
      expect(fusionWeight >= 0 && fusionWeight < Number.POSITIVE_INFINITY).toBe(true);
      expect((await open()).id).toBe(id);
    });

    describeVectors(open);

    it('ends when it is aborted, before and within, and answers the next call', async () => {
      const embedder = await open();
      const signal = AbortSignal.abort();
      await expect(embedder.embedQuery('a', { signal })).rejects.toMatchObject({ code: 'ABORTED' });
      await expect(embedder.embedDocuments(['a'], { signal })).rejects.toMatchObject({ code: 'ABORTED' });
      const controller = new AbortController();
      const call = embedder.embedDocuments(Array(200).fill('a ferry'), { signal: controller.signal });
      controller.abort();
      // One that answers at once may have been faster.
      const outcome = await call.then(
        (vectors) => vectors.length,
        (error: { code?: unknown }) => error.code,
      );
      expect(['ABORTED', 200]).toContain(outcome);
      expect((await embedder.embedQuery('a')).length).toBe(embedder.dimensions);
      await expect(embedder.embedQuery('a', { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    });
  });
};
