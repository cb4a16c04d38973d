import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LengthPrior, logNormalPrior, segmentUnits, uniformPrior } from '../../src/index.ts';

interface Segmentation {
  readonly ends: readonly number[];
  readonly score: number;
}

/** Every segmentation there is, as the definition says. */
const everySegmentation = (count: number): readonly (readonly number[])[] =>
  Array.from({ length: 2 ** (count - 1) }, (_, mask) => [
    ...Array.from({ length: count - 1 }, (__, gap) => gap + 1).filter((end) => mask & (1 << (end - 1))),
    count,
  ]);

const scoreOf = (
  ends: readonly number[],
  tokens: readonly number[],
  boundaries: readonly number[],
  prior: LengthPrior,
): number => {
  let score = 0;
  let start = 0;
  for (const end of ends) {
    score += prior(tokens.slice(start, end).reduce((sum, value) => sum + value, 0));
    if (end < tokens.length) score += boundaries[end - 1] ?? 0;
    start = end;
  }
  return score;
};

const sizes = (ends: readonly number[], tokens: readonly number[]): readonly number[] =>
  ends.map((end, index) => tokens.slice(ends[index - 1] ?? 0, end).reduce((sum, value) => sum + value, 0));

const bestByForce = (
  tokens: readonly number[],
  boundaries: readonly number[],
  maxTokens: number,
  prior: LengthPrior,
): Segmentation =>
  everySegmentation(tokens.length)
    .filter((ends) => sizes(ends, tokens).every((size) => size <= maxTokens))
    .map((ends) => ({ ends, score: scoreOf(ends, tokens, boundaries, prior) }))
    .reduce((best, next) => (next.score > best.score ? next : best));

const inputs = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: -40, max: 40 })), {
    minLength: 1,
    maxLength: 11,
  })
  .map((pairs) => ({
    tokens: pairs.map(([size]) => size),
    boundaries: pairs.slice(1).map(([, odds]) => odds / 10),
  }));

const priors = fc.oneof(
  fc.constant(uniformPrior),
  fc
    .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 2, max: 20 }))
    .map(([target, spread]) => logNormalPrior(target, spread / 10)),
);

describe('segmentUnits', () => {
  it('finds what trying every segmentation finds', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 12, max: 40 }), priors, (input, maxTokens, lengthPrior) => {
        const { tokens, boundaries } = input;
        const ends = segmentUnits(tokens, boundaries, { maxTokens, lengthPrior });
        const best = bestByForce(tokens, boundaries, maxTokens, lengthPrior);
        expect(scoreOf(ends, tokens, boundaries, lengthPrior)).toBeCloseTo(best.score, 9);
        for (const size of sizes(ends, tokens)) expect(size).toBeLessThanOrEqual(maxTokens);
      }),
    );
  });

  it('gives every unit to one segment, in order', () => {
    fc.assert(
      fc.property(inputs, ({ tokens, boundaries }) => {
        const ends = segmentUnits(tokens, boundaries, { maxTokens: 12 });
        expect(ends.at(-1)).toBe(tokens.length);
        expect(ends).toEqual([...new Set(ends)].toSorted((a, b) => a - b));
      }),
    );
  });

  it.each([
    ['cuts where the odds are above even', [1, 1, 1], [2, -2], [1, 3]],
    ['keeps all together where nothing speaks for a cut', [1, 1, 1], [-1, -1], [3]],
    ['keeps together what is even', [1, 1], [0], [2]],
    ['gives nothing for nothing', [], [], []],
  ])('%s', (_, tokens, boundaries, ends) => {
    expect(segmentUnits(tokens, boundaries, { maxTokens: 100 })).toEqual(ends);
  });

  it('cuts at the least unlikely place where the limit asks for a cut', () => {
    expect(segmentUnits([4, 4, 4, 4], [-9, -1, -9], { maxTokens: 8 })).toEqual([2, 4]);
  });

  it('draws lengths to the target of the prior', () => {
    const tokens = Array.from({ length: 40 }, () => 10);
    const boundaries = tokens.slice(1).map(() => 0);
    const ends = segmentUnits(tokens, boundaries, { maxTokens: 400, lengthPrior: logNormalPrior(50, 0.3) });
    expect(sizes(ends, tokens)).toEqual(Array.from({ length: 8 }, () => 50));
  });

  it('refuses a unit that no segment can hold', () => {
    expect(() => segmentUnits([3, 9], [0], { maxTokens: 8 })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });

  it('takes time in the length of the row, not its square', () => {
    // 200,000 units would not end if each looked back to the beginning.
    const tokens = Array.from({ length: 200_000 }, (_, index) => 1 + (index % 7));
    const boundaries = tokens.map((size) => size - 4);
    const ends = segmentUnits(tokens, boundaries, { maxTokens: 64, lengthPrior: logNormalPrior(32, 0.5) });
    expect(Math.max(...sizes(ends.slice(0, 100), tokens))).toBeLessThanOrEqual(64);
  });
});
