import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VectorIndex } from '../index/vector-index.ts';
import { codeOf } from './journal-fixtures.ts';
import { DIMENSIONS, describeNaiveTwin, idsOf, item, vectorOf } from './vector-twin.ts';

/** How a vector index is brought under test. */
export interface VectorIndexSubject {
  /** A new index without vectors. */
  readonly open: (dimensions: number) => Promise<VectorIndex>;
  /** The index opened last, opened again after its close: needed when `capabilities.durable`. */
  readonly reopen?: ((dimensions: number) => Promise<VectorIndex>) | undefined;
}

const describeWrites = (index: () => VectorIndex): void => {
  it('finds what was put at once, nearest first, with its cosine', async () => {
    await index().put([item('x', vectorOf(2)), item('y', vectorOf(0, 3), 'fact')], 4);
    const hits = await index().search(vectorOf(3, 4), 5);
    expect(hits.map(({ id, kind }) => [id, kind])).toEqual([
      ['y', 'fact'],
      ['x', 'chunk'],
    ]);
    expect(hits[0]?.score).toBeCloseTo(0.8, 6);
    expect(hits[1]?.score).toBeCloseTo(0.6, 6);
    expect(index().size).toBe(2);
    expect(index().sequence).toBe(4);
  });

  it('keeps its own copy of a vector', async () => {
    const vector = vectorOf(1);
    await index().put([item('x', vector)], 1);
    vector.fill(-1);
    expect((await index().search(vectorOf(1), 1))[0]?.score).toBeCloseTo(1, 6);
  });

  it('replaces by id, the last of a batch winning', async () => {
    await index().put([item('x', vectorOf(1))], 1);
    await index().put([item('x', vectorOf(0, 1)), item('x', vectorOf(0, 0, 1), 'fact')], 2);
    expect(index().size).toBe(1);
    const [hit] = await index().search(vectorOf(0, 0, 1), 3);
    expect(hit).toMatchObject({ id: 'x', kind: 'fact' });
    expect(hit?.score).toBeCloseTo(1, 6);
  });

  it('forgets what was removed and does not mind unknown ids', async () => {
    await index().put(
      ['a', 'b', 'c'].map((id) => item(id, vectorOf(1))),
      3,
    );
    await index().remove(['a', 'z', 'a'], 5);
    expect(idsOf(await index().search(vectorOf(1), 9))).toEqual(['b', 'c']);
    expect(index().sequence).toBe(5);
    await index().put([item('a', vectorOf(1))], 6);
    expect(idsOf(await index().search(vectorOf(1), 9))).toEqual(['a', 'b', 'c']);
  });

  it('moves its sequence forwards only, also for calls without items', async () => {
    await index().put([], 7);
    await index().put([item('x', vectorOf(1))], 3);
    expect(index().sequence).toBe(7);
    await index().remove([], 9);
    expect(index().sequence).toBe(9);
  });

  it('refuses vectors that have no direction, and then writes none of the batch', async () => {
    const bad = [
      new Float32Array(DIMENSIONS + 1).fill(1),
      new Float32Array(0),
      new Float32Array(DIMENSIONS),
      vectorOf(1, Number.NaN),
      vectorOf(Number.POSITIVE_INFINITY),
      vectorOf(1, Number.NEGATIVE_INFINITY),
    ];
    for (const vector of bad) {
      expect(await codeOf(index().put([item('good', vectorOf(1)), item('bad', vector)], 9))).toBe(
        'VECTOR_INVALID',
      );
      expect(await codeOf(index().search(vector, 1))).toBe('VECTOR_INVALID');
    }
    expect(index().size).toBe(0);
    expect(index().sequence).toBe(0);
  });

  it('takes the largest and the smallest floats', async () => {
    await index().put([item('large', vectorOf(3e38, 3e38)), item('small', vectorOf(0, 1e-45))], 1);
    const hits = await index().search(vectorOf(1e-45), 2);
    expect(hits[0]?.score).toBeCloseTo(Math.SQRT1_2, 6);
    expect(hits[1]?.score).toBe(0);
  });
};

