/** Predicts characters from the two before them, learning as it goes. */
export interface CharacterModel {
  /** P(code point | the two before it, the nearer one last). Sums to 1 over all code points; 0 is the end of a word. */
  probability(before: number, previous: number, character: number): number;
  /** Learns that `character` came there. */
  learn(before: number, previous: number, character: number): void;
}

/** Weight of the shorter context in uses (Dirichlet smoothing): below 1 a single use would count as certain. */
const BACKOFF = 2;

/** Most contexts kept; beyond it counts are halved. About 10 MB. */
const MAX_ENTRIES = 120_000;

const BASIC = 0x10000;
const ALL = 0x110000;
/** Share of characters beyond the basic plane: emoji mostly. */
const BEYOND = 1 / 16;

/** Without any text seen, characters of the basic plane are alike, and so are the others. */
const base = (character: number): number =>
  character < BASIC ? (1 - BEYOND) / BASIC : BEYOND / (ALL - BASIC);

/** Two code points and a length in one whole number below 2^53. */
const contextKey = (length: number, before: number, previous: number): number =>
  length === 0 ? 0 : length === 1 ? 1 + previous : 1 + ALL + before * ALL + previous;

interface Context {
  total: number;
  readonly counts: Map<number, number>;
}

/**
 * Makes an empty {@link CharacterModel}: contexts of 2, 1 and 0 characters, each smoothed by the next shorter one and
 * the last by a uniform base. Deterministic; bounded by halving counts.
 */
export const createCharacterModel = (maxEntries: number = MAX_ENTRIES): CharacterModel => {
  const contexts = new Map<number, Context>();
  let entries = 0;

  const age = (): void => {
    entries = 0;
    for (const [key, context] of contexts) {
      context.total = 0;
      for (const [character, count] of context.counts) {
        const half = count >> 1;
        if (half === 0) context.counts.delete(character);
        else context.counts.set(character, half);
        context.total += half;
      }
      if (context.total === 0) contexts.delete(key);
      entries += context.counts.size;
    }
  };

  const smooth = (key: number, character: number, shorter: number): number => {
    const context = contexts.get(key);
    if (context === undefined) return shorter;
    return ((context.counts.get(character) ?? 0) + BACKOFF * shorter) / (context.total + BACKOFF);
  };

  return {
    probability(before, previous, character) {
      const alone = smooth(contextKey(0, 0, 0), character, base(character));
      const paired = smooth(contextKey(1, 0, previous), character, alone);
      return smooth(contextKey(2, before, previous), character, paired);
    },
    learn(before, previous, character) {
      for (let length = 0; length <= 2; length += 1) {
        const key = contextKey(length, before, previous);
        let context = contexts.get(key);
        if (context === undefined) {
          context = { total: 0, counts: new Map() };
          contexts.set(key, context);
        }
        const count = context.counts.get(character) ?? 0;
        if (count === 0) entries += 1;
        context.counts.set(character, count + 1);
        context.total += 1;
      }
      while (entries > maxEntries) age();
    },
  };
};
