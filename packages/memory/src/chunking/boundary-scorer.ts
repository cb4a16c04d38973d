/** A unit that segments are made of: a sentence, a line, a turn. */
export interface BoundaryUnit {
  readonly text: string;
  /** Who said it, where units are turns. */
  readonly speaker?: string | undefined;
  /** The unit goes on in the next one: a sentence that was too long. */
  readonly continues?: boolean | undefined;
}

/** Tells where a row of units changes its subject. Pure: the same units give the same scores. */
export interface BoundaryScorer {
  /** Name and version. */
  readonly id: string;
  /**
   * Log-odds (nats) that a segment ends after each unit but the last, one fewer than units. 0 says nothing, so scores
   * of independent scorers are added.
   */
  score(units: readonly BoundaryUnit[]): readonly number[];
}

/** The sum of what scorers say, each times its weight. */
export const combineScorers = (
  id: string,
  parts: readonly (readonly [scorer: BoundaryScorer, weight: number])[],
): BoundaryScorer => ({
  id,
  score(units) {
    const sums = new Array<number>(Math.max(0, units.length - 1)).fill(0);
    for (const [scorer, weight] of parts) {
      for (const [index, value] of scorer.score(units).entries())
        sums[index] = (sums[index] ?? 0) + weight * value;
    }
    return sums;
  },
});