const describeSearch = (index: () => VectorIndex): void => {
  it('gives ties to the lower id and never more than the limit', async () => {
    expect(await index().search(vectorOf(1), 3)).toEqual([]);
    await index().put(
      ['d', 'b', 'a', 'c'].map((id) => item(id, vectorOf(1, 1))),
      1,
    );
    expect(idsOf(await index().search(vectorOf(1), 3))).toEqual(['a', 'b', 'c']);
    expect(await index().search(vectorOf(1), 0)).toEqual([]);
    expect(await index().search(vectorOf(1), -1)).toEqual([]);
    expect(await index().search(vectorOf(1), 99)).toHaveLength(4);
  });

  it('tells the cosines of what is asked for, however far it lies, and nothing of what is not there', async () => {
    await index().put(
      [item('near', vectorOf(1)), item('far', vectorOf(-1)), item('not asked', vectorOf(1))],
      1,
    );
    const cosines = await index().cosines(vectorOf(2), ['far', 'near', 'nowhere']);
    expect([...cosines].sort()).toEqual([
      ['far', -1],
      ['near', 1],
    ]);
    expect(await codeOf(index().cosines(new Float32Array(DIMENSIONS), ['near']))).toBe('VECTOR_INVALID');
  });

  it('fills the limit from what passes the filter', async () => {
    const kinds = ['chunk', 'fact'] as const;
    await index().put(
      Array.from({ length: 40 }, (_, at) => item(`i${at}`, vectorOf(40 - at, at), kinds[at % 2])),
      1,
    );
    const facts = await index().search(vectorOf(1), 3, (_, kind) => kind === 'fact');
    expect(idsOf(facts)).toEqual(['i1', 'i3', 'i5']);
    expect(idsOf(await index().search(vectorOf(1), 3, (id) => id === 'i39'))).toEqual(['i39']);
    expect(await index().search(vectorOf(1), 3, () => false)).toEqual([]);
  });
};

const describeLife = (index: () => VectorIndex, { open, reopen }: VectorIndexSubject): void => {
  it('ends calls that are aborted and changes nothing', async () => {
    const signal = AbortSignal.abort();
    expect(await codeOf(index().put([item('x', vectorOf(1))], 1, { signal }))).toBe('ABORTED');
    await index().put([item('y', vectorOf(1))], 2);
    expect(await codeOf(index().remove(['y'], 3, { signal }))).toBe('ABORTED');
    expect(await codeOf(index().flush({ signal }))).toBe('ABORTED');
    expect(idsOf(await index().search(vectorOf(1), 9))).toEqual(['y']);
    expect(index().sequence).toBe(2);
  });

  it('answers everything with STORE_CLOSED after its close, which may be called again', async () => {
    await index().put([item('x', vectorOf(1))], 1);
    const closed = index().close();
    expect(await codeOf(index().put([], 2))).toBe('STORE_CLOSED');
    await closed;
    await index().close();
    const codes = await Promise.all([
      codeOf(index().put([item('x', vectorOf(1))], 2)),
      codeOf(index().remove(['x'], 2)),
      codeOf(index().search(vectorOf(1), 1)),
      codeOf(index().cosines(vectorOf(1), [])),
      codeOf(index().flush()),
    ]);
    expect(codes).toEqual(codes.map(() => 'STORE_CLOSED'));
  });

  it('comes back as it was flushed or closed when it is durable', async ({ skip }) => {
    if (!index().capabilities.durable) skip('the index says that it is not durable');
    if (reopen === undefined) throw new Error('a durable index needs `reopen` for this suite');
    const first = await open(DIMENSIONS);
    await first.put(
      [item('ä', vectorOf(1, 2), 'fact'), item('b', vectorOf(2, 1)), item('c', vectorOf(1))],
      5,
    );
    await Promise.all([first.flush(), first.flush()]);
    await first.put([item('b', vectorOf(0, 0, 1)), item('d', vectorOf(-1))], 6);
    await first.remove(['c'], 8);
    const before = await first.search(vectorOf(1, 1, 1), 9);
    await first.close();
    const again = await reopen(DIMENSIONS);
    expect(again.size).toBe(3);
    expect(again.sequence).toBe(8);
    expect(await again.search(vectorOf(1, 1, 1), 9)).toEqual(before);
    await again.remove(['ä', 'b', 'd'], 9);
    await again.close();
    const empty = await reopen(DIMENSIONS);
    expect(empty.size).toBe(0);
    expect(empty.sequence).toBe(9);
    await empty.close();
  });
};

/**
 * Every promise of the {@link VectorIndex} port as tests for vitest: call it at the top level of a test file. A wrapper
 * around an index is an index too and passes the same suite. Needs `vitest` and `fast-check`.
 */
export const describeVectorIndex = (name: string, subject: VectorIndexSubject): void => {
  describe(`vector index: ${name}`, () => {
    let current: VectorIndex | undefined;
    const index = (): VectorIndex => current as VectorIndex;
    beforeEach(async () => {
      current = await subject.open(DIMENSIONS);
    });
    afterEach(async () => {
      await current?.close();
    });
    it('says what it is', () => {
      expect(index().capabilities.dimensions).toBe(DIMENSIONS);
      expect([index().size, index().sequence]).toEqual([0, 0]);
    });
    describe('put and remove', () => describeWrites(index));
    describe('search', () => describeSearch(index));
    describe('twin', () => describeNaiveTwin(index));
    describe('abort, close and reopen', () => describeLife(index, subject));
  });
};
