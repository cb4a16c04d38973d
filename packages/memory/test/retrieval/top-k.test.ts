import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topK } from '../../src/retrieval/top-k.ts';

// Few different scores, so that ties are common.
const scores = fc.array(
  fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 })),
  { maxLength: 60 },
);

it('gives what sorting everything would, ties to the lower ordinal, for any order of arrival', () => {
  fc.assert(
    fc.property(
      scores,
      fc.integer({ min: -1, max: 70 }),
      fc.infiniteStream(fc.nat()),
      (all, limit, order) => {
        const items = all.map((score, ordinal) => ({ ordinal, score }));
        const arriving = items
          .map((item) => ({ item, at: order.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ item }) => item);
        const sorted = items.toSorted((a, b) => b.score - a.score || a.ordinal - b.ordinal);
        expect(topK(arriving, limit)).toEqual(sorted.slice(0, Math.max(0, limit)));
      },
    ),
  );
});
