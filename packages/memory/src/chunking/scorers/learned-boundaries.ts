import { type Analyzer, createAnalyzer } from '../../index/analyzer.ts';
import type { BoundaryScorer } from '../boundary-scorer.ts';
import { boundaryFeatures } from '../learned/boundary-features.ts';
import { type BoundaryWeights, weighBoundary } from '../learned/train-boundaries.ts';

/** Options of {@link createLearnedBoundaries}. */
export interface LearnedBoundariesOptions {
  readonly weights: BoundaryWeights;
  readonly analyzer?: Analyzer | undefined;
}

/**
 * Log-odds of a paragraph break by weights that were learned from text without labels, less those before anything is
 * seen (SAGE, arXiv 2503.01713, with words in place of embeddings).
 */
export const createLearnedBoundaries = ({
  weights: { weights, prior },
  analyzer = createAnalyzer(),
}: LearnedBoundariesOptions): BoundaryScorer => ({
  id: 'learned-boundaries:1',
  score: (units) =>
    boundaryFeatures(units, analyzer).map((features) => weighBoundary(features, weights) - prior),
});
