/** One piece of history that is kept or dropped whole: a message with the tool results that belong to it. */
export interface HistoryUnit {
  readonly tokens: number;
  /** True when a user message begins it, the best place for a cut. */
  readonly user: boolean;
}

/**
 * Index of the first unit to keep so that at most `limit` tokens stay. Whenever the history grows over the limit it is
 * halved, never trimmed message by message, so that the prompt's start stays the same bytes for many turns; the same
 * units give the same cuts, also after a restart. Pure; O(n).
 */
export const cutHistory = (units: readonly HistoryUnit[], limit: number): number => {
  let start = 0;
  let sum = 0;
  for (const [index, unit] of units.entries()) {
    sum += unit.tokens;
    if (sum <= limit) continue;
    while (start <= index && (sum > limit / 2 || !startsWell(units, start, index))) {
      sum -= units[start]?.tokens ?? 0;
      start += 1;
    }
  }
  return start;
};

/** A cut may fall at a user message; where none follows, anywhere. */
const startsWell = (units: readonly HistoryUnit[], start: number, end: number): boolean => {
  if (units[start]?.user) return true;
  for (let index = start + 1; index <= end; index += 1) if (units[index]?.user) return false;
  return true;
};
