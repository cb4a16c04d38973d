/** Keeps the best of many scores, to know which score is good enough. */
export interface TopScores {
  /** The worst of the best so far; -Infinity until there are `limit`. */
  readonly least: () => number;
  readonly add: (score: number) => void;
}

/** Makes an empty one for the `limit` best, 1 or more: a heap, worst on top, O(log limit) a score. */
export const createTopScores = (limit: number): TopScores => {
  const heap = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
  return {
    least: () => heap[0] as number,
    add(score) {
      if (score <= (heap[0] as number)) return;
      let at = 0;
      while (true) {
        let child = 2 * at + 1;
        if (child >= limit) break;
        if (child + 1 < limit && (heap[child + 1] as number) < (heap[child] as number)) child += 1;
        if ((heap[child] as number) >= score) break;
        heap[at] = heap[child] as number;
        at = child;
      }
      heap[at] = score;
    },
  };
};
