/** Remembers a number for each of many words. */
export interface WordMemo {
  /** The number of the word from `start` to `end` in `text`; `make` gives it where it is not remembered. */
  get(text: string, start: number, end: number, make: (word: string) => number): number;
}

/** Places, a power of two: several times as many as a person uses words. */
const PLACES = 32_768;
const MULTIPLIER = 0x01000193;

/**
 * Makes an empty {@link WordMemo} of bounded size: each word has one place, and the last one there stays. A word that is
 * known costs no new string, unlike a look-up in a map.
 */
export const createWordMemo = (): WordMemo => {
  const words: string[] = new Array<string>(PLACES).fill('');
  const numbers = new Int32Array(PLACES);
  return {
    get(text, start, end, make) {
      let hash = end - start;
      for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), MULTIPLIER);
      // The low bits of the product depend on the low bits of the units alone.
      const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
      const known = words[place] as string;
      if (known.length === end - start && text.startsWith(known, start)) return numbers[place] as number;
      // Joined and cut again, which copies: engines keep the whole text alive for a mere slice of it.
      const word = ` ${text.slice(start, end)}`.slice(1);
      const made = make(word);
      words[place] = word;
      numbers[place] = made;
      return made;
    },
  };
};
