import type { AskedWords } from './asked-words.ts';
import type { Candidate } from './candidates.ts';

/** From how many of the best a second hop starts. */
const STARTS = 5;

/** What a hop reads. */
export interface HopParts {
  readonly asked: AskedWords;
  /** The terms of a candidate, each once. */
  readonly wordsOf: (candidate: Candidate) => readonly string[];
}

/**
 * What a second hop adds, by position, 0 to 1: a candidate that has words of the query which one of the best lacks, and
 * shares with it rare words that the query does not have. "The doctor's birthday": one message says who the doctor is, and
 * another when that person was born. `ranked` is best first. Pure.
 */
export const secondHop = (
  ranked: readonly Candidate[],
  { asked, wordsOf }: HopParts,
): ReadonlyMap<number, number> => {
  const gains = new Map<number, number>();
  const best = ranked[0]?.score ?? 0;
  for (const start of ranked.slice(0, STARTS)) {
    const bridge = new Map<string, number>();
    let all = 0;
    for (const term of wordsOf(start)) {
      if (asked.isAsked(term)) continue;
      const rarity = asked.rarityOf(term);
      bridge.set(term, rarity);
      all += rarity;
    }
    if (all === 0) continue;
    const known = new Set(start.matched);
    /** How much of the query a candidate has that this start lacks. */
    const restOf = ({ matched }: Candidate): number => {
      const others = matched.filter((word) => !known.has(word));
      return others.length === 0 ? 0 : asked.shareOf(others);
    };
    for (const candidate of ranked) {
      const rest = candidate === start ? 0 : restOf(candidate);
      if (rest === 0) continue;
      let shared = 0;
      for (const term of wordsOf(candidate)) shared += bridge.get(term) ?? 0;
      const gain = ((start.score / best) * rest * shared) / all;
      const { position } = candidate.chunk;
      if (gain > (gains.get(position) ?? 0)) gains.set(position, gain);
    }
  }
  return gains;
};
