/** A place and its score. */
export interface Scored {
  readonly ordinal: number;
  readonly score: number;
}

/** True when `a` ranks before `b`: higher score, then lower ordinal. */
const before = (a: Scored, b: Scored): boolean =>
  a.score > b.score || (a.score === b.score && a.ordinal < b.ordinal);

const siftDown = (heap: Scored[], from: number): void => {
  const moved = heap[from] as Scored;
  let at = from;
  while (true) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child] as Scored, heap[child + 1] as Scored)) child += 1;
    if (!before(moved, heap[child] as Scored)) break;
    heap[at] = heap[child] as Scored;
    at = child;
  }
  heap[at] = moved;
};

/** Collects the best of many scores: a heap, worst on top, so that most of them cost one comparison. */
export interface Best {
  /** What scores below it is not among the best; -Infinity until there are as many as wanted. */
  readonly least: number;
  add(ordinal: number, score: number): void;
  /** Best first, ties to the lower ordinal. */
  sorted(): readonly Scored[];
}

/** Makes an empty {@link Best} of the `limit` best. */
export const createBest = (limit: number): Best => {
  const heap: Scored[] = [];
  let least = limit > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return {
    get least() {
      return least;
    },
    add(ordinal, score) {
      if (score < least || limit <= 0) return;
      const item = { ordinal, score };
      if (heap.length < limit) {
        heap.push(item);
        if (heap.length < limit) return;
        for (let at = (heap.length >> 1) - 1; at >= 0; at -= 1) siftDown(heap, at);
      } else if (before(item, heap[0] as Scored)) {
        heap[0] = item;
        siftDown(heap, 0);
      }
      least = (heap[0] as Scored).score;
    },
    sorted: () => heap.toSorted((a, b) => b.score - a.score || a.ordinal - b.ordinal),
  };
};

/** The `limit` best of a stream of scores, best first, ties to the lower ordinal. O(n log limit). */
export const topK = (scored: Iterable<Scored>, limit: number): readonly Scored[] => {
  const best = createBest(limit);
  for (const { ordinal, score } of scored) best.add(ordinal, score);
  return best.sorted();
};
