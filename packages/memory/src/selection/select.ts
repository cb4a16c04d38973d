/** Something to choose: its value and what it costs on its own and once for its group. */
export interface Option {
  /** Above 0. */
  readonly value: number;
  /** Tokens of the item itself. */
  readonly cost: number;
  /** Items of one group share one heading. */
  readonly group: string;
  /** Tokens of the group's heading, paid by its first item. */
  readonly groupCost: number;
}

/** What was chosen. */
export interface Selection {
  /** Indexes into the options, in the order they were taken. */
  readonly chosen: readonly number[];
  readonly cost: number;
  readonly utility: number;
  /** No choice within the budget has a higher sum of values, at these costs (fractional knapsack without headings). */
  readonly upperBound: number;
}

/** Spread of sizes (standard deviation of their logarithms) up to which items count as alike: chat turns. */
const ALIKE_SPREAD = 0.9;
/** Exponent gained with each unit of spread above it, and its most. */
const EXPONENT_SLOPE = 1;
const EXPONENT_LIMIT = 0.5;

/**
 * How strongly cost enters the rank, from how unequal the items are: 0 where they are alike (short and long chat turns
 * hold answers equally often), up to .5 where long answers stand beside short questions. Looks at sizes only. Pure.
 */
export const costExponent = (costs: readonly number[]): number => {
  if (costs.length < 2) return 0;
  const logarithms = costs.map((cost) => Math.log(Math.max(1, cost)));
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length;
  const variance = logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logarithms.length;
  return Math.min(EXPONENT_LIMIT, Math.max(0, (Math.sqrt(variance) - ALIKE_SPREAD) * EXPONENT_SLOPE));
};

const upperBoundOf = (options: readonly Option[], budget: number): number => {
  let left = budget;
  let bound = 0;
  for (const { value, cost } of options.toSorted((a, b) => b.value / b.cost - a.value / a.cost)) {
    if (cost <= left) {
      bound += value;
      left -= cost;
    } else {
      return bound + (value * left) / cost;
    }
  }
  return bound;
};

/** Indexes by `value / cost^exponent`, highest first; ties to the lower index. */
export const rankByValue = (
  values: readonly number[],
  costs: readonly number[],
  exponent: number,
): readonly number[] => {
  const rank = values.map((value, index) => value / Math.max(1, costs[index] as number) ** exponent);
  return rank.map((_, index) => index).sort((a, b) => (rank[b] as number) - (rank[a] as number) || a - b);
};

/**
 * Takes options by `value / cost^exponent`, best first, as long as they fit `budget`; one that does not fit is passed
 * over, and it ends where that rank is below `leastShare` of the best one. Never over the budget; ties go to the earlier
 * option; what a higher share takes a lower one takes, too. O(n log n).
 */
export const selectGreedily = (
  options: readonly Option[],
  budget: number,
  exponent: number,
  leastShare = 0,
): Selection => {
  const order = rankByValue(
    options.map(({ value }) => value),
    options.map(({ cost }) => cost),
    exponent,
  );
  const rankOf = ({ value, cost }: Option): number => value / Math.max(1, cost) ** exponent;
  const [best] = order;
  const least = best === undefined ? 0 : leastShare * rankOf(options[best] as Option);
  const groups = new Set<string>();
  const chosen: number[] = [];
  let cost = 0;
  let utility = 0;
  for (const index of order) {
    const option = options[index] as Option;
    if (rankOf(option) < least) break;
    const price = option.cost + (groups.has(option.group) ? 0 : option.groupCost);
    if (cost + price > budget) continue;
    groups.add(option.group);
    chosen.push(index);
    cost += price;
    utility += option.value;
  }
  return { chosen, cost, utility, upperBound: Math.max(utility, upperBoundOf(options, budget)) };
};
