import { RetentiveError } from '@retentive/core';
import type { Analyzer } from '../../index/analyzer.ts';
import type { BoundaryUnit } from '../boundary-scorer.ts';
import { splitSentences } from '../sentences.ts';
import { BOUNDARY_FEATURES, boundaryFeatures } from './boundary-features.ts';

/** A gap: what is seen of it, and whether a paragraph ended there. */
export interface BoundaryExample {
  readonly features: readonly number[];
  readonly isBoundary: boolean;
}

/** What the learned scorer knows: a weight for each feature, and how common boundaries were where it learned. */
export interface BoundaryWeights {
  /** In the order of the features, the bias first. */
  readonly weights: readonly number[];
  /** Log-odds of a boundary before anything is seen; taken off, so that 0 says nothing. */
  readonly prior: number;
}

/** Options of {@link trainBoundaries}. */
export interface TrainBoundariesOptions {
  /** Weights to begin with and to stay near; default none. */
  readonly from?: BoundaryWeights | undefined;
  /** How many examples `from` is worth, in units of the ridge; default 8. */
  readonly ridge?: number | undefined;
}

const RIDGE = 8;
const MAX_STEPS = 25;

/**
 * Examples from text that nobody labelled: its sentences with the paragraph breaks taken out, which are the labels
 * (SAGE's and WtP's idea). Lines of structure (headings, lists, tables, code) are left out.
 */
export const paragraphExamples = (text: string, analyzer?: Analyzer): readonly BoundaryExample[] => {
  const units: BoundaryUnit[] = [];
  const ends = new Set<number>();
  const prose = text.replace(/^(`{3,}|~{3,})[\s\S]*?^\1.*$/gmu, '');
  for (const paragraph of prose.split(/\n\s*\n/u)) {
    if (/^\s*(?:#|[-*+|>]|\d+\.\s)/u.test(paragraph)) continue;
    const sentences = splitSentences(paragraph.replace(/\s+/gu, ' ').trim()).filter(
      (each) => each.trim() !== '',
    );
    units.push(...sentences.map((each) => ({ text: each.trim() })));
    if (sentences.length > 0) ends.add(units.length);
  }
  return boundaryFeatures(units, analyzer).map((features, index) => ({
    features,
    isBoundary: ends.has(index + 1),
  }));
};

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
export const weighBoundary = (features: readonly number[], weights: readonly number[]): number =>
  features.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0);

/**
 * Logistic regression by Newton steps, drawn to `from` (or to 0) by a ridge, so that some dozens of examples adapt what
 * is known and thousands replace it. Deterministic. O(examples * features^2). @throws OPTION_INVALID without examples of
 * both kinds
 */
export const trainBoundaries = (
  examples: readonly BoundaryExample[],
  { from, ridge = RIDGE }: TrainBoundariesOptions = {},
): BoundaryWeights => {
  const positive = examples.filter(({ isBoundary }) => isBoundary).length;
  if (positive === 0 || positive === examples.length) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `boundaries are learned from gaps of both kinds, got ${positive} boundaries in ${examples.length} gaps`,
    );
  }
  const size = BOUNDARY_FEATURES.length;
  const start = from?.weights ?? new Array<number>(size).fill(0);
  let weights = [...start];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const gradient = weights.map((weight, index) => -ridge * (weight - (start[index] ?? 0)));
    const curvature = weights.map((_, row) => weights.map((__, column) => (row === column ? ridge : 0)));
    for (const { features, isBoundary } of examples) {
      const likely = sigmoid(weighBoundary(features, weights));
      for (const [row, value] of features.entries()) {
        (gradient as number[])[row]! += ((isBoundary ? 1 : 0) - likely) * value;
        for (const [column, other] of features.entries()) {
          (curvature[row] as number[])[column]! += likely * (1 - likely) * value * other;
        }
      }
    }
    const change = solve(curvature, gradient);
    weights = weights.map((weight, index) => weight + (change[index] ?? 0));
    if (Math.max(...change.map(Math.abs)) < 1e-9) break;
  }
  return { weights, prior: Math.log(positive / (examples.length - positive)) };
};
