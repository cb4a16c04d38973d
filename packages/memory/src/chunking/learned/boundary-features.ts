import { type Analyzer, createAnalyzer } from '../../index/analyzer.ts';
import type { BoundaryUnit } from '../boundary-scorer.ts';
import { gapLikeness } from '../scorers/lexical-depth.ts';

/** What is seen of a gap between two units, in this order; none of it needs a model or a mark of structure. */
export const BOUNDARY_FEATURES = [
  'bias',
  'likeness of the neighbours',
  'likeness of three units on each side',
  'share of new words',
  'refers back',
  'length before',
  'length after',
  'asks before',
  'asks after',
] as const;

/** First words that lean on what was said before. */
const REFERRING =
  /^["'“‘(]*(?:it|its|he|she|they|them|his|her|their|this|that|these|those|such|both|but|and|so|or|then|thus|therefore|however|otherwise|also|too|instead|because|yet|nor|which|there|here)\b/iu;
const QUESTION = /[?？؟]/u;

/** Units before a gap in which words count as known. */
const KNOWN_UNITS = 3;

const logLength = (text: string): number => Math.log(1 + text.trim().length) - 4;

/** One row of {@link BOUNDARY_FEATURES} for each gap, the bias first. O(units). */
export const boundaryFeatures = (
  units: readonly BoundaryUnit[],
  analyzer: Analyzer = createAnalyzer(),
): readonly (readonly number[])[] => {
  const terms = units.map(({ text }) => analyzer(text));
  const near = gapLikeness(terms, 1);
  const wide = gapLikeness(terms, KNOWN_UNITS);
  return units.slice(1).map((after, index) => {
    const known = new Set(terms.slice(Math.max(0, index + 1 - KNOWN_UNITS), index + 1).flat());
    const own = new Set(terms[index + 1]);
    const fresh = [...own].filter((term) => !known.has(term)).length;
    const before = units[index]?.text ?? '';
    return [
      1,
      near[index] ?? 0,
      wide[index] ?? 0,
      own.size === 0 ? 0.5 : fresh / own.size,
      REFERRING.test(after.text) ? 1 : 0,
      logLength(before),
      logLength(after.text),
      QUESTION.test(before) ? 1 : 0,
      QUESTION.test(after.text) ? 1 : 0,
    ];
  });
};
