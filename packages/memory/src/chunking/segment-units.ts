import { RetentiveError } from '@retentive/core';

/** Log of how likely a segment of so many tokens is, up to a constant. */
export type LengthPrior = (tokens: number) => number;

/** Options of {@link segmentUnits}. */
export interface SegmentOptions {
  /** Strict: no segment has more. */
  readonly maxTokens: number;
  /** Default: every length is alike. */
  readonly lengthPrior?: LengthPrior | undefined;
}

/** Every length is as likely as another: cuts stand wherever the log-odds are above 0. */
export const uniformPrior: LengthPrior = () => 0;

/** Lengths are spread around `target` by factors: `spread` is the standard deviation of the logarithm. */
export const logNormalPrior =
  (target: number, spread: number): LengthPrior =>
  (tokens) =>
    -0.5 * (Math.log(Math.max(1, tokens) / target) / spread) ** 2;

/**
 * The best segmentation of a row of units: ends of the segments as counts of units, the last one `tokens.length`. It
 * maximises the sum of `boundaries` at the cuts (log-odds that a segment ends after unit i) plus the length prior of
 * every segment, which is the most probable one if boundaries are independent. Of equal ones, the one with the longest
 * segments from the end on. Viterbi, O(n * window), where the window is the units of `maxTokens`; after wtpsplit's
 * length constraint. @throws OPTION_INVALID for a unit above `maxTokens`
 */
export const segmentUnits = (
  tokens: readonly number[],
  boundaries: readonly number[],
  { maxTokens, lengthPrior = uniformPrior }: SegmentOptions,
): readonly number[] => {
  const count = tokens.length;
  const best = new Float64Array(count + 1).fill(Number.NEGATIVE_INFINITY);
  const from = new Int32Array(count + 1);
  best[0] = 0;
  for (let end = 1; end <= count; end += 1) {
    const atEnd = end === count ? 0 : (boundaries[end - 1] ?? 0);
    let sum = 0;
    for (let start = end - 1; start >= 0; start -= 1) {
      sum += tokens[start] ?? 0;
      if (sum > maxTokens) {
        if (start < end - 1) break;
        throw new RetentiveError(
          'OPTION_INVALID',
          `a unit of ${sum} tokens is beyond the ${maxTokens} of a segment`,
        );
      }
      const score = (best[start] ?? 0) + lengthPrior(sum) + atEnd;
      if (score >= (best[end] ?? 0)) {
        best[end] = score;
        from[end] = start;
      }
    }
  }
  const ends: number[] = [];
  for (let end = count; end > 0; end = from[end] ?? 0) ends.push(end);
  return ends.reverse();
};
