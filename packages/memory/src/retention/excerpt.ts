import type { Chunk } from '@retentive/core';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import type { Remainder } from './score.ts';
import { bestSpans, joinSpans, type Span, splitSpans } from './spans.ts';

/** What the working set holds of a chunk whose whole text is in the archive: its best spans, word for word. */
export interface Excerpt {
  /** As the chunk, with the spans for text, gaps marked, and their tokens. */
  readonly chunk: Chunk;
  /** In the text of the whole chunk, white space at their ends left out. */
  readonly spans: readonly Span[];
  /** Of the whole text, UTF-16 units. */
  readonly length: number;
  readonly remainder: Remainder;
}

/** What excerpts are cut with. */
export interface ExcerptParts {
  readonly surprisal: SurprisalSource;
  readonly count: (text: string) => number;
}

/** A cut that saves less than this share of the tokens is not worth its gaps. */
const LEAST_SAVED = 0.15;

interface Segment extends Span {
  readonly text: string;
}

const segmentsOf = (chunk: Chunk, held: Excerpt | undefined): readonly Segment[] => {
  const { text } = chunk;
  if (held === undefined) return [{ start: 0, end: text.length, text }];
  const texts = splitSpans(held.chunk.text, held.spans);
  return held.spans.map(({ start, end }, place) => ({ start, end, text: texts[place] as string }));
};

/**
 * Cuts a chunk, or what is held of it, down to what it tells most with; undefined where that saves too little. Read on its
 * own, since what was said around it has long left the session. Pure; O(words).
 */
export const cutExcerpt = (
  chunk: Chunk,
  held: Excerpt | undefined,
  { surprisal, count }: ExcerptParts,
): Excerpt | undefined => {
  const segments = segmentsOf(chunk, held);
  const length = held?.length ?? chunk.text.trimEnd().length;
  const session = surprisal.openSession();
  const { tokens: before } = held?.chunk ?? chunk;
  const characters = segments.reduce((sum, { text }) => sum + text.length, 0);
  const best = bestSpans(
    segments.map(({ text }) => ({
      text,
      pieces: session.score(text),
      tokens: (before * text.length) / Math.max(1, characters),
    })),
  );
  if (best === undefined) return undefined;
  const kept = segments.flatMap((segment, place) =>
    (best.spans[place] ?? []).map(({ start, end }): Segment => {
      const text = segment.text.slice(start, end).trimEnd();
      return { start: segment.start + start, end: segment.start + start + text.length, text };
    }),
  );
  const text = joinSpans(
    kept,
    kept.map((segment) => segment.text),
    length,
  );
  const tokens = count(text);
  if (tokens > (1 - LEAST_SAVED) * before) return undefined;
  const { information, tokens: share } = held?.remainder ?? { information: 1, tokens: 1 };
  return {
    chunk: { ...chunk, text, tokens },
    spans: kept.map(({ start, end }) => ({ start, end })),
    length,
    remainder: { information: information * best.share, tokens: (share * tokens) / before },
  };
};
