import { canRead, type Example, type Scope } from '@retentive/core';
import type { Analyzer } from '../index/analyzer.ts';
import type { ExampleStore } from './example-store.ts';

/** An example, and how near its input is to the query: 0 to 1. */
export interface ExampleCandidate {
  readonly example: Example;
  readonly score: number;
}

/** How examples are looked for. */
export interface ExampleReading {
  readonly scope: Scope;
  readonly analyze: Analyzer;
  /** Recorded until then, ms since epoch; undefined for all. */
  readonly until?: number | undefined;
  /** Whether it has not expired. */
  readonly isKept: (example: Example) => boolean;
}

/** Below it two questions share a common word and no more: a wrong example misleads, and none does not. */
const LEAST_SIMILARITY = 0.25;

/** Of each outcome, more than a model reads with care. */
const MOST_OF_AN_OUTCOME = 4;

/**
 * Examples whose inputs are like the query, by the cosine of their words weighted by rarity among the examples: the nearest
 * first of each outcome in turn, so that right stands beside wrong as soon as both are near (contrastive in-context learning,
 * arXiv:2501.07391). Linear in the words of all inputs.
 */
export const findExamples = (
  query: string,
  store: ExampleStore,
  { scope, analyze, isKept, until = Number.POSITIVE_INFINITY }: ExampleReading,
): readonly ExampleCandidate[] => {
  const readable = store
    .examples()
    .filter(({ example }) => canRead(scope, example.agent) && example.recordedAt <= until && isKept(example));
  const frequency = new Map<string, number>();
  for (const { terms } of readable) {
    for (const term of terms.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  }
  const weigh = (term: string): number =>
    Math.log(1 + (readable.length + 1) / ((frequency.get(term) ?? 0) + 0.5));
  const lengthOf = (terms: Iterable<string>): number =>
    Math.sqrt([...terms].reduce((sum, term) => sum + weigh(term) ** 2, 0));

  const asked = new Set(analyze(query));
  const askedLength = lengthOf(asked);
  const ranked = readable
    .map(({ example, terms }): ExampleCandidate => {
      const shared = [...asked].filter((term) => terms.has(term));
      const product = shared.reduce((sum, term) => sum + weigh(term) ** 2, 0);
      return { example, score: product === 0 ? 0 : product / (askedLength * lengthOf(terms.keys())) };
    })
    .filter(({ score }) => score >= LEAST_SIMILARITY)
    .toSorted((a, b) => b.score - a.score || b.example.recordedAt - a.example.recordedAt);
  return takeTurns(ranked);
};

/** The nearest good, the nearest bad, and so on; whichever is nearer of the two begins. */
const takeTurns = (ranked: readonly ExampleCandidate[]): readonly ExampleCandidate[] => {
  const first = ranked[0]?.example.outcome;
  const of = (isFirst: boolean): readonly ExampleCandidate[] =>
    ranked.filter(({ example }) => (example.outcome === first) === isFirst).slice(0, MOST_OF_AN_OUTCOME);
  const [nearer, other] = [of(true), of(false)];
  return Array.from({ length: MOST_OF_AN_OUTCOME }, (_, index) => [nearer[index], other[index]])
    .flat()
    .filter((candidate) => candidate !== undefined);
};
