import type { Tokenizer } from '@retentive/core';

/** A prefix of a text: UTF-16 units and tokens. */
export type Piece = readonly [length: number, tokens: number];

const isLowSurrogate = (text: string, index: number): boolean => {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
};

const isHighSurrogate = (text: string, index: number): boolean => {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit <= 0xdbff;
};

/**
 * The longest prefix within `maxTokens`, cut at white space if there is any in its second half, never inside a surrogate
 * pair. `last` says that no more text follows.
 */
export const hardCut = (text: string, last: boolean, tokenizer: Tokenizer, maxTokens: number): Piece => {
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
