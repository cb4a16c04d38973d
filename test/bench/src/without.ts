import { RetentiveError } from '@retentive/core';
import { createAssembledSelector } from './ablate/assembled-selector.ts';
import { DEFAULT_WEIGHTS } from './internals.ts';
import { createRetentiveSelector, type RetentiveVariant, type StoreKind } from './retentive-selector.ts';
import type { Selector } from './selector.ts';

/** Weights that are factors: without them a factor of 1. */
const FACTORS: ReadonlySet<string> = new Set(['lexical', 'series']);

/** Sources and parts of ranking that a measurement can switch off. */
export const WITHOUT_NAMES: readonly string[] = [
  'facts',
  'graph',
  'smoothing',
  'selection',
  'weights',
  ...Object.keys(DEFAULT_WEIGHTS).filter((name) => name !== 'entity'),
];

/** Where the memory keeps its data, and its chance. */
export interface WithoutOptions {
  readonly store: StoreKind;
  readonly seed: number;
  readonly variant: RetentiveVariant;
}

/**
 * Rows `retentive:without-NAME`. `facts` is the public SDK without its extractor, `graph` one whose contexts follow no relations; the others are put together from the
 * memory's own pieces, without facts, so that their measure is `retentive:without-facts`. `all` stands for each in turn.
 * @throws OPTION_INVALID
 */
export const createWithoutSelectors = (
  names: readonly string[],
  { store, seed, variant }: WithoutOptions,
): readonly Selector[] =>
  (names.includes('all') ? WITHOUT_NAMES : names).map((without) => {
    const name = `retentive:without-${without}`;
    if (without === 'facts') {
      return createRetentiveSelector(store, seed, { ...variant, name, extractor: false });
    }
    if (without === 'graph')
      return createRetentiveSelector(store, seed, { ...variant, name, related: false });
    if (!WITHOUT_NAMES.includes(without)) {
      throw new RetentiveError(
        'OPTION_INVALID',
        `nothing called "${without}" can be left out; there are ${WITHOUT_NAMES.join(', ')}`,
      );
    }
    const off = without === 'weights' ? Object.keys(DEFAULT_WEIGHTS) : [without];
    const weights = Object.fromEntries(
      Object.entries(DEFAULT_WEIGHTS).map(([weight, value]) => [
        weight,
        off.includes(weight) ? (FACTORS.has(weight) ? 1 : 0) : value,
      ]),
    );
    return createAssembledSelector(name, {
      smoothing: without !== 'smoothing',
      selection: without !== 'selection',
      weights: { ...DEFAULT_WEIGHTS, ...weights },
    });
  });
