/** A set of small whole numbers at one bit each. */
export interface PositionSet {
  readonly size: number;
  has(position: number): boolean;
  /** True when it was not there. */
  add(position: number): boolean;
  /** True when it was there. */
  delete(position: number): boolean;
}

const BITS = 32;
const FIRST_WORDS = 32;

/** Makes an empty {@link PositionSet}; it takes 1 bit for each position up to the highest, doubling. */
export const createPositionSet = (): PositionSet => {
  let words = new Uint32Array(FIRST_WORDS);
  let size = 0;
  const has = (position: number): boolean =>
    (((words[Math.floor(position / BITS)] ?? 0) >>> (position % BITS)) & 1) === 1;
  const flip = (position: number): void => {
    const word = Math.floor(position / BITS);
    words[word] = ((words[word] as number) ^ (1 << (position % BITS))) >>> 0;
  };
  return {
    get size() {
      return size;
    },
    has,
    add(position) {
      if (has(position)) return false;
      const word = Math.floor(position / BITS);
      if (word >= words.length) {
        const larger = new Uint32Array(Math.max(word + 1, words.length * 2));
        larger.set(words);
        words = larger;
      }
      flip(position);
      size += 1;
      return true;
    },
    delete(position) {
      if (!has(position)) return false;
      flip(position);
      size -= 1;
      return true;
    },
  };
};
