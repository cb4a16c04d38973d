import type { NeededWords } from './needed-words.ts';

/** Longer beginnings are asked for by no pattern. */
const MAX_LENGTH = 24;

const hasOne = (beginnings: ReadonlySet<string>, words: ReadonlySet<string>): boolean => {
  for (const word of words) if (beginnings.has(word)) return true;
  return false;
};

/** Every beginning of every word of a text, in lower case. */
export const beginningsOf = (text: string): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const word of text
    .toLowerCase()
    .replaceAll('ſ', 's')
    .match(/[\p{L}\p{N}]+/gu) ?? []) {
    for (let length = Math.min(word.length, MAX_LENGTH); length > 0; length -= 1) {
      const beginning = word.slice(0, length);
      if (found.has(beginning)) break;
      found.add(beginning);
    }
  }
  return found;
};

/** Things by the words that they need: of some hundreds only a few can fit a text. */
export interface WordIndex<Item> {
  /** Those that may fit a text of which these are the beginnings of words, in their order. */
  candidates(beginnings: ReadonlySet<string>): readonly Item[];
}

/** Indexes things by the beginnings of words of which a text must have one. */
export const createWordIndex = <Item>(
  items: readonly Item[],
  needs: (item: Item) => NeededWords,
): WordIndex<Item> => {
  const build = () => {
    const byWord = new Map<string, number[]>();
    const always: number[] = [];
    for (const [place, item] of items.entries()) {
      const [telling] = needs(item);
      if (telling === undefined) always.push(place);
      for (const word of telling ?? []) byWord.set(word, [...(byWord.get(word) ?? []), place]);
    }
    return { byWord, always };
  };
  let index: ReturnType<typeof build> | undefined;
  return {
    candidates(beginnings) {
      index ??= build();
      const { byWord, always } = index;
      const places = new Set(always);
      for (const beginning of beginnings) for (const place of byWord.get(beginning) ?? []) places.add(place);
      return [...places]
        .sort((a, b) => a - b)
        .map((place) => items[place] as Item)
        .filter((item) => needs(item).every((words) => hasOne(beginnings, words)));
    },
  };
};
