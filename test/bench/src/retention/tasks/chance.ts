import { createSeededRandom } from '@retentive/core';

/** Draws for generated data; the same seed gives the same draws. */
export interface Chance {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  pick<Value>(values: readonly Value[]): Value;
}

/** Makes a {@link Chance}. */
export const createChance = (seed: number): Chance => {
  const { next } = createSeededRandom(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, pick: (values) => values[below(values.length)] as (typeof values)[number] };
};

/** Fills each `{name}` of a template with one of the words of that name. */
export const fillTemplate = (
  template: string,
  words: Readonly<Record<string, readonly string[]>>,
  { pick }: Chance,
): string => template.replace(/\{(\w+)\}/gu, (_, name: string) => pick(words[name] ?? [name]));
