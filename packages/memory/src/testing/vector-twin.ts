import { createSeededRandom } from '@retentive/core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { VectorHit, VectorIndex, VectorItem } from '../index/vector-index.ts';

/** Dimensions of every vector of the suite. */
export const DIMENSIONS = 8;
/** Scores of 32-bit vectors agree with 64-bit arithmetic this far. */
const TOLERANCE = 1e-6;
/** Runs of the comparison with a naive search. */
const SEQUENCES = 100;
/** More than any index can skip a shortcut for. */
const MANY = 1_500;

/** A vector that begins with `head` and goes on with zeros. */
export const vectorOf = (...head: readonly number[]): Float32Array => {
  const vector = new Float32Array(DIMENSIONS);
  vector.set(head);
  return vector;
};

/** An item for tests. */
export const item = (id: string, vector: Float32Array, kind: VectorItem['kind'] = 'chunk'): VectorItem => ({
  id,
  kind,
  vector,
});

/** The ids of hits, in order. */
export const idsOf = (hits: readonly VectorHit[]): readonly string[] => hits.map(({ id }) => id);

const cosine = (a: Float32Array, b: Float32Array): number => {
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (const [at, value] of a.entries()) {
    const other = b[at] as number;
    product += value * other;
    squaresA += value * value;
    squaresB += other * other;
  }
  return product / Math.sqrt(squaresA * squaresB);
};

/** Search by the book: every cosine, then a sort. */
const naiveSearch = (items: Iterable<VectorItem>, query: Float32Array, limit: number): VectorHit[] =>
  [...items]
    .map(({ id, kind, vector }) => ({ id, kind, score: cosine(vector, query) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, limit);

/** Equal scores, place by place; ids may differ only where scores do not tell them apart. */
const expectEqualHits = (
  hits: readonly VectorHit[],
  naive: readonly VectorHit[],
  known: ReadonlyMap<string, VectorItem>,
  query: Float32Array,
): void => {
  expect(hits).toHaveLength(naive.length);
  expect(new Set(idsOf(hits)).size).toBe(hits.length);
  for (const [place, { id, kind, score }] of hits.entries()) {
    expect(Math.abs(score - (naive[place] as VectorHit).score)).toBeLessThan(TOLERANCE);
    const stored = known.get(id) as VectorItem;
    expect(kind).toBe(stored.kind);
    expect(Math.abs(score - cosine(stored.vector, query))).toBeLessThan(TOLERANCE);
    const next = hits[place + 1];
    if (next !== undefined) expect(score > next.score || (score === next.score && id < next.id)).toBe(true);
  }
};

/** Few values, so that equal vectors and equal scores are common. */
const smallVector = fc
  .array(fc.constantFrom(-1, 0, 0, 0.5, 1), { minLength: DIMENSIONS, maxLength: DIMENSIONS })
  .filter((values) => values.some((value) => value !== 0))
  .map((values) => Float32Array.from(values));

interface Command {
  readonly action: 'put' | 'remove' | 'search' | 'flush';
  readonly items: readonly VectorItem[];
  readonly limit: number;
}

const IDS = [...'abcdefghijklmnop'];

const command: fc.Arbitrary<Command> = fc.record({
  action: fc.constantFrom('put', 'put', 'put', 'remove', 'search', 'flush'),
  items: fc.array(
    fc.record({
      id: fc.constantFrom(...IDS),
      kind: fc.constantFrom('chunk', 'fact'),
      vector: smallVector,
    }),
    { minLength: 1, maxLength: 6 },
  ),
  limit: fc.nat({ max: 20 }),
});

const run = async (
  index: VectorIndex,
  known: Map<string, VectorItem>,
  { action, items, limit }: Command,
): Promise<void> => {
  const ids = items.map(({ id }) => id);
  switch (action) {
    case 'flush':
      return await index.flush();
    case 'put':
      for (const given of items) known.set(given.id, given);
      return await index.put(items, 1);
    case 'remove':
      for (const id of ids) known.delete(id);
      return await index.remove(ids, 1);
    case 'search': {
      const query = (items[0] as VectorItem).vector;
      const naive = naiveSearch(known.values(), query, limit);
      expectEqualHits(await index.search(query, limit), naive, known, query);
      const cosines = await index.cosines(query, ids);
      expect(new Set(cosines.keys())).toEqual(new Set(ids.filter((id) => known.has(id))));
      for (const [id, score] of cosines) {
        expect(Math.abs(score - cosine((known.get(id) as VectorItem).vector, query))).toBeLessThan(TOLERANCE);
      }
    }
  }
};

/** Whatever was put and removed, a search gives what comparing with every vector gives. */
export const describeNaiveTwin = (index: () => VectorIndex): void => {
  it('agrees with a naive search after any commands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 20 }), async (commands) => {
        const known = new Map<string, VectorItem>();
        await index().remove(IDS, 0);
        for (const next of commands) await run(index(), known, next);
        expect(index().size).toBe(known.size);
      }),
      { numRuns: SEQUENCES },
    );
  });

  it('agrees with a naive search over many vectors, while they come and go', async () => {
    const random = createSeededRandom(5);
    const known = new Map<string, VectorItem>();
    // Coarse values: many scores are near each other or equal.
    const any = (): Float32Array =>
      Float32Array.from({ length: DIMENSIONS }, () => Math.round(random.next() * 20 - 10) / 10 || 0.1);
    const some = (): string => `i${Math.floor(random.next() * MANY)}`;
    const items = Array.from({ length: MANY }, (_, at) => item(`i${at}`, any()));
    for (const given of items) known.set(given.id, given);
    await index().put(items, 1);
    for (let round = 0; round < 60; round += 1) {
      const query = any();
      const naive = naiveSearch(known.values(), query, 25);
      expectEqualHits(await index().search(query, 25), naive, known, query);
      const removed = [some(), some(), `i${MANY - 1 - round}`];
      await index().remove(removed, 2);
      for (const id of removed) known.delete(id);
      const added = [item(some(), any(), 'fact'), item(`new${round}`, query)];
      await index().put(added, 2);
      for (const given of added) known.set(given.id, given);
    }
  });
};
