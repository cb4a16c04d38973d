import { createSeededRandom } from '@retentive/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIndexedHeap } from '../../src/retention/heap.ts';
import { createPositionSet } from '../../src/retention/position-set.ts';

type Operation = readonly ['set' | 'delete' | 'pop', number, number];

const operations = fc.array(
  fc.tuple(fc.constantFrom('set', 'set', 'delete', 'pop'), fc.nat({ max: 20 }), fc.nat({ max: 5 })),
  { maxLength: 200 },
) as fc.Arbitrary<readonly Operation[]>;

const lowestOf = (keys: ReadonlyMap<number, number>): number | undefined =>
  [...keys].sort(([a, keyA], [b, keyB]) => keyA - keyB || a - b)[0]?.[0];

describe('an indexed heap', () => {
  it('gives what a sorted list gives, equal keys by the lower item', () => {
    fc.assert(
      fc.property(operations, (all) => {
        const heap = createIndexedHeap();
        const keys = new Map<number, number>();
        for (const [kind, item, key] of all) {
          if (kind === 'set') {
            heap.set(item, key);
            keys.set(item, key);
          } else if (kind === 'delete') {
            expect(heap.delete(item)).toBe(keys.delete(item));
          } else {
            const lowest = lowestOf(keys);
            expect(heap.pop()).toBe(lowest);
            if (lowest !== undefined) keys.delete(lowest);
          }
          expect(heap.size).toBe(keys.size);
          expect(heap.peek()).toBe(lowestOf(keys));
          expect(heap.keyOf(item)).toBe(keys.get(item));
        }
      }),
    );
  });

  it('takes many items at once as one by one', () => {
    const entry = fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 5 }));
    const entries = fc.uniqueArray(entry, { selector: ([item]) => item });
    fc.assert(
      fc.property(entries, fc.nat(), (all, cut) => {
        const first = all.slice(0, all.length === 0 ? 0 : cut % all.length);
        const heap = createIndexedHeap();
        for (const [item, key] of first) heap.set(item, key);
        heap.fill(all.slice(first.length));
        expect(all.map(() => heap.pop())).toEqual(
          all.toSorted(([a, keyA], [b, keyB]) => keyA - keyB || a - b).map(([item]) => item),
        );
      }),
    );
  });

  it('gives items in the order of new keys when all are re-keyed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 99 })), fc.integer({ min: 2, max: 9 }), (items, modulus) => {
        const heap = createIndexedHeap();
        for (const item of items) heap.set(item, item);
        heap.rekey((item) => item % modulus);
        const drained = items.map(() => heap.pop());
        expect(drained).toEqual(items.toSorted((a, b) => (a % modulus) - (b % modulus) || a - b));
      }),
    );
  });
});

describe('a set of positions', () => {
  it('holds what a set holds', () => {
    const random = createSeededRandom(3);
    const positions = createPositionSet();
    const expected = new Set<number>();
    for (let step = 0; step < 5_000; step += 1) {
      const position = Math.floor(random.next() * 3_000);
      if (random.next() < 0.6) {
        expect(positions.add(position)).toBe(!expected.has(position));
        expected.add(position);
      } else expect(positions.delete(position)).toBe(expected.delete(position));
    }
    expect(positions.size).toBe(expected.size);
    for (let position = 0; position < 4_000; position += 1) {
      expect(positions.has(position)).toBe(expected.has(position));
    }
  });
});
