/** A set of small whole numbers at one bit each. */
export interface PositionSet {
  readonly size: number;
  has(position: number): boolean;
  /** True when it was not there. */
  add(position: number): boolean;
  /** True when it was there. */
  delete(position: number): boolean;
  /** Base64 of its bits. */
  state(): string;
}

const BITS = 32;
const FIRST_WORDS = 32;

const countBits = (words: Uint32Array): number => {
  let count = 0;
  for (const word of words) for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
  return count;
};

/** Bytes in order, whatever the machine's is. */
const encodeWords = (words: Uint32Array): string => {
  const bytes = Buffer.alloc(words.length * 4);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word, index * 4);
  return bytes.toString('base64');
};

const decodeWords = (text: string): Uint32Array => {
  const bytes = Buffer.from(text, 'base64');
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
};

/** Makes a {@link PositionSet}, empty or as it was; it takes 1 bit for each position up to the highest, doubling. */
export const createPositionSet = (from?: string): PositionSet => {
  let words = from === undefined ? new Uint32Array(FIRST_WORDS) : decodeWords(from);
  let size = countBits(words);
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
    state: () => encodeWords(words),
  };
};
