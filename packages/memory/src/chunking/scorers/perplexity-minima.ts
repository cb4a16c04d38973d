import type { SurprisalSource } from '../../entropy/surprisal-source.ts';
import type { BoundaryScorer } from '../boundary-scorer.ts';

/** Log-odds of a boundary at a minimum, and elsewhere. */
const ODDS = { minimum: 1, elsewhere: -0.5 } as const;

/**
 * Places after which Meta-Chunking (arXiv 2410.12788) cuts, by the values of the units before them: strict minima of
 * which one side is at least `threshold` high, and the left edges of plateaus that were fallen to by as much. Never
 * after the first unit or the last one. Values and threshold in nats per token.
 */
export const perplexityMinima = (values: readonly number[], threshold: number): readonly number[] => {
  const places: number[] = [];
  for (let at = 1; at < values.length - 1; at += 1) {
    const value = values[at] as number;
    const fall = (values[at - 1] as number) - value;
    const rise = (values[at + 1] as number) - value;
    const isMinimum = fall > 0 && rise > 0 && (fall >= threshold || rise >= threshold);
    const isPlateau = fall > 0 && rise === 0 && fall >= threshold;
    if (isMinimum || isPlateau) places.push(at);
  }
  return places;
};

/** Options of {@link createPerplexityMinima}. */
export interface PerplexityMinimaOptions {
  readonly surprisal: SurprisalSource;
  /** Nats per token by which a minimum must lie below a neighbour; 0 or more, default 0. */
  readonly threshold?: number | undefined;
}

/**
 * Cuts after units that were easier to foretell than those around them. As good as its source: with counts of words
 * worse than lexical depth, so not among the default scorers.
 */
export const createPerplexityMinima = ({
  surprisal,
  threshold = 0,
}: PerplexityMinimaOptions): BoundaryScorer => ({
  id: `perplexity-minima:1:${surprisal.id}`,
  score(units) {
    const session = surprisal.openSession();
    const values = units.map(({ text }) => {
      const pieces = session.score(text);
      const bits = pieces.reduce((sum, piece) => sum + piece.bits, 0);
      return pieces.length === 0 ? 0 : (bits / pieces.length) * Math.LN2;
    });
    const minima = new Set(perplexityMinima(values, threshold));
    return units.slice(1).map((_, index) => (minima.has(index) ? ODDS.minimum : ODDS.elsewhere));
  },
});
