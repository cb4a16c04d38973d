import { createSeededRandom } from '@retentive/core';
import { mean, percentile } from './statistics.ts';

/** A value of one question, and the conversation that it belongs to. */
export interface Sample {
  readonly conversation: string;
  readonly value: number;
}

/** A mean with its 95 % interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1_000;
/** Of fewer conversations a resample says little, and questions are drawn instead. */
const LEAST_CONVERSATIONS = 5;

const clustersOf = (samples: readonly Sample[]): readonly (readonly number[])[] => {
  const clusters = new Map<string, number[]>();
  for (const { conversation, value } of samples) {
    const cluster = clusters.get(conversation);
    if (cluster === undefined) clusters.set(conversation, [value]);
    else cluster.push(value);
  }
  const values = [...clusters.values()];
  return values.length >= LEAST_CONVERSATIONS ? values : values.flat().map((value) => [value]);
};

/**
 * The mean of samples with its 95 % bootstrap interval (Efron 1979; percentiles of 1,000 resamples). Questions about one
 * conversation stand or fall together, so whole conversations are drawn; of fewer than 5 of them, single questions, and the
 * interval is then too narrow for any other conversation. The same seed gives the same interval. Undefined of no samples.
 */
export const bootstrapMean = (samples: readonly Sample[], seed: number): Interval | undefined => {
  const average = mean(samples.map(({ value }) => value));
  if (average === undefined) return undefined;
  const random = createSeededRandom(seed);
  const clusters = clustersOf(samples);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    let count = 0;
    for (let drawn = 0; drawn < clusters.length; drawn += 1) {
      const cluster = clusters[Math.floor(random.next() * clusters.length)] as readonly number[];
      for (const value of cluster) sum += value;
      count += cluster.length;
    }
    return sum / count;
  });
  return {
    mean: average,
    low: percentile(means, 0.025) ?? average,
    high: percentile(means, 0.975) ?? average,
  };
};
