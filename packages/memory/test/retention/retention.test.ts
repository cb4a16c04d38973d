import { createSeededRandom } from '@retentive/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECAYS } from '../../src/retention/decay.ts';
import { createRetention } from '../../src/retention/retention.ts';
import type { ChunkScore } from '../../src/retention/score.ts';
import { makeChunk } from './make-chunk.ts';

const scored = (score: number): ChunkScore => ({ score, parts: { given: score } });

/** The same policy by the plain rule: every score is faded, every time, and the lowest is looked for. */
const createNaive = (capacity: number, ratio: number) => {
  const items: { position: number; tokens: number; value: number; base: number; accesses: number }[] = [];
  let tokens = 0;
  return {
    add(position: number, size: number, score: number): readonly number[] {
      for (const item of items) item.value *= ratio;
      items.push({ position, tokens: size, value: score, base: score, accesses: 0 });
      tokens += size;
      const gone: number[] = [];
      while (tokens > capacity) {
        let lowest = 0;
        for (const [at, item] of items.entries()) {
          if (item.value < (items[lowest]?.value ?? 0)) lowest = at;
        }
        const [item] = items.splice(lowest, 1);
        tokens -= item?.tokens ?? 0;
        gone.push(item?.position ?? -1);
      }
      return gone;
    },
    access(position: number): void {
      const item = items.find((candidate) => candidate.position === position);
      if (item === undefined) return;
      item.accesses += 1;
      item.value += item.base * 0.5 * Math.log2((item.accesses + 1) / item.accesses);
    },
  };
};

describe('a working set under a capacity', () => {
  it.each([DECAYS['sirllm-dialogue'], DECAYS['sirllm-game'], { per: 'turn', ratio: 0.99 } as const])(
    'archives exactly what naive rescoring would, over 5,000 operations at $ratio',
    (decay) => {
      const random = createSeededRandom(11);
      const capacity = 900;
      const retention = createRetention({ capacity, decay, sinks: 0 });
      const naive = createNaive(capacity, decay.ratio);
      for (let position = 0; position < 5_000; position += 1) {
        const tokens = 1 + Math.floor(random.next() * 40);
        const score = 0.01 + random.next();
        const archived = retention.add(makeChunk({ position, tokens }), scored(score));
        expect(archived.map(({ chunk }) => chunk.position)).toEqual(naive.add(position, tokens, score));
        if (random.next() < 0.5) {
          const used = position - Math.floor(random.next() * 40);
          naive.access(used);
          retention.access(makeChunk({ position: used }).id);
        }
      }
      expect(retention.tokens).toBeLessThanOrEqual(capacity);
    },
  );

  const sizes = fc.array(
    fc.record({
      tokens: fc.integer({ min: 1, max: 30 }),
      score: fc.double({ min: 0.01, max: 9, noNaN: true }),
    }),
    { maxLength: 80 },
  );

  it('never archives a chunk while one with a lower score stays, and never holds more than it may', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 31, max: 200 }), (all, capacity) => {
        const retention = createRetention({ capacity, decay: DECAYS.none, sinks: 0 });
        for (const [position, { tokens, score }] of all.entries()) {
          for (const { score: gone } of retention.add(makeChunk({ position, tokens }), scored(score))) {
            for (const { position: kept } of retention.kept()) {
              expect(all[kept]?.score).toBeGreaterThanOrEqual(gone - 1e-9);
            }
          }
          expect(retention.tokens).toBeLessThanOrEqual(capacity);
          const tokensOf = (wanted: boolean): number =>
            all
              .slice(0, position + 1)
              .reduce((sum, item, at) => sum + (retention.isArchived(at) === wanted ? item.tokens : 0), 0);
          expect(retention.tokens).toBe(tokensOf(false));
          expect(retention.archivedTokens).toBe(tokensOf(true));
        }
      }),
    );
  });

  it('archives a chunk larger than all its room at once, and nothing for it', () => {
    const retention = createRetention({ capacity: 100, sinks: 0 });
    retention.add(makeChunk({ position: 0, tokens: 60 }), scored(0.1));
    const archived = retention.add(makeChunk({ position: 1, tokens: 101 }), scored(9));
    expect(archived.map(({ chunk }) => chunk.position)).toEqual([1]);
    expect(retention.tokens).toBe(60);
  });

  it('keeps pinned chunks and openings of threads whatever their score, and lets go of them again', () => {
    const retention = createRetention({ capacity: 100, sinks: 1 });
    const opening = makeChunk({ position: 0, tokens: 10 });
    const pinned = makeChunk({ position: 1, tokens: 40 });
    retention.add(opening, scored(0.001));
    retention.add(pinned, scored(0.001));
    retention.pin(pinned.id, true);
    for (let position = 2; position < 50; position += 1) {
      retention.add(makeChunk({ position, tokens: 20 }), scored(1));
    }
    expect(retention.isArchived(0)).toBe(false);
    expect(retention.isArchived(1)).toBe(false);
    expect(retention.tokens).toBeLessThanOrEqual(100);
    expect(retention.pin(pinned.id, false)).toEqual([]);
    expect(retention.add(makeChunk({ position: 50, tokens: 20 }), scored(1))[0]?.chunk.position).toBe(1);
  });

  it('lets the oldest openings go where they would take over a tenth', () => {
    const retention = createRetention({ capacity: 100, sinks: 1 });
    for (let position = 0; position < 30; position += 1) {
      retention.add(makeChunk({ position, tokens: 5, thread: `t${position}` }), scored(1 + position));
    }
    expect(retention.tokens).toBe(100);
    expect([0, 9, 10, 29].map((position) => retention.isArchived(position))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('takes a chunk back from the archive as if new', () => {
    const retention = createRetention({ capacity: 50, decay: DECAYS['sirllm-dialogue'], sinks: 0 });
    const chunks = [0, 1, 2].map((position) => makeChunk({ position, tokens: 25 }));
    for (const chunk of chunks) retention.add(chunk, scored(1));
    expect(retention.isArchived(0)).toBe(true);
    const [first, second] = chunks;
    if (first === undefined || second === undefined) throw new Error('unreachable');
    expect(retention.add(first, scored(1), { accessed: true }).map(({ chunk }) => chunk.position)).toEqual([
      1,
    ]);
    expect(retention.archivedTokens).toBe(25);
    retention.remove(second);
    expect(retention.archivedTokens).toBe(0);
    expect(retention.isArchived(1)).toBe(false);
  });

  it('says what would go at another capacity without changing anything', () => {
    const retention = createRetention({ capacity: 100, decay: DECAYS.none, sinks: 0 });
    for (let position = 0; position < 5; position += 1) {
      retention.add(makeChunk({ position, tokens: 20 }), scored(1 + ((position * 3) % 5)));
    }
    const before = retention.report();
    expect(before).toMatchObject({ capacity: 100, workingSetTokens: 100, archivedTokens: 0 });
    expect(before.next.map(({ score }) => Math.round(score))).toEqual([1, 2, 3, 4, 5]);
    expect(before.next[0]?.parts).toEqual({ given: 1 });
    expect(retention.report({ capacity: 50 })).toMatchObject({ workingSetTokens: 40, archivedTokens: 60 });
    expect(retention.report()).toEqual(before);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a capacity of %s', (capacity) => {
    expect(() => createRetention({ capacity })).toThrow(/capacity/);
    expect(() => createRetention().report({ capacity })).toThrow(/capacity/);
  });

  it.each([0, -0.5, 1.5, Number.NaN])('refuses a decay of %s', (ratio) => {
    expect(() => createRetention({ decay: { per: 'turn', ratio } })).toThrow(/decay/);
  });
});
