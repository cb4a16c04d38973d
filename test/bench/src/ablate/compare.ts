import { createSeededRandom } from '@retentive/core';
import { mean, percentile } from '../statistics.ts';
import type { AblationRow } from './schemas.ts';

/** A metric of one question with all parts and without one. */
export interface Pair {
  readonly conversation: string;
  readonly whole: number;
  readonly without: number;
}

const RESAMPLES = 1_000;
/** Of fewer conversations a resample says little, and questions are drawn instead. */
const LEAST_CONVERSATIONS = 5;

const groupsOf = (pairs: readonly Pair[]): readonly (readonly number[])[] => {
  const differences = new Map<string, number[]>();
  for (const { conversation, whole, without } of pairs) {
    const group = differences.get(conversation);
    if (group === undefined) differences.set(conversation, [without - whole]);
    else group.push(without - whole);
  }
  const groups = [...differences.values()];
  return groups.length >= LEAST_CONVERSATIONS ? groups : groups.flat().map((difference) => [difference]);
};

/** The mean difference of pairs with its 95 % bootstrap interval (Efron 1979; percentiles). Of none, no figures. */
export const compare = (
  pairs: readonly Pair[],
  seed: number,
): Pick<AblationRow, 'value' | 'delta' | 'low' | 'high'> => {
  if (pairs.length === 0) return { value: null, delta: null, low: null, high: null };
  const random = createSeededRandom(seed);
  const groups = groupsOf(pairs);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    let count = 0;
    for (let drawn = 0; drawn < groups.length; drawn += 1) {
      const group = groups[Math.floor(random.next() * groups.length)] as readonly number[];
      for (const difference of group) sum += difference;
      count += group.length;
    }
    return sum / count;
  });
  return {
    value: mean(pairs.map(({ without }) => without)) ?? null,
    delta: mean(pairs.map(({ whole, without }) => without - whole)) ?? null,
    low: percentile(means, 0.025) ?? null,
    high: percentile(means, 0.975) ?? null,
  };
};
