import type { Random } from '@retentive/core';
import type { BenchTurn } from '../bench-data.ts';
import { analyze } from './analyze.ts';
import { type Bm25, createBm25 } from './bm25.ts';

/** Places with a positive score, best first; equal scores in order of time. */
export const rankByScore = (scores: Float64Array): readonly number[] =>
  [...scores.keys()]
    .filter((place) => (scores[place] ?? 0) > 0)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);

/** All places below `count`, in an order that `random` picks (Fisher-Yates). */
export const shuffledPlaces = (count: number, random: Random): readonly number[] => {
  const places = Array.from({ length: count }, (_, place) => place);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random.next() * (last + 1));
    [places[last], places[other]] = [places[other] as number, places[last] as number];
  }
  return places;
};

/** Terms of each turn together with those of the turn before and after it in its session. */
export const neighbourTerms = (
  turns: readonly BenchTurn[],
  terms: readonly (readonly string[])[],
): readonly (readonly string[])[] =>
  turns.map((turn, place) =>
    [place - 1, place, place + 1]
      .filter((other) => turns[other]?.session === turn.session)
      .flatMap((other) => terms[other] ?? []),
  );

/** Share of relevance against novelty, and how many candidates are compared with one another: the usual settings. */
const MMR_RELEVANCE = 0.7;
const MMR_CANDIDATES = 100;

/**
 * Maximal marginal relevance (Carbonell and Goldstein, 1998): the best of relevance less likeness to what was taken.
 * Likeness is the cosine of idf-weighted terms, relevance the score as a share of the best one.
 */
export const rankByMarginalRelevance = (
  scores: Float64Array,
  terms: readonly (readonly string[])[],
  idf: Bm25['idf'],
): readonly number[] => {
  const candidates = rankByScore(scores).slice(0, MMR_CANDIDATES);
  const best = scores[candidates[0] ?? 0] ?? 0;
  const vectors = new Map(candidates.map((place) => [place, unitVector(terms[place] ?? [], idf)]));
  const likeness = new Map(candidates.map((place) => [place, 0]));
  const taken: number[] = [];
  const open = new Set(candidates);
  while (open.size > 0) {
    let next = -1;
    let nextValue = Number.NEGATIVE_INFINITY;
    for (const place of open) {
      const relevance = (scores[place] ?? 0) / best;
      const value = MMR_RELEVANCE * relevance - (1 - MMR_RELEVANCE) * (likeness.get(place) ?? 0);
      if (value > nextValue) [next, nextValue] = [place, value];
    }
    open.delete(next);
    taken.push(next);
    const vector = vectors.get(next) as ReadonlyMap<string, number>;
    for (const place of open) {
      const other = vectors.get(place) as ReadonlyMap<string, number>;
      likeness.set(place, Math.max(likeness.get(place) ?? 0, dotProduct(vector, other)));
    }
  }
  return taken;
};

const unitVector = (terms: readonly string[], idf: Bm25['idf']): ReadonlyMap<string, number> => {
  const weights = new Map<string, number>();
  for (const term of terms) weights.set(term, (weights.get(term) ?? 0) + idf(term));
  const length = Math.hypot(...weights.values()) || 1;
  return new Map([...weights].map(([term, weight]) => [term, weight / length]));
};

const dotProduct = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number => {
  const [short, long] = a.size <= b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [term, weight] of short) sum += weight * (long.get(term) ?? 0);
  return sum;
};

/** Terms of each turn, its speaker's name among them, and BM25 over them. */
export const indexTurns = (turns: readonly BenchTurn[]) => {
  const terms = turns.map((turn) => analyze(`${turn.speaker}: ${turn.text} ${turn.caption ?? ''}`));
  return { terms, bm25: createBm25(terms) };
};
