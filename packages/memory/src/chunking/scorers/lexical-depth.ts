import { type Analyzer, createAnalyzer } from '../../index/analyzer.ts';
import type { BoundaryScorer } from '../boundary-scorer.ts';

/** Options of {@link createLexicalDepth}. */
export interface LexicalDepthOptions {
  readonly analyzer?: Analyzer | undefined;
  /** Units compared on each side; default 3. */
  readonly window?: number | undefined;
}

type Counts = ReadonlyMap<string, number>;

const addInto = (sum: Map<string, number>, counts: Counts, sign: number): void => {
  for (const [term, count] of counts) sum.set(term, (sum.get(term) ?? 0) + sign * count);
};

const cosine = (left: Counts, right: Counts, weight: (term: string) => number): number => {
  let dot = 0;
  let leftSquare = 0;
  let rightSquare = 0;
  for (const [term, count] of left) {
    const value = count * weight(term);
    leftSquare += value * value;
    dot += value * (right.get(term) ?? 0) * weight(term);
  }
  for (const [term, count] of right) rightSquare += (count * weight(term)) ** 2;
  return leftSquare === 0 || rightSquare === 0 ? 0 : dot / Math.sqrt(leftSquare * rightSquare);
};

/** Likeness of the `window` units before and after each gap: cosine of term counts by their idf in these units. */
export const gapLikeness = (terms: readonly (readonly string[])[], window: number): readonly number[] => {
  const frequency = new Map<string, number>();
  const counts = terms.map((own) => {
    const count = new Map<string, number>();
    for (const term of own) count.set(term, (count.get(term) ?? 0) + 1);
    for (const term of count.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
    return count;
  });
  const weight = (term: string): number => Math.log(1 + terms.length / (frequency.get(term) ?? 1));
  const sumOf = (from: number, to: number): Counts => {
    const sum = new Map<string, number>();
    for (let at = Math.max(0, from); at < Math.min(to, counts.length); at += 1)
      addInto(sum, counts[at] as Counts, 1);
    return sum;
  };
  return terms
    .slice(1)
    .map((_, index) =>
      cosine(sumOf(index + 1 - window, index + 1), sumOf(index + 1, index + 1 + window), weight),
    );
};

/** How far the likeness at each gap lies below the peaks on both sides (TextTiling's depth score). */
const depths = (likeness: readonly number[]): readonly number[] => {
  const climb = (at: number, step: number): number => {
    let peak = likeness[at] ?? 0;
    for (let next = at + step; next >= 0 && next < likeness.length; next += step) {
      const value = likeness[next] ?? 0;
      if (value < peak) break;
      peak = value;
    }
    return peak;
  };
  return likeness.map((value, at) => climb(at, -1) + climb(at, 1) - 2 * value);
};

/**
 * Valleys of lexical likeness (Hearst's TextTiling over this package's terms): the depth of each gap in standard
 * deviations above mean + 1, which is where TextTiling cuts. O(n * window).
 */
export const createLexicalDepth = ({
  analyzer = createAnalyzer(),
  window = 3,
}: LexicalDepthOptions = {}): BoundaryScorer => ({
  id: `lexical-depth:1:${window}`,
  score(units) {
    const found = depths(
      gapLikeness(
        units.map(({ text }) => analyzer(text)),
        window,
      ),
    );
    if (found.length === 0) return [];
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    const deviation = Math.sqrt(found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / found.length);
    // A level row has no valleys, and says nothing.
    return found.map((value) => (deviation < 1e-9 ? 0 : (value - mean) / deviation - 1));
  },
});
