import type { MessageSpan } from '@retentive/core';
import type { SentenceUnit } from './sentence-units.ts';

/** How much a summary may take. */
export interface SummaryLimits {
  /** Share of the episode's tokens. */
  readonly share: number;
  /** Most tokens, whatever the share. */
  readonly maxTokens: number;
}

/** A third of a talk holds what matters of it; of a long one, what a reader takes in at a glance. */
const DEFAULT_SUMMARY_LIMITS: SummaryLimits = { share: 0.35, maxTokens: 256 };

/** Tokens that a sentence costs beside its words: who said it, and when. */
const LINE_TOKENS = 8;

/** Words that a title has. */
const TITLE_WORDS = 4;

/** A sentence of a single word tells next to nothing, however short it is. */
const WORD_WEIGHT = 0.1;

/** What a sentence tells that those before it did not, as a share of what it tells, below which it repeats them. */
const LEAST_NEW_SHARE = 0.35;

/** Which third of the sentences one is in: 0, 1 or 2. */
export const thirdOf = (index: number, count: number): number => Math.min(2, Math.floor((3 * index) / count));

/** Information of each term of the episode in bits: the most that it had. How often it comes is no measure of it. */
const termBits = (units: readonly SentenceUnit[]): ReadonlyMap<string, number> => {
  const most = new Map<string, number>();
  for (const { bits } of units) {
    for (const [term, value] of bits) most.set(term, Math.max(most.get(term) ?? 0, value));
  }
  return most;
};

const sumOf = (
  terms: Iterable<string>,
  bits: ReadonlyMap<string, number>,
  without?: ReadonlySet<string>,
): number => {
  let sum = 0;
  for (const term of terms) if (without?.has(term) !== true) sum += bits.get(term) ?? 0;
  return sum;
};

/**
 * The sentences of a summary, as places among `units`, ascending: those that tell most for their tokens and what no other
 * chosen one tells, first the best of each third, so that beginning, middle and end are in it wherever there is room. At
 * least one, if there is any. Greedy cover (monotone submodular); O(units * chosen). Pure.
 */
export const extractSummary = (
  units: readonly SentenceUnit[],
  limits: SummaryLimits = DEFAULT_SUMMARY_LIMITS,
): readonly number[] => {
  const total = units.reduce((sum, { tokens }) => sum + tokens, 0);
  const room = Math.min(limits.maxTokens, Math.ceil(total * limits.share));
  const bits = termBits(units);
  const told = new Set<string>();
  const chosen: number[] = [];
  let left = room;

  const worth = (unit: SentenceUnit): number => {
    const fresh = sumOf(unit.bits.keys(), bits, told);
    if (fresh < LEAST_NEW_SHARE * sumOf(unit.bits.keys(), bits)) return 0;
    const weight = unit.bits.size < 2 ? unit.weight * WORD_WEIGHT : unit.weight;
    return (weight * fresh) / (unit.tokens + LINE_TOKENS);
  };

  const best = (isMeant: (index: number) => boolean, most: number): number | undefined => {
    let found: number | undefined;
    let top = 0;
    for (const [index, unit] of units.entries()) {
      if (unit.tokens > most || chosen.includes(index) || !isMeant(index)) continue;
      const value = worth(unit);
      if (value > top) [found, top] = [index, value];
    }
    return found;
  };

  const take = (index: number): void => {
    const unit = units[index] as SentenceUnit;
    chosen.push(index);
    left -= unit.tokens;
    for (const term of unit.bits.keys()) told.add(term);
  };

  for (const third of [0, 1, 2]) {
    const index = best((at) => thirdOf(at, units.length) === third, Math.max(left - (2 - third), 0));
    if (index !== undefined) take(index);
  }
  for (let index = best(() => true, left); index !== undefined; index = best(() => true, left)) take(index);
  if (chosen.length === 0) {
    // A summary of nothing tells nothing: one sentence is always in it.
    const index = best(() => true, Number.POSITIVE_INFINITY);
    if (index !== undefined) take(index);
  }
  return chosen.sort((a, b) => a - b);
};

/** Words that tell the episode from others: those with most information, in the order in which they were said. Pure. */
export const titleOf = (units: readonly SentenceUnit[]): readonly MessageSpan[] => {
  const bits = termBits(units);
  const ranked = [...bits]
    .filter(([term]) => !/^\p{N}/u.test(term))
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, TITLE_WORDS);
  const wanted = new Set(ranked.map(([term]) => term));
  const spans: MessageSpan[] = [];
  for (const { span, places } of units) {
    for (const [term, [start, end]] of places) {
      if (!wanted.delete(term)) continue;
      spans.push([span[0], start, end]);
    }
  }
  return spans;
};

/** How much of the first, middle and last third of the sentences `told` tells, by information, 0..1; 1 of nothing. Pure. */
export const coverageOf = (units: readonly SentenceUnit[], told: ReadonlySet<string>): readonly number[] => {
  const bits = termBits(units);
  return [0, 1, 2].map((third) => {
    const terms = new Set(
      units.flatMap((unit, index) => (thirdOf(index, units.length) === third ? [...unit.bits.keys()] : [])),
    );
    const all = sumOf(terms, bits);
    const missing = sumOf(terms, bits, told);
    return all === 0 ? 1 : Math.round((100 * (all - missing)) / all) / 100;
  });
};
