import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDuration } from '../src/index.ts';

it.each([
  [1, 1],
  ['1ms', 1],
  ['90m', 5_400_000],
  ['1.5h', 5_400_000],
  ['365d', 31_536_000_000],
  ['1y', 31_536_000_000],
  ['2 w', 1_209_600_000],
])('reads %s', (given, ms) => {
  expect(parseDuration('retain', given)).toBe(ms);
});

it('refuses anything else with what is allowed', () => {
  const wrong = ['', 'd', '-1d', '1 month', '1d2h', '1e9d', '0d', '365', '99999y', ' 1d', '1D', '١d'];
  for (const value of [
    ...wrong,
    0,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    undefined as never,
    {} as never,
  ]) {
    expect(() => parseDuration('retain', value)).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        message: expect.stringMatching(/^retain is .*365d.*got /u),
      }),
    );
  }
});

it('never gives anything but whole ms, whatever the text', async () => {
  await fc.assert(
    fc.property(fc.stringMatching(/^\d{0,4}\.?\d{0,3} ?(ms|s|m|h|d|w|y|x)$/u), (text) => {
      try {
        expect(parseDuration('retain', text)).toSatisfy(Number.isSafeInteger);
      } catch (error) {
        expect(error).toMatchObject({ code: 'OPTION_INVALID' });
      }
    }),
  );
});
