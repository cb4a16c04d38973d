/** The best of many scores, to know which score is good enough: a heap, worst on top. */
export type TopScores = Float64Array;

/** Makes an empty one for the `limit` best, 1 or more. */
export const createTopScores = (limit: number): TopScores =>
  new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);

/** The worst of the best so far; -Infinity until there are as many as wanted. */
export const leastOf = (top: TopScores): number => top[0] as number;

/** Takes a score in if it is among the best; O(log limit). */
export const addScore = (top: TopScores, score: number): void => {
  if (score <= leastOf(top)) return;
  let at = 0;
  while (true) {
    let child = 2 * at + 1;
    if (child >= top.length) break;
    if (child + 1 < top.length && (top[child + 1] as number) < (top[child] as number)) child += 1;
    if ((top[child] as number) >= score) break;
    top[at] = top[child] as number;
    at = child;
  }
  top[at] = score;
};
