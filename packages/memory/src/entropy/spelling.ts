/** Gives every spelling a probability; over all spellings of at least one character they sum to 1. */
export interface Spelling {
  /** P(word), for a word in lower case; 0 for the empty string. */
  probability(word: string): number;
  /** P(symbol | the two symbols before it), symbols being 0 (the end) to {@link SYMBOLS} - 1; both 0 at the start. */
  next(before: number, previous: number, symbol: number): number;
}

/** End of the word, a-z, a digit, anything else. */
export const SYMBOLS = 29;
const END = 0;
const DIGIT = 27;
const OTHER = 28;
/** Characters behind each symbol. */
const DIGITS = 10;
const OTHERS = 0x110000 - 36;
/** Imagined uses of each symbol in each context, so that nothing is impossible. */
const SMOOTHING = 0.05;

const symbolOf = (unit: number): number => {
  if (unit >= 97 && unit <= 122) return unit - 96;
  return unit >= 48 && unit <= 57 ? DIGIT : OTHER;
};

const isFirstUnit = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isSecondUnit = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

/**
 * A trigram model of letters, learned once from the spellings of `words` and frozen. It prices words that no list
 * knows, so that the words of a list and all others together form one distribution.
 */
export const createSpelling = (words: Iterable<string>): Spelling => {
  const counts = new Float64Array(SYMBOLS ** 3);
  const totals = new Float64Array(SYMBOLS ** 2);
  const learn = (context: number, symbol: number): void => {
    counts[context * SYMBOLS + symbol] = (counts[context * SYMBOLS + symbol] as number) + 1;
    totals[context] = (totals[context] as number) + 1;
  };
  for (const word of words) {
    if (word.length === 0) continue;
    let context = END;
    // By index: over the words of a whole language that takes a third of the time of an iteration.
    for (let at = 0; at < word.length; at += 1) {
      const unit = word.charCodeAt(at);
      // A character of two units is one symbol.
      if (isSecondUnit(unit) && at > 0 && isFirstUnit(word.charCodeAt(at - 1))) continue;
      const symbol = symbolOf(unit);
      learn(context, symbol);
      context = (context % SYMBOLS) * SYMBOLS + symbol;
    }
    learn(context, END);
  }
  const share = (context: number, symbol: number): number => {
    // A word has a character: at its start the end is no choice.
    if (context === 0 && symbol === END) return 0;
    const choices = context === 0 ? SYMBOLS - 1 : SYMBOLS;
    return (
      ((counts[context * SYMBOLS + symbol] as number) + SMOOTHING) /
      ((totals[context] as number) + SMOOTHING * choices)
    );
  };

  return {
    next: (before, previous, symbol) => share(before * SYMBOLS + previous, symbol),
    probability(word) {
      if (word.length === 0) return 0;
      let context = END;
      let probability = 1;
      for (const character of word) {
        const symbol = symbolOf(character.charCodeAt(0));
        probability *= share(context, symbol);
        if (symbol === DIGIT) probability /= DIGITS;
        if (symbol === OTHER) probability /= OTHERS;
        context = (context % SYMBOLS) * SYMBOLS + symbol;
      }
      return probability * share(context, END);
    },
  };
};
