import { RetentiveError } from '@retentive/core';
import { fitLogistic, weigh } from '../../fit-logistic.ts';
import type { Analyzer } from '../../index/analyzer.ts';
import type { BoundaryUnit } from '../boundary-scorer.ts';
import { splitSentences } from '../sentences.ts';
import { BOUNDARY_FEATURES, boundaryFeatures } from './boundary-features.ts';

/** A gap: what is seen of it, and whether a paragraph ended there. */
export interface BoundaryExample {
  readonly features: readonly number[];
  readonly isBoundary: boolean;
}

/** What the learned scorer knows: a weight for each feature, and how common boundaries were where it learned. */
export interface BoundaryWeights {
  /** In the order of the features, the bias first. */
  readonly weights: readonly number[];
  /** Log-odds of a boundary before anything is seen; taken off, so that 0 says nothing. */
  readonly prior: number;
}

/** Options of {@link trainBoundaries}. */
export interface TrainBoundariesOptions {
  /** Weights to begin with and to stay near; default none. */
  readonly from?: BoundaryWeights | undefined;
  /** How many examples `from` is worth, in units of the ridge; default 8. */
  readonly ridge?: number | undefined;
}

const RIDGE = 8;

/**
 * Examples from text that nobody labelled: its sentences with the paragraph breaks taken out, which are the labels
 * (SAGE's and WtP's idea). Lines of structure (headings, lists, tables, code) are left out.
 */
export const paragraphExamples = (text: string, analyzer?: Analyzer): readonly BoundaryExample[] => {
  const units: BoundaryUnit[] = [];
  const ends = new Set<number>();
  const prose = text.replace(/^(`{3,}|~{3,})[\s\S]*?^\1.*$/gmu, '');
  for (const paragraph of prose.split(/\n\s*\n/u)) {
    if (/^\s*(?:#|[-*+|>]|\d+\.\s)/u.test(paragraph)) continue;
    const sentences = splitSentences(paragraph.replace(/\s+/gu, ' ').trim()).filter(
      (each) => each.trim() !== '',
    );
    units.push(...sentences.map((each) => ({ text: each.trim() })));
    if (sentences.length > 0) ends.add(units.length);
  }
  return boundaryFeatures(units, analyzer).map((features, index) => ({
    features,
    isBoundary: ends.has(index + 1),
  }));
};

/** The sum of `features` by their weights. */
export const weighBoundary = (features: readonly number[], weights: readonly number[]): number =>
  weigh(features, weights);

/**
 * Logistic regression by Newton steps, drawn to `from` (or to 0) by a ridge, so that some dozens of examples adapt what
 * is known and thousands replace it. Deterministic. O(examples * features^2). @throws OPTION_INVALID without examples of
 * both kinds
 */
export const trainBoundaries = (
  examples: readonly BoundaryExample[],
  { from, ridge = RIDGE }: TrainBoundariesOptions = {},
): BoundaryWeights => {
  const positive = examples.filter(({ isBoundary }) => isBoundary).length;
  if (positive === 0 || positive === examples.length) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `boundaries are learned from gaps of both kinds, got ${positive} boundaries in ${examples.length} gaps`,
    );
  }
  const size = BOUNDARY_FEATURES.length;
  const start = from?.weights ?? new Array<number>(size).fill(0);
  const weights = fitLogistic(
    examples.map(({ features, isBoundary }) => ({ features, isPositive: isBoundary })),
    { start, ridge },
  );
  return { weights, prior: Math.log(positive / (examples.length - positive)) };
};
