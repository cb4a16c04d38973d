import { RetentiveError, type Tokenizer } from '@retentive/core';
import type { Cut } from '../journal/journal.ts';
import { createDocumentPiece } from './document-piece.ts';
import { messagePiece } from './message-piece.ts';

/** The most tokens of a chunk: longer pieces blur in ranking and cost too much at small budgets. */
export const MAX_CHUNK_TOKENS = 256;

/**
 * The most UTF-16 units of a chunk, about 5 for each token. Cuts are decided on windows of exactly this length, so
 * they do not depend on how the text was split into writes.
 */
const UNITS_PER_TOKEN = 5;

/**
 * UTF-16 units that have to follow the beginning of a chunk before its end is certain. Part of the format: which chunks
 * of a torn source any continuation would have too is told by it, whatever version has cut them.
 */
export const CERTAIN_AFTER_UNITS = MAX_CHUNK_TOKENS * UNITS_PER_TOKEN;

/** What is cut: a message as whole as it fits, or a document where its subject changes. */
export type ChunkedKind = 'message' | 'document';

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
  /** Default `message`. */
  readonly kind?: ChunkedKind | undefined;
  /** 8 or more; default {@link MAX_CHUNK_TOKENS}. */
  readonly maxTokens?: number | undefined;
  /** Offset of the first unit pushed; default 0. */
  readonly start?: number | undefined;
}

/**
 * Makes a {@link Chunker}: at most `maxTokens` tokens a chunk, never inside a surrogate pair. Messages are cut as late as
 * whole sentences fit; documents where headings, blank lines and words say that the subject changes, at some 50 to 70
 * tokens. Each cut depends on the text after the cut before it alone. @throws OPTION_INVALID
 */
export const createChunker = (options: ChunkerOptions): Chunker => {
  const { tokenizer, kind = 'message', maxTokens = MAX_CHUNK_TOKENS } = options;
  if (!Number.isInteger(maxTokens) || maxTokens < 8) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `maxTokens of a chunk must be a whole number from 8, got ${maxTokens}`,
    );
  }
  const window = maxTokens * UNITS_PER_TOKEN;
  const firstPiece = kind === 'document' ? createDocumentPiece() : messagePiece;
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
