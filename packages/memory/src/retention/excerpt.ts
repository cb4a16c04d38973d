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

/** Captions as `contentText` writes them. */
const CAPTION = /\s*\[(?:image|audio|file): [^\]]*\]\s*/gu;

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

/** All of a chunk that is no caption; undefined where that is nothing, or all of it. */
const withoutCaptions = ({ text }: Chunk): readonly Segment[] | undefined => {
  const segments: Segment[] = [];
  const add = (from: number, to: number): void => {
    const said = text.slice(from, to).trimEnd();
    if (said.trim() !== '') segments.push({ start: from, end: from + said.length, text: said });
  };
  let at = 0;
  for (const { 0: caption, index } of text.matchAll(CAPTION)) {
    add(at, index);
    at = index + caption.length;
  }
  if (at === 0) return undefined;
  add(at, text.length);
  return segments.length === 0 ? undefined : segments;
};

interface Cut {
  readonly segments: readonly Segment[];
  readonly information: number;
}

const cutSpans = (
  segments: readonly Segment[],
  tokens: number,
  surprisal: SurprisalSource,
): Cut | undefined => {
  // Read on its own: what was said around it has long left the session.
  const session = surprisal.openSession();
  const characters = segments.reduce((sum, { text }) => sum + text.length, 0);
  const best = bestSpans(
    segments.map(({ text }) => ({
      text,
      pieces: session.score(text),
      tokens: (tokens * text.length) / Math.max(1, characters),
    })),
  );
  if (best === undefined) return undefined;
  return {
    information: best.share,
    segments: segments.flatMap((segment, place) =>
      (best.spans[place] ?? []).map(({ start, end }): Segment => {
        const text = segment.text.slice(start, end).trimEnd();
        return { start: segment.start + start, end: segment.start + start + text.length, text };
      }),
    ),
  };
};

/**
 * Cuts a chunk, or what is held of it, down to what it tells most with; undefined where that saves too little. Captions go
 * first, for nothing: they describe what was shown, and are not what was said. Pure; O(words).
 */
export const cutExcerpt = (
  chunk: Chunk,
  held: Excerpt | undefined,
  { surprisal, count }: ExcerptParts,
): Excerpt | undefined => {
  const { tokens: before } = held?.chunk ?? chunk;
  const length = held?.length ?? chunk.text.trimEnd().length;
  const { information, tokens: share } = held?.remainder ?? { information: 1, tokens: 1 };
  const make = ({ segments, information: left }: Cut): Excerpt | undefined => {
    const text = joinSpans(
      segments,
      segments.map((segment) => segment.text),
      length,
    );
    const tokens = count(text);
    if (tokens > (1 - LEAST_SAVED) * before) return undefined;
    return {
      chunk: { ...chunk, text, tokens },
      spans: segments.map(({ start, end }) => ({ start, end })),
      length,
      remainder: { information: information * left, tokens: (share * tokens) / before },
    };
  };
  const said = held === undefined ? withoutCaptions(chunk) : undefined;
  const uncaptioned = said === undefined ? undefined : make({ segments: said, information: 1 });
  if (uncaptioned !== undefined) return uncaptioned;
  const cut = cutSpans(segmentsOf(chunk, held), before, surprisal);
  return cut === undefined ? undefined : make(cut);
};
