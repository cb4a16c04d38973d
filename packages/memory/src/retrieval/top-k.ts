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

/**
 * The `limit` best of a stream of scores, best first, ties to the lower ordinal. A heap of the best so far, worst on
 * top: O(n log limit), and most places cost one comparison.
 */
export const topK = (scored: Iterable<Scored>, limit: number): readonly Scored[] => {
  if (limit <= 0) return [];
  const heap: Scored[] = [];
  for (const item of scored) {
    if (heap.length < limit) {
      heap.push(item);
      if (heap.length === limit) for (let at = (limit >> 1) - 1; at >= 0; at -= 1) siftDown(heap, at);
    } else if (before(item, heap[0] as Scored)) {
      heap[0] = item;
      siftDown(heap, 0);
    }
  }
  return heap.sort((a, b) => b.score - a.score || a.ordinal - b.ordinal);
};
