import { createSeededRandom } from '@retentive/core';
import { DEFAULT_RETENTION_WEIGHTS, type RetentionWeights, type SurprisalSource } from '@retentive/memory';
import { shuffledPlaces } from '../../controls/rankings.ts';
import type { RetainedTurn } from '../retained-turns.ts';
import { scoreTurns, surprisalMeans } from './score-turns.ts';

/** The term whose words stand closest to those of plain facts, taken out. */
export const WITHOUT_STANCE: RetentionWeights = { ...DEFAULT_RETENTION_WEIGHTS, stance: 0 };

/** A way to say which turns matter, higher first. */
export interface Ranking {
  readonly policy: string;
  valuesOf(turns: readonly RetainedTurn[]): readonly number[];
}

/**
 * The memory's rankings and their controls. `retentive` is what the lowest of leaves first, per token;
 * `retentive:odds` leaves out what a turn costs.
 */
export const createRankings = (surprisal: SurprisalSource, seed: number): readonly Ranking[] => {
  const without = { ...DEFAULT_RETENTION_WEIGHTS, surprisal: 0 };
  return [
    {
      policy: 'retentive',
      valuesOf: (turns) => scoreTurns(turns, surprisal, DEFAULT_RETENTION_WEIGHTS).map(({ score }) => score),
    },
    {
      policy: 'retentive:no-stance',
      valuesOf: (turns) => scoreTurns(turns, surprisal, WITHOUT_STANCE).map(({ score }) => score),
    },
    {
      policy: 'retentive:odds',
      valuesOf: (turns) => scoreTurns(turns, surprisal, DEFAULT_RETENTION_WEIGHTS).map(({ odds }) => odds),
    },
    {
      policy: 'retentive:odds-no-surprisal',
      valuesOf: (turns) => scoreTurns(turns, surprisal, without).map(({ odds }) => odds),
    },
    { policy: 'random', valuesOf: (turns) => shuffledPlaces(turns.length, createSeededRandom(seed)) },
    { policy: 'recent', valuesOf: (turns) => turns.map((_, place) => place) },
    { policy: 'shortest', valuesOf: (turns) => turns.map(({ tokens }) => -tokens) },
    { policy: 'longest', valuesOf: (turns) => turns.map(({ tokens }) => tokens) },
    { policy: 'surprisal-mean', valuesOf: (turns) => surprisalMeans(turns, surprisal) },
  ];
};
