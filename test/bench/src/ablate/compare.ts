import { bootstrapMean, mean } from '@retentive/memory/evaluation';
import type { AblationRow } from './schemas.ts';

/** A metric of one question with all parts and without one. */
export interface Pair {
  readonly conversation: string;
  readonly whole: number;
  readonly without: number;
}

/** The mean difference of pairs with its 95 % bootstrap interval. Of none, no figures. */
export const compare = (
  pairs: readonly Pair[],
  seed: number,
): Pick<AblationRow, 'value' | 'delta' | 'low' | 'high'> => {
  const difference = bootstrapMean(
    pairs.map(({ conversation, whole, without }) => ({ conversation, value: without - whole })),
    seed,
  );
  return {
    value: mean(pairs.map(({ without }) => without)) ?? null,
    delta: difference?.mean ?? null,
    low: difference?.low ?? null,
    high: difference?.high ?? null,
  };
};
