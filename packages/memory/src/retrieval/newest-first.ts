import { hasLetterPairs } from '../index/analyzer.ts';
import type { Candidate } from './candidates.ts';

/** Of so many of the best it is asked whether they say the same of another value: what stands behind them is seldom shown. */
const LOOKED_AT = 256;
/** Statements longer than this differ by more than a value. */
const LONGEST_TOKENS = 64;
/** Fewer words in common are no form of a statement: "yes", "thanks". */
const LEAST_WORDS = 3;

/** By when it was said, and not by when it was heard of: what is taken in from elsewhere comes later. */
const byAge = (a: Candidate, b: Candidate): number =>
  b.chunk.time - a.chunk.time || b.chunk.position - a.chunk.position;

/** Best first, and of as good ones the newest. */
export const byRank = (a: Candidate, b: Candidate): number => b.score - a.score || byAge(a, b);

/** Candidates that have the same words, but for those that no other one has; by those words. */
const alike = (
  candidates: readonly Candidate[],
  wordsOf: (candidate: Candidate) => readonly string[],
): Iterable<readonly Candidate[]> => {
  const counts = new Map<string, number>();
  for (const candidate of candidates)
    for (const word of wordsOf(candidate)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const common = wordsOf(candidate).filter((word) => (counts.get(word) as number) > 1);
    if (common.length < LEAST_WORDS) continue;
    const { role, speaker = role } = candidate.chunk;
    // What has another word of the query says another thing, and not the same of another value: the code of the gym.
    const asked = candidate.matched.toSorted().join(' ');
    const form = `${speaker}\n${common.sort().join(' ')}\n${asked}`;
    const group = groups.get(form);
    if (group === undefined) groups.set(form, [candidate]);
    else group.push(candidate);
  }
  return groups.values();
};

/**
 * Among candidates in which one speaker says the same of other values ("the code is 4711", "the code is 2893"), the newest is
 * what holds: the scores of each such group are dealt out anew, the highest to the newest. The set of scores stays as it is,
 * and candidates that are like no other keep theirs. `ranked` is best first, and so is the result. Pure.
 */
export const newestFirst = (
  ranked: readonly Candidate[],
  wordsOf: (candidate: Candidate) => readonly string[],
): readonly Candidate[] => {
  // Of letters in pairs three in common are no form either, and more would take a language's own measure.
  const short = ranked
    .slice(0, LOOKED_AT)
    .filter(({ chunk }) => chunk.tokens <= LONGEST_TOKENS && !hasLetterPairs(chunk.text));
  const dealt = new Map<Candidate, number>();
  for (const group of alike(short, wordsOf)) {
    if (group.length < 2) continue;
    const newest = group.toSorted(byAge);
    for (const [index, candidate] of newest.entries())
      dealt.set(candidate, (group[index] as Candidate).score);
  }
  if (dealt.size === 0) return ranked;
  return ranked
    .map((candidate) => {
      const score = dealt.get(candidate) ?? candidate.score;
      if (score === candidate.score) return candidate;
      return { ...candidate, score, parts: { ...candidate.parts, newest: score - candidate.score } };
    })
    .sort(byRank);
};
