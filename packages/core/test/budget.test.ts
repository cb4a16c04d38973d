import { describe, expect, it } from 'vitest';
import { DEFAULT_BUDGET, MAX_BUDGET_TOKENS, parseBudget } from '../src/index.ts';

describe('a budget', () => {
  it('is whole tokens from 0, with a deadline and a price if wanted', () => {
    for (const budget of [
      { tokens: 0 },
      { tokens: 1 },
      { tokens: MAX_BUDGET_TOKENS },
      { tokens: 800, ms: 0.5 },
      { tokens: 800, ms: 50, microdollars: 0 },
      DEFAULT_BUDGET,
    ]) {
      expect(parseBudget(budget)).toEqual(budget);
    }
  });

  it('is refused with the value and the limits when it is anything else', () => {
    const bad: readonly unknown[] = [
      { tokens: -1 },
      { tokens: 1.5 },
      { tokens: Number.NaN },
      { tokens: Number.POSITIVE_INFINITY },
      { tokens: MAX_BUDGET_TOKENS + 1 },
      { tokens: '800' },
      { tokens: 800, ms: 0 },
      { tokens: 800, ms: Number.NaN },
      { tokens: 800, microdollars: -1 },
      { tokens: 800, seconds: 1 },
      {},
      800,
      null,
      undefined,
    ];
    for (const budget of bad) {
      expect(() => parseBudget(budget)).toThrow(
        expect.objectContaining({
          code: 'BUDGET_INVALID',
          message: expect.stringContaining(`${MAX_BUDGET_TOKENS}`),
        }),
      );
    }
    expect(() => parseBudget({ tokens: -1 })).toThrow(/got -1 tokens \(tokens: /u);
    expect(() => parseBudget({ tokens: 8, ms: -1 })).toThrow(/\(ms: /u);
  });
});
