import {
  CONTEXT_VALUES,
  type NGramTables,
  openContexts,
  openSymbols,
  pairHigh,
  SINGLE,
  symbolLow,
  tripleHigh,
} from './ngram-tables.ts';
import { VALUE } from './row-table.ts';

/** A frozen model of tokens: nothing that it scores changes it. */
export interface NGramModel {
  /** Names the encoder and, by a digest, everything that was counted. */
  readonly id: string;
  /** Bytes of its tables in memory, and about those of its file. */
  readonly bytes: number;
  /** P(token | the two before it, the nearer one last). Sums to 1 over the vocabulary; never 0. */
  probability(before: number, previous: number, token: number): number;
  readonly tables: NGramTables;
}

/** Taken off a count of 1, 2, and 3 or more. */
type Discounts = readonly [once: number, twice: number, more: number];

/** Below these counts of counts an estimate is noise, and {@link FIXED_DISCOUNT} better. */
const LEAST_COUNTS = [50, 20, 10, 5] as const;
const FIXED_DISCOUNT = 0.75;
/** A discount takes something off, and less than the count. */
const DISCOUNT_RANGES = [
  [0.1, 0.95],
  [0.1, 1.9],
  [0.1, 2.9],
] as const;

/** Discounts of modified Kneser-Ney (Chen and Goodman, 1998) from counts of counts. */
const discountsOf = (counted: Uint32Array): Discounts => {
  const [once = 0, twice = 0, thrice = 0, four = 0] = counted;
  if ([once, twice, thrice, four].some((count, index) => count <= (LEAST_COUNTS[index] as number))) {
    return [FIXED_DISCOUNT, FIXED_DISCOUNT, FIXED_DISCOUNT];
  }
  const share = once / (once + 2 * twice);
  const raw = [
    1 - 2 * share * (twice / once),
    2 - 3 * share * (thrice / twice),
    3 - 4 * share * (four / thrice),
  ];
  const [a, b, c] = raw.map((value, index) => {
    const [least, most] = DISCOUNT_RANGES[index] as readonly [number, number];
    return Math.min(most, Math.max(least, value));
  }) as [number, number, number];
  return [a, b, c];
};

/** One step of interpolation; `values` from `at` are those of the context. What discounts take off goes to `shorter`. */
const interpolate = (
  values: Uint32Array,
  at: number,
  count: number,
  [once, twice, more]: Discounts,
  shorter: number,
): number => {
  const taken =
    once * (values[at + 1] as number) +
    twice * (values[at + 2] as number) +
    more * (values[at + 3] as number);
  const kept = count === 0 ? 0 : count - (count === 1 ? once : count === 2 ? twice : more);
  return (kept + taken * shorter) / (values[at] as number);
};

/**
 * Makes the model of such counts: interpolated modified Kneser-Ney of order 3. Shorter contexts hold continuation counts, since
 * a use was counted only down to the first context that had seen the token.
 */
export const createNGramModel = (tables: NGramTables, digest: string): NGramModel => {
  const { counts, root, vocabularySize } = tables;
  const symbols = openSymbols(tables.symbols);
  const contexts = openContexts(tables.contexts);
  const [none, single, pair] = [0, 1, 2].map((length) =>
    discountsOf(tables.countsOfCounts.subarray(length * CONTEXT_VALUES, (length + 1) * CONTEXT_VALUES)),
  ) as [Discounts, Discounts, Discounts];

  const countOf = (high: number, low: number): number => {
    const row = symbols.find(high, low);
    return row < 0 ? 0 : (symbols.rows[row + VALUE] as number);
  };

  return {
    id: `ngram-3:${tables.encoder}:${digest}`,
    bytes: counts.byteLength + tables.symbols.byteLength + tables.contexts.byteLength,
    tables,
    probability(before, previous, token) {
      let probability = 1 / vocabularySize;
      if (root[0] !== 0) probability = interpolate(root, 0, counts[token] as number, none, probability);
      const low = symbolLow(previous, token);
      const near = contexts.find(SINGLE, previous);
      if (near >= 0) {
        const count = countOf(pairHigh(previous), low);
        probability = interpolate(contexts.rows, near + VALUE, count, single, probability);
      }
      const far = contexts.find(before, previous);
      if (far >= 0) {
        const count = countOf(tripleHigh(before, previous), low);
        probability = interpolate(contexts.rows, far + VALUE, count, pair, probability);
      }
      return probability;
    },
  };
};
