import { scanPieces } from './scan.ts';

/** A run of letters or of digits. */
export interface WordSpan {
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** In lower case. */
  readonly word: string;
}

/**
 * Words of a text in order: runs of letters and runs of digits, apostrophes left out, so that `don't` gives `don` and
 * `t` as lists of spoken words count them. O(n).
 */
export const splitWords = (text: string): readonly WordSpan[] => {
  const words: WordSpan[] = [];
  scanPieces(text, (kind, start, end) => {
    if (kind === 'letters' || kind === 'digits') {
      words.push({ start, end, word: text.slice(start, end).toLowerCase() });
    }
  });
  return words;
};
