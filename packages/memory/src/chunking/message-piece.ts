import type { Tokenizer } from '@retentive/core';
import { hardCut, type Piece } from './hard-cut.ts';
import { walkSentences } from './sentences.ts';

/**
 * The first chunk of a message: the most whole sentences that fit, or up to a blank line in the second half of them.
 * `last` says that no more text follows, so that the end of `text` is a boundary.
 */
export const messagePiece = (text: string, last: boolean, tokenizer: Tokenizer, maxTokens: number): Piece => {
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
