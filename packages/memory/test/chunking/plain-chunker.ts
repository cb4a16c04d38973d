import type { Tokenizer } from '@retentive/core';
import { splitSentences } from '../../src/index.ts';

// The rules of cutting in the plainest form, every count of a whole text by itself: what the chunker must agree with.

const WINDOW_UNITS_PER_TOKEN = 5;

const longestWithin = (text: string, tokenizer: Tokenizer, maxTokens: number): number => {
  let low = 1;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tokenizer.count(text.slice(0, middle)) <= maxTokens) low = middle;
    else high = middle - 1;
  }
  return low;
};

const cutInside = (text: string, last: boolean, tokenizer: Tokenizer, maxTokens: number): number => {
  const longest = longestWithin(text, tokenizer, maxTokens);
  if (longest === text.length && last) return longest;
  const space = text.slice(0, longest).search(/\s\S*$/u);
  const cut = space > longest / 2 ? space + 1 : longest;
  const before = text.charCodeAt(cut - 1);
  const after = text.charCodeAt(cut);
  const parts =
    cut === text.length ? before >= 0xd800 && before <= 0xdbff : after >= 0xdc00 && after <= 0xdfff;
  return cut > 1 && parts ? cut - 1 : cut;
};

const firstCut = (text: string, last: boolean, tokenizer: Tokenizer, maxTokens: number): number => {
  if (last && tokenizer.count(text) <= maxTokens) return text.length;
  const sentences = splitSentences(text);
  const ends: number[] = [];
  let end = 0;
  let sum = 0;
  let paragraph = 0;
  for (const sentence of last ? sentences : sentences.slice(0, -1)) {
    sum += tokenizer.count(sentence);
    if (sum > maxTokens) break;
    end += sentence.length;
    ends.push(end);
    if (/\n\s*\n\s*$/u.test(text.slice(Math.max(0, end - 64), end))) paragraph = end;
  }
  if (paragraph > end / 2) end = paragraph;
  const fitting = ends
    .slice(0, ends.indexOf(end) + 1)
    .findLast((length) => tokenizer.count(text.slice(0, length)) <= maxTokens);
  return fitting ?? cutInside(text, last, tokenizer, maxTokens);
};

/** Where `text` is cut, and the tokens of each chunk. */
export const cutPlainly = (text: string, tokenizer: Tokenizer, maxTokens: number): [number, number][] => {
  const cuts: [number, number][] = [];
  for (let at = 0; at < text.length; ) {
    const window = text.slice(at, at + maxTokens * WINDOW_UNITS_PER_TOKEN);
    const length = firstCut(window, at + window.length === text.length, tokenizer, maxTokens);
    cuts.push([at + length, tokenizer.count(window.slice(0, length))]);
    at += length;
  }
  return cuts;
};
