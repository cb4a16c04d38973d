const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** UTF-16 units handed over at once: sentences are mostly shorter. */
const WINDOW = 512;

/** A sentence by the runtime's rules. */
export interface RuntimeSegment {
  readonly index: number;
  readonly segment: string;
}

/**
 * Segments of `Intl.Segmenter`, one after the other. The runtime copies its whole input for every segment, which makes
 * it quadratic; handed lines, and long ones in windows that begin at the last sure end, it is linear.
 */
export function* runtimeSegments(text: string): Generator<RuntimeSegment, void, undefined> {
  let start = 0;
  let size = WINDOW;
  while (start < text.length) {
    const limit = Math.min(text.length, start + size);
    const piece = text.slice(start, limit);
    // A line end is an end whatever follows.
    const lines = piece.lastIndexOf('\n') + 1;
    const isWhole = lines > 0 || limit === text.length;
    const window = lines > 0 ? piece.slice(0, lines) : piece;
    const found = [...segmenter.segment(window)];
    // The last one may go on beyond the window.
    const sure = isWhole ? found : found.slice(0, -1);
    for (const { index, segment } of sure) yield { index: start + index, segment };
    start += isWhole ? window.length : (found.at(-1)?.index ?? 0);
    size = sure.length > 0 ? WINDOW : 2 * size;
  }
}
