import type { Tokenizer } from '@retentive/core';
import { compare, type Pair } from './compare.ts';
import type { AblationRow } from './schemas.ts';

/** What can be taken out. */
export const PARTS = ['surprisal', 'facts', 'core', 'vectors', 'selection', 'smoothing', 'graph'] as const;

/** The name of a part. */
export type Part = (typeof PARTS)[number];

/** What measuring a part needs. */
export interface Setting {
  readonly seed: number;
  readonly tokenizer: Tokenizer;
}

/** One question's figure. */
export interface Scored {
  readonly key: string;
  readonly conversation: string;
  readonly value: number;
}

const pairUp = (whole: readonly Scored[], without: readonly Scored[]): readonly Pair[] => {
  const known = new Map(without.map(({ key, value }) => [key, value]));
  return whole.flatMap(({ key, conversation, value }) => {
    const other = known.get(key);
    return other === undefined ? [] : [{ conversation, whole: value, without: other }];
  });
};

/** What a part contributes to one metric: figures of the same questions, with it and without. */
export const rowOf = (
  names: Pick<AblationRow, 'without' | 'set' | 'metric'>,
  whole: readonly Scored[],
  without: readonly Scored[],
  { seed }: Setting,
): AblationRow => {
  const pairs = pairUp(whole, without);
  const figures = compare(pairs, seed);
  return { ...names, ...figures, ...(pairs.length === 0 ? { reason: 'nothing to ask' } : {}) };
};
