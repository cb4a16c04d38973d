import type { Tokenizer } from '@retentive/core';
import type { BoundaryScorer, BoundaryUnit } from './boundary-scorer.ts';
import { createDefaultBoundaries, defaultLengthPrior } from './default-boundaries.ts';
import { type LengthPrior, segmentUnits } from './segment-units.ts';

/** Options of {@link segmentTopics}. */
export interface TopicOptions {
  readonly tokenizer: Tokenizer;
  /** Default: marks, who asks, and valleys of lexical likeness. */
  readonly scorer?: BoundaryScorer | undefined;
  /** Log-odds after each unit but the last that are added to the scorer's, such as those of a model. */
  readonly evidence?: readonly number[] | undefined;
  readonly lengthPrior?: LengthPrior | undefined;
  /** Most tokens of a topic, unless a single unit has more; default 1,024. */
  readonly maxTokens?: number | undefined;
}

/** Most tokens of a topic by default. */
const MAX_TOPIC_TOKENS = 1_024;

/**
 * Cuts a row of turns or sentences where the subject changes: the ends of the topics as counts of units, rising, the
 * last one `units.length`. Deterministic; O(n * units in `maxTokens`).
 */
export const segmentTopics = (
  units: readonly BoundaryUnit[],
  {
    tokenizer,
    scorer = createDefaultBoundaries(),
    evidence = [],
    lengthPrior = defaultLengthPrior,
    maxTokens = MAX_TOPIC_TOKENS,
  }: TopicOptions,
): readonly number[] => {
  // A turn that is longer than a topic is one by itself.
  const tokens = units.map(({ text }) => Math.min(maxTokens, tokenizer.count(text, maxTokens)));
  const scores = scorer.score(units).map((score, index) => score + (evidence[index] ?? 0));
  return segmentUnits(tokens, scores, { maxTokens, lengthPrior });
};
