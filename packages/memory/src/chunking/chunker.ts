import { RetentiveError, type Tokenizer } from '@retentive/core';
import type { Cut } from '../journal/journal.ts';
import { walkSentences } from './sentences.ts';

/** The most tokens of a chunk: longer pieces blur in ranking and cost too much at small budgets. */
export const MAX_CHUNK_TOKENS = 256;

/**
 * The most UTF-16 units of a chunk, about 5 for each token. Cuts are decided on windows of exactly this length, so
 * they do not depend on how the text was split into writes.
 */
const UNITS_PER_TOKEN = 5;

/** Chunks a stream of text: the cuts joined give the text, whatever the sizes of the pieces pushed. */
export interface Chunker {
  /** Text received and not yet cut off. */
  readonly pending: string;
  /** Takes more text; gives the cuts that it makes certain. */
  push(text: string): readonly Cut[];
  /** Cuts what is pending; the chunker is empty after it. */
  end(): readonly Cut[];
}

/** Options of {@link createChunker}. */
export interface ChunkerOptions {
  readonly tokenizer: Tokenizer;
  /** 8 or more; default {@link MAX_CHUNK_TOKENS}. */
  readonly maxTokens?: number | undefined;
  /** Offset of the first unit pushed; default 0. */
  readonly start?: number | undefined;
}

const isLowSurrogate = (text: string, index: number): boolean => {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
};

const isHighSurrogate = (text: string, index: number): boolean => {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit <= 0xdbff;
};

type Piece = readonly [length: number, tokens: number];

/** The longest prefix within `maxTokens`, cut at white space if there is any in its second half. */
const hardCut = (text: string, last: boolean, tokenizer: Tokenizer, maxTokens: number): Piece => {
  let low = 1;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tokenizer.count(text.slice(0, middle), maxTokens) <= maxTokens) low = middle;
    else high = middle - 1;
  }
  // The end of a window is a cut like any other: only the end of the whole text is not.
  if (low === text.length && last) return [low, tokenizer.count(text)];
  const space = text.slice(0, low).search(/\s\S*$/u);
  let cut = space > low / 2 ? space + 1 : low;
  if (cut > 1 && (cut === text.length ? isHighSurrogate(text, cut - 1) : isLowSurrogate(text, cut))) cut -= 1;
  return [cut, tokenizer.count(text.slice(0, cut))];
};

/**
 * The first chunk of `text`: the most whole sentences that fit, or up to a blank line in the second half of them.
 * `last` says that no more text follows, so that the end of `text` is a boundary.
 */
const firstPiece = (text: string, last: boolean, tokenizer: Tokenizer, maxTokens: number): Piece => {
  if (last) {
    const tokens = tokenizer.count(text, maxTokens);
    if (tokens <= maxTokens) return [text.length, tokens];
  }
  let end = 0;
  let sum = 0;
  let paragraph = 0;
  const ends: number[] = [];
  for (const sentence of walkSentences(text)) {
    // Without its continuation the last sentence may not be over.
    if (!last && end + sentence.length === text.length) break;
    sum += tokenizer.count(sentence, maxTokens - sum);
    if (sum > maxTokens) break;
    end += sentence.length;
    ends.push(end);
    if (/\n\s*\n\s*$/u.test(text.slice(Math.max(0, end - 64), end))) paragraph = end;
  }
  if (paragraph > end / 2) end = paragraph;
  // Counts of sentences add up to about the count of the whole; the limit is strict, so the whole is counted.
  for (let at = ends.indexOf(end); at >= 0; at -= 1) {
    const length = ends[at] as number;
    const tokens = tokenizer.count(text.slice(0, length), maxTokens);
    if (tokens <= maxTokens) return [length, tokens];
  }
  return hardCut(text, last, tokenizer, maxTokens);
};

/**
 * Makes a {@link Chunker}: sentence-aware, at most `maxTokens` tokens a chunk, never inside a sentence unless that
 * sentence is longer, never inside a surrogate pair. @throws OPTION_INVALID
 */
export const createChunker = (options: ChunkerOptions): Chunker => {
  const { tokenizer, maxTokens = MAX_CHUNK_TOKENS } = options;
  if (!Number.isInteger(maxTokens) || maxTokens < 8) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `maxTokens of a chunk must be a whole number from 8, got ${maxTokens}`,
    );
  }
  const window = maxTokens * UNITS_PER_TOKEN;
  let pending = '';
  let offset = options.start ?? 0;

  const cut = (last: boolean): Cut => {
    const [length, tokens] = firstPiece(pending.slice(0, window), last, tokenizer, maxTokens);
    pending = pending.slice(length);
    offset += length;
    return [offset, tokens];
  };

  return {
    get pending() {
      return pending;
    },
    push(text) {
      pending += text;
      const cuts: Cut[] = [];
      // More than the window, so that a window is never taken for the end of the text.
      while (pending.length > window) cuts.push(cut(false));
      return cuts;
    },
    end() {
      const cuts: Cut[] = [];
      while (pending.length > 0) cuts.push(cut(pending.length <= window));
      return cuts;
    },
  };
};
