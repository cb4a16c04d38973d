/** The vocabulary of an encoding by rank: text, or bytes where they are none. */
export type Vocabulary = readonly (string | readonly number[] | undefined)[];

/** Counts the tokens of a piece, however long. */
export interface RunCounter {
  /** As {@link Tokenizer.count}, of one piece. */
  count(piece: string, limit?: number): number;
}

const NO_TOKEN = -1;
const NO_LENGTHS: readonly number[] = [];
/** Above every rank: two ranks make one number. */
const PAIR_BASE = 2 ** 20;
const PAIR_MEMO_ENTRIES = 65_536;
const BYTES_PER_CALL = 4_096;
/** The first byte of a character in UTF-8 by its number of bytes. */
const LEADS = [0, 0, 0xc0, 0xe0, 0xf0];

const encoder = new TextEncoder();

/** Bytes as a string of one character each, which a map can look up. */
const bytesKey = (bytes: readonly number[] | Uint8Array): string => {
  let key = '';
  for (let at = 0; at < bytes.length; at += BYTES_PER_CALL) {
    key += String.fromCharCode(...bytes.slice(at, at + BYTES_PER_CALL));
  }
  return key;
};

/** As `bytesKey` of the UTF-8 of a text; for short ones much faster than through an encoder. */
const textKey = (text: string): string => {
  let key = '';
  let plain = 0;
  for (let at = 0; at < text.length; at += 1) {
    const point = text.codePointAt(at) as number;
    if (point < 0x80) continue;
    key += text.slice(plain, at);
    const length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    key += String.fromCharCode((LEADS[length] as number) | (point >> (6 * (length - 1))));
    for (let rest = length - 2; rest >= 0; rest -= 1) {
      key += String.fromCharCode(0x80 | ((point >> (6 * rest)) & 0x3f));
    }
    if (length === 4) at += 1;
    plain = at + 1;
  }
  return plain === 0 ? text : key + text.slice(plain);
};

/** Tokens by their bytes, and which lengths they have by the two bytes that they end with. */
const createLexicon = (vocabulary: Vocabulary) => {
  const ranks = new Map<string, number>();
  const keys: string[] = [];
  const lengths = new Map<number, number[]>();
  let longest = 1;
  vocabulary.forEach((token, rank) => {
    if (token === undefined) return;
    const key = typeof token === 'string' ? textKey(token) : bytesKey(token);
    ranks.set(key, rank);
    keys[rank] = key;
    longest = Math.max(longest, key.length);
    if (key.length === 1) return;
    const ending = (key.charCodeAt(key.length - 2) << 8) | key.charCodeAt(key.length - 1);
    const known = lengths.get(ending);
    if (known === undefined) lengths.set(ending, [key.length]);
    else if (!known.includes(key.length)) known.push(key.length);
  });
  for (const known of lengths.values()) known.sort((a, b) => b - a);
  return { ranks, keys, lengths, longest };
};

type Lexicon = ReturnType<typeof createLexicon>;

