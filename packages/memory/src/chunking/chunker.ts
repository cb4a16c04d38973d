import { RetentiveError, type Tokenizer } from '@retentive/core';
import type { Cut } from '../journal/journal.ts';
import { splitSentences } from './sentences.ts';

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

/** The longest prefix within `maxTokens`, cut at white space if there is any in its second half. */
const hardCut = (text: string, tokenizer: Tokenizer, maxTokens: number): number => {
  let low = 1;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tokenizer.count(text.slice(0, middle)) <= maxTokens) low = middle;
    else high = middle - 1;
  }
  const space = text.slice(0, low).search(/\s\S*$/u);
  const cut = low < text.length && space > low / 2 ? space + 1 : low;
  return cut > 1 && cut < text.length && isLowSurrogate(text, cut) ? cut - 1 : cut;
};

/**
 * Where the first chunk of `text` ends: after the most whole sentences that fit, or at a blank line in the second half
 * of them. `last` says that no more text follows, so that the end of `text` is a boundary.
 */
const firstCut = (text: string, last: boolean, tokenizer: Tokenizer, maxTokens: number): number => {
  if (last && tokenizer.count(text) <= maxTokens) return text.length;
  const sentences = splitSentences(text);
  // Without its continuation the last sentence may not be over.
  const certain = last ? sentences : sentences.slice(0, -1);
  let end = 0;
  let paragraph = 0;
  for (const sentence of certain) {
    if (tokenizer.count(text.slice(0, end + sentence.length)) > maxTokens) break;
    end += sentence.length;
    if (/\n\s*\n\s*$/u.test(text.slice(0, end))) paragraph = end;
  }
  if (end === 0) return hardCut(text, tokenizer, maxTokens);
  return paragraph > end / 2 ? paragraph : end;
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

  const cutAt = (length: number): Cut => {
    const tokens = tokenizer.count(pending.slice(0, length));
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
      // One unit more than the window, so that a window is never taken for the end of the text.
      while (pending.length > window)
        cuts.push(cutAt(firstCut(pending.slice(0, window), false, tokenizer, maxTokens)));
      return cuts;
    },
    end() {
      const cuts: Cut[] = [];
      while (pending.length > 0) {
        const whole = pending.length <= window;
        cuts.push(cutAt(firstCut(pending.slice(0, window), whole, tokenizer, maxTokens)));
      }
      return cuts;
    },
  };
};
