/** A run of letters or of digits. */
export interface WordSpan {
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** In lower case. */
  readonly word: string;
}

const WORD = /[\p{L}\p{M}]+|\p{N}+/gu;

/**
 * Words of a text in order: runs of letters and runs of digits, apostrophes left out, so that `don't` gives `don` and
 * `t` as lists of spoken words count them. O(n).
 */
export const splitWords = (text: string): readonly WordSpan[] => {
  const words: WordSpan[] = [];
  for (const match of text.matchAll(WORD)) {
    const [word] = match;
    words.push({ start: match.index, end: match.index + word.length, word: word.toLowerCase() });
  }
  return words;
};