/** Makes the test whether two tokens can stand side by side in what the encoding gives. */
const createPairTest = ({ ranks, keys }: Lexicon) => {
  /** Which two tokens the last merge of a token joined; a single byte is its own left and right. */
  const lefts = new Int32Array(keys.length).fill(NO_TOKEN);
  const rights = new Int32Array(keys.length);

  const joins = new Map<number, number>();

  const split = (token: number): void => {
    if (lefts[token] !== NO_TOKEN) return;
    const key = keys[token] as string;
    for (let length = key.length - 1; length > 0; length -= 1) {
      const left = ranks.get(key.slice(0, length)) ?? token;
      const right = ranks.get(key.slice(length)) ?? token;
      // Merges come in order of rank, so both halves are older than the whole.
      if (left >= token || right >= token || !canMeet(left, right, token)) continue;
      lefts[token] = left;
      rights[token] = right;
      return;
    }
    lefts[token] = token;
    rights[token] = token;
  };

  /** The token that a merge of the two gives, or none. */
  const join = (left: number, right: number): number => {
    const pair = left * PAIR_BASE + right;
    const known = joins.get(pair);
    if (known !== undefined) return known;
    const token = ranks.get((keys[left] as string) + (keys[right] as string)) ?? NO_TOKEN;
    if (joins.size >= PAIR_MEMO_ENTRIES) joins.clear();
    joins.set(pair, token);
    return token;
  };

  /** Whether a merge that comes before `limit` would join the two. */
  const wouldJoin = (left: number, right: number, limit: number): boolean => {
    const token = join(left, right);
    if (token === NO_TOKEN || token >= limit) return false;
    split(token);
    return lefts[token] === left && rights[token] === right;
  };

  /** Takes the half of a token that lies at the border for it. Gives what the merge came before, or nothing for a byte. */
  const undo = (sides: [number, number], side: 0 | 1): number | undefined => {
    const token = sides[side];
    split(token);
    const half = (side === 0 ? rights[token] : lefts[token]) as number;
    sides[side] = half;
    if (half === token) return undefined;
    return side === 0 ? token : token + 1;
  };

  /** Undoes merges, the latest first, and looks whether one across the border would have come before them. */
  const canMeet = (left: number, right: number, before = Number.POSITIVE_INFINITY): boolean => {
    const sides: [number, number] = [left, right];
    let limit = before;
    while (!wouldJoin(sides[0], sides[1], limit)) {
      const later = sides[0] > sides[1] ? 0 : 1;
      const undone = undo(sides, later) ?? undo(sides, later === 0 ? 1 : 0);
      if (undone === undefined) return true;
      limit = undone;
    }
    return false;
  };

  const meetings = new Map<number, boolean>();
  return (left: number, right: number): boolean => {
    const pair = left * PAIR_BASE + right;
    const known = meetings.get(pair);
    if (known !== undefined) return known;
    const can = canMeet(left, right);
    if (meetings.size >= PAIR_MEMO_ENTRIES) meetings.clear();
    meetings.set(pair, can);
    return can;
  };
};

/**
 * Makes a counter for pieces that merging would take the square of their length for. It finds the last token of every
 * prefix in turn: the one that ends there and can stand after the last token of what lies before it. Counts of prefixes of
 * the piece before are remembered, so that a search for the longest prefix within a limit costs little more than one count.
 * Linear in the length. Source: the crate `bpe` of github/rust-gems.
 */
export const createRunCounter = (vocabulary: Vocabulary): RunCounter => {
  const lexicon = createLexicon(vocabulary);
  const canMeet = createPairTest(lexicon);
  const { ranks, lengths, longest } = lexicon;
  let known = new Uint8Array(0);
  let lastTokens = new Int32Array(1);
  let counts = new Int32Array(1);
  /** Prefixes that are counted. */
  let reached = 0;

  /** Whether the prefix of `end` bytes ends with the token of its last `length` bytes; then its count is known. */
  const place = (key: string, end: number, length: number): boolean => {
    const before = end - length;
    if (before < 0) return false;
    const token = ranks.get(key.slice(before, end));
    if (token === undefined) return false;
    if (before > 0 && !canMeet(lastTokens[before] as number, token)) return false;
    lastTokens[end] = token;
    counts[end] = (counts[before] as number) + 1;
    reached = end;
    return true;
  };

  const extend = (key: string): void => {
    const end = reached + 1;
    const ending = end < 2 ? -1 : (key.charCodeAt(end - 2) << 8) | key.charCodeAt(end - 1);
    for (const length of lengths.get(ending) ?? NO_LENGTHS) if (place(key, end, length)) return;
    place(key, end, 1);
  };

  return {
    count(piece, limit = Number.POSITIVE_INFINITY) {
      const bytes = encoder.encode(piece);
      let common = 0;
      while (common < reached && common < bytes.length && bytes[common] === known[common]) common += 1;
      if (common === bytes.length) return counts[common] as number;
      reached = common;
      known = bytes;
      if (counts.length <= bytes.length) {
        const [tokens, sums] = [new Int32Array(bytes.length * 2), new Int32Array(bytes.length * 2)];
        tokens.set(lastTokens.subarray(0, reached + 1));
        sums.set(counts.subarray(0, reached + 1));
        [lastTokens, counts] = [tokens, sums];
      }
      const key = bytesKey(bytes);
      // Each count is one more than one of the `longest` before it: when those are all over the limit, so is the rest.
      let over = 0;
      for (let at = 1; at <= reached; at += 1) over = (counts[at] as number) > limit ? over + 1 : 0;
      while (reached < bytes.length) {
        if (over >= longest) return limit + 1;
        extend(key);
        over = (counts[reached] as number) > limit ? over + 1 : 0;
      }
      return counts[reached] as number;
    },
  };
};
