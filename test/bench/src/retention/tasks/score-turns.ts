import {
  createRetentionProjection,
  type RetentionWeights,
  type SurprisalSource,
  type TokenBits,
} from '@retentive/memory';
import { mean } from '@retentive/memory/evaluation';
import type { RetainedTurn } from '../retained-turns.ts';

/** How the memory ranks a turn. */
export interface TurnScore {
  /** What the lowest of leaves first: odds of being needed, per token to a power. */
  readonly score: number;
  /** Log odds that it will be needed, whatever it costs. */
  readonly odds: number;
  /** The same as a probability. */
  readonly needed: number;
}

/** Scores of the memory's own retention for each turn of one scope, all of it heard. No sinks, nothing fades much. */
export const scoreTurns = (
  turns: readonly RetainedTurn[],
  surprisal: SurprisalSource,
  weights: RetentionWeights,
): readonly TurnScore[] => {
  const capacity = 1 + turns.reduce((sum, { tokens }) => sum + tokens, 0);
  const projection = createRetentionProjection({ surprisal, weights, capacity, sinks: 0 });
  for (const { chunks } of turns) projection.onChunks(chunks, []);
  const scores = new Map<string, TurnScore>();
  // At a capacity of one token all of them would go, so all are listed.
  for (const { chunk, score, parts } of projection.report({ capacity: 1 }).next) {
    const { size = 0, ...terms } = parts;
    scores.set(chunk, {
      score,
      odds: Object.values(terms).reduce((sum, term) => sum + term, 0),
      needed: score / Math.exp(size),
    });
  }
  return turns.map(({ chunks }) => {
    const own = chunks.flatMap(({ id }) => scores.get(id) ?? []);
    return {
      score: mean(own.map(({ score }) => score)) ?? 0,
      odds: mean(own.map(({ odds }) => odds)) ?? Number.NEGATIVE_INFINITY,
      needed: mean(own.map(({ needed }) => needed)) ?? 0,
    };
  });
};

/** Words of each turn with their bits, in sessions as they came. */
export const scorePieces = (
  turns: readonly RetainedTurn[],
  source: SurprisalSource,
): readonly (readonly TokenBits[])[] => {
  let name = '';
  let session = source.openSession();
  return turns.map(({ turn, words }) => {
    if (turn.session !== name) session = source.openSession();
    name = turn.session;
    return session.score(words);
  });
};

/** Mean bits of the words of each turn: surprisal alone. */
export const surprisalMeans = (turns: readonly RetainedTurn[], source: SurprisalSource): readonly number[] =>
  scorePieces(turns, source).map((pieces) => mean(pieces.map(({ bits }) => bits)) ?? 0);
