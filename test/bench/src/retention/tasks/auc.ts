/**
 * Probability that a value of `high` lies above one of `low`, ties counting half (area under the ROC curve); undefined
 * where one of them is empty. O(n log n).
 */
export const areaUnderCurve = (high: readonly number[], low: readonly number[]): number | undefined => {
  if (high.length === 0 || low.length === 0) return undefined;
  const all = [
    ...high.map((value) => ({ value, isHigh: true })),
    ...low.map((value) => ({ value, isHigh: false })),
  ].sort((a, b) => a.value - b.value);
  let below = 0;
  let won = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    let highs = 0;
    while (to < all.length && all[to]?.value === all[from]?.value) {
      if (all[to]?.isHigh) highs += 1;
      to += 1;
    }
    const lows = to - from - highs;
    won += highs * (below + lows / 2);
    below += lows;
    from = to;
  }
  return won / (high.length * low.length);
};
