import type { Random } from '@retentive/core';

const WORD = /\p{L}{5,}/gu;
/** Of the longer words, so many are misspelt: enough that few are left to find a text by. */
const SHARE = 0.6;

const misspellWord = (word: string, random: Random): string => {
  const at = 1 + Math.floor(random.next() * (word.length - 2));
  const kind = Math.floor(random.next() * 3);
  // Two letters change places, one is left out, or one is doubled.
  if (kind === 0) return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
  if (kind === 1) return word.slice(0, at) + word.slice(at + 1);
  return word.slice(0, at) + word[at] + word.slice(at);
};

/** A text as somebody types it in haste. The same numbers give the same mistakes. */
export const misspell = (text: string, random: Random): string =>
  text.replace(WORD, (word) => (random.next() < SHARE ? misspellWord(word, random) : word));

/** A text in another order of words and with fillers: a near-duplicate with the same words. */
export const rephrase = (text: string, random: Random): string => {
  const words = text
    .replace(/[^\p{L}\p{N}' ]+/gu, ' ')
    .split(/\s+/u)
    .filter((word) => word !== '');
  const cut = Math.floor(random.next() * words.length);
  return ['so', 'basically', ...words.slice(cut), 'and', ...words.slice(0, cut)].join(' ');
};
