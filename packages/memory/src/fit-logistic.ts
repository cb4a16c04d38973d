/** What was seen, and whether it was so. */
export interface LogisticExample {
  readonly features: readonly number[];
  readonly isPositive: boolean;
}

/** Options of {@link fitLogistic}. */
export interface FitOptions {
  /** Weights to begin with and to stay near, one for each feature. */
  readonly start: readonly number[];
  /** How strongly they are held there. */
  readonly ridge: number;
}

const MAX_STEPS = 25;
const CONVERGED = 1e-9;

/** Solves `matrix * x = vector` by elimination with pivots; `matrix` is positive definite here. */
const solve = (matrix: readonly (readonly number[])[], vector: readonly number[]): readonly number[] => {
  const size = vector.length;
  const rows = matrix.map((row, index) => [...row, vector[index] as number]);
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const top = rows[column] as number[];
    for (let row = column + 1; row < size; row += 1) {
      const factor = (rows[row]?.[column] ?? 0) / (top[column] as number);
      for (let at = column; at <= size; at += 1) (rows[row] as number[])[at]! -= factor * (top[at] as number);
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row -= 1) {
    const own = rows[row] as number[];
    let value = own[size] as number;
    for (let at = row + 1; at < size; at += 1) value -= (own[at] as number) * (solution[at] as number);
    solution[row] = value / (own[row] as number);
  }
  return solution;
};

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** The sum of `features` by their weights. */
export const weigh = (features: readonly number[], weights: readonly number[]): number =>
  features.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0);

/** Logistic regression by Newton steps, drawn to `start` by a ridge. Deterministic. O(examples * features^2). */
export const fitLogistic = (
  examples: readonly LogisticExample[],
  { start, ridge }: FitOptions,
): readonly number[] => {
  let weights = [...start];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const gradient = weights.map((weight, index) => -ridge * (weight - (start[index] ?? 0)));
    const curvature = weights.map((_, row) => weights.map((__, column) => (row === column ? ridge : 0)));
    for (const { features, isPositive } of examples) {
      const likely = sigmoid(weigh(features, weights));
      for (const [row, value] of features.entries()) {
        (gradient as number[])[row]! += ((isPositive ? 1 : 0) - likely) * value;
        for (const [column, other] of features.entries()) {
          (curvature[row] as number[])[column]! += likely * (1 - likely) * value * other;
        }
      }
    }
    const change = solve(curvature, gradient);
    weights = weights.map((weight, index) => weight + (change[index] ?? 0));
    if (Math.max(...change.map(Math.abs)) < CONVERGED) break;
  }
  return weights;
};
