/** Predicts characters from the two before them, learning as it goes. */
export interface CharacterModel {
  /** P(code point | the two before it, the nearer one last). Sums to 1 over all code points; 0 is the end of a word. */
  probability(before: number, previous: number, character: number): number;
  /** Learns that `character` came there. */
  learn(before: number, previous: number, character: number): void;
  state(): CharacterModelState;
}

/** A context: how often each character came in it, and the contexts longer by one character. */
export type CharacterModelState = readonly [
  counts: readonly (readonly [character: number, count: number])[],
  longer: readonly (readonly [character: number, context: CharacterModelState])[],
];

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

interface Context {
  total: number;
  readonly counts: Map<number, number>;
  /** The contexts that are longer by one character, by that character. */
  readonly longer: Map<number, Context>;
}

/** The contexts of two characters, where there are any. */
interface Found {
  readonly before: number;
  readonly previous: number;
  paired: Context | undefined;
  tripled: Context | undefined;
}

const createContext = (): Context => ({ total: 0, counts: new Map(), longer: new Map() });

const stateOf = ({ counts, longer }: Context): CharacterModelState => [
  [...counts],
  [...longer].map(([character, context]) => [character, stateOf(context)]),
];

const contextOf = ([counts, longer]: CharacterModelState): Context => ({
  total: counts.reduce((sum, [, count]) => sum + count, 0),
  counts: new Map(counts),
  longer: new Map(longer.map(([character, context]) => [character, contextOf(context)])),
});

const countEntries = ({ counts, longer }: Context): number => {
  let entries = counts.size;
  for (const context of longer.values()) entries += countEntries(context);
  return entries;
};

const smooth = (context: Context | undefined, character: number, shorter: number): number =>
  context === undefined
    ? shorter
    : ((context.counts.get(character) ?? 0) + BACKOFF * shorter) / (context.total + BACKOFF);

/**
 * Makes a {@link CharacterModel}, empty or as it was: contexts of 2, 1 and 0 characters, each smoothed by the next shorter one and
 * the last by a uniform base. Deterministic; bounded by halving counts.
 */
export const createCharacterModel = (
  maxEntries: number = MAX_ENTRIES,
  from?: CharacterModelState,
): CharacterModel => {
  // A tree by the nearer character first: its keys are small numbers, which a map finds in half the time of large ones.
  const root = from === undefined ? createContext() : contextOf(from);
  let entries = countEntries(root);
  /** What is learned was mostly asked for just before. */
  let last: Found | undefined;

  const find = (before: number, previous: number): Found => {
    if (last?.before === before && last.previous === previous) return last;
    const paired = root.longer.get(previous);
    const tripled = paired?.longer.get(before);
    last = { before, previous, paired, tripled };
    return last;
  };

  const halve = (context: Context): void => {
    context.total = 0;
    for (const [character, count] of context.counts) {
      const half = count >> 1;
      if (half === 0) context.counts.delete(character);
      else context.counts.set(character, half);
      context.total += half;
    }
    entries += context.counts.size;
    for (const [character, longer] of context.longer) {
      halve(longer);
      // A longer context never counted more than this one.
      if (longer.total === 0) context.longer.delete(character);
    }
  };

  const count = (context: Context, character: number): void => {
    const known = context.counts.get(character);
    if (known === undefined) entries += 1;
    context.counts.set(character, (known ?? 0) + 1);
    context.total += 1;
  };

  const longerOf = (context: Context, character: number): Context => {
    const known = context.longer.get(character);
    if (known !== undefined) return known;
    const made = createContext();
    context.longer.set(character, made);
    return made;
  };

  return {
    probability(before, previous, character) {
      const { paired, tripled } = find(before, previous);
      const alone = smooth(root, character, base(character));
      return smooth(tripled, character, smooth(paired, character, alone));
    },
    learn(before, previous, character) {
      const found = find(before, previous);
      found.paired ??= longerOf(root, previous);
      found.tripled ??= longerOf(found.paired, before);
      count(root, character);
      count(found.paired, character);
      count(found.tripled, character);
      while (entries > maxEntries) {
        entries = 0;
        last = undefined;
        halve(root);
      }
    },
    state: () => stateOf(root),
  };
};
