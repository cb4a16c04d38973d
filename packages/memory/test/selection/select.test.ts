import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costExponent, type Option, selectGreedily } from '../../src/selection/select.ts';

const options = fc.array(
  fc.record({
    value: fc.double({ min: 0.01, max: 10, noNaN: true }),
    cost: fc.integer({ min: 1, max: 60 }),
    group: fc.constantFrom('a', 'b', 'c'),
    groupCost: fc.constant(9),
  }),
  { maxLength: 12 },
);

const priceOf = (chosen: readonly Option[]): number =>
  chosen.reduce((sum, { cost }) => sum + cost, 0) + new Set(chosen.map(({ group }) => group)).size * 9;

const bestUtility = (all: readonly Option[], budget: number): number => {
  let best = 0;
  for (let mask = 0; mask < 2 ** all.length; mask += 1) {
    const set = all.filter((_, index) => mask & (1 << index));
    if (priceOf(set) <= budget)
      best = Math.max(
        best,
        set.reduce((sum, { value }) => sum + value, 0),
      );
  }
  return best;
};

describe('selectGreedily', () => {
  it('stays within the budget, headings included, and reports its own cost and utility', () => {
    fc.assert(
      fc.property(
        options,
        fc.nat({ max: 200 }),
        fc.constantFrom(0, 0.25, 0.5, 1),
        (all, budget, exponent) => {
          const selection = selectGreedily(all, budget, exponent);
          const chosen = selection.chosen.map((index) => all[index] as Option);
          expect(new Set(selection.chosen).size).toBe(chosen.length);
          expect(selection.cost).toBe(priceOf(chosen));
          expect(selection.cost).toBeLessThanOrEqual(budget);
          expect(selection.utility).toBeCloseTo(
            chosen.reduce((sum, { value }) => sum + value, 0),
            9,
          );
        },
      ),
    );
  });

  it('ends earlier the higher the least share, and takes nothing that a lower one does not', () => {
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(options, fc.nat({ max: 200 }), shares, shares, (all, budget, one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        const more = selectGreedily(all, budget, 0.25, low).chosen;
        const fewer = selectGreedily(all, budget, 0.25, high).chosen;
        expect(more.slice(0, fewer.length)).toEqual(fewer);
        const rank = (index: number): number =>
          (all[index] as Option).value / (all[index] as Option).cost ** 0.25;
        const best = Math.max(...all.map((_, index) => rank(index)));
        for (const index of fewer) expect(rank(index)).toBeGreaterThanOrEqual(high * best - 1e-9);
        expect(selectGreedily(all, budget, 0.25, 0)).toEqual(selectGreedily(all, budget, 0.25));
      }),
    );
  });

  it('reports a bound that no choice passes', () => {
    fc.assert(
      fc.property(options, fc.nat({ max: 150 }), (all, budget) => {
        expect(selectGreedily(all, budget, 0).upperBound).toBeGreaterThanOrEqual(
          bestUtility(all, budget) - 1e-9,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('takes by value where sizes are alike and by value per cost where they are not', () => {
    const all: Option[] = [
      { value: 3, cost: 50, group: 'a', groupCost: 0 },
      { value: 2, cost: 10, group: 'a', groupCost: 0 },
    ];
    expect(selectGreedily(all, 50, 0).chosen).toEqual([0]);
    expect(selectGreedily(all, 50, 0.5).chosen).toEqual([1]);
  });
});

describe('costExponent', () => {
  it('is 0 for items of one size, grows with their spread and stays within .5', () => {
    expect(costExponent([])).toBe(0);
    expect(costExponent([20, 22, 18, 25, 15])).toBe(0);
    const mild = costExponent([10, 100, 10, 100]);
    expect(mild).toBeGreaterThan(0);
    expect(costExponent([10, 400, 10, 400])).toBeGreaterThan(mild);
    expect(costExponent([1, 100_000, 1, 100_000])).toBe(0.5);
  });
});
