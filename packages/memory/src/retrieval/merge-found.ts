import type { Candidate } from './candidates.ts';
import type { FactCandidate } from './fact-candidates.ts';

/** What one wording of a question finds, best first. */
export interface Found {
  readonly candidates: readonly Candidate[];
  readonly facts: readonly FactCandidate[];
}

/** What another wording finds counts a little less than what the question itself does: it is somebody's guess. */
const OTHER_WORDING = 0.9;

const topOf = (candidates: readonly Candidate[]): number => candidates[0]?.score ?? 0;

const scaled = (candidate: Candidate, factor: number): Candidate => ({
  ...candidate,
  score: candidate.score * factor,
  parts: Object.fromEntries(Object.entries(candidate.parts).map(([name, value]) => [name, value * factor])),
});

const best = <Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  scoreOf: (item: Item) => number,
): Item[] => {
  const known = new Map<string, Item>();
  for (const item of items) {
    const before = known.get(idOf(item));
    if (before === undefined || scoreOf(item) > scoreOf(before)) known.set(idOf(item), item);
  }
  return [...known.values()].sort((a, b) => scoreOf(b) - scoreOf(a));
};

/**
 * What several wordings of one question find together. Scores of one wording mean nothing beside those of another, so that each
 * is measured by its best: that of the question itself stays as it is. Each item once, with its best score. Pure.
 */
export const mergeFound = (question: Found, others: readonly Found[], limit: number): Found => {
  if (others.length === 0) return question;
  const top = topOf(question.candidates);
  const candidates = others.flatMap((other) => {
    const own = topOf(other.candidates);
    const factor = OTHER_WORDING * (top > 0 && own > 0 ? top / own : 1);
    return other.candidates.map((candidate) => scaled(candidate, factor));
  });
  return {
    candidates: best(
      [...question.candidates, ...candidates],
      ({ chunk }) => chunk.id,
      ({ score }) => score,
    ).slice(0, limit),
    facts: best(
      [
        ...question.facts,
        ...others.flatMap(({ facts }) =>
          facts.map((fact) => ({ ...fact, score: fact.score * OTHER_WORDING })),
        ),
      ],
      ({ fact }) => fact.id,
      ({ score }) => score,
    ),
  };
};
