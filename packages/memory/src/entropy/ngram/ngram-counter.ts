import {
  beforeOf,
  CONTEXT_VALUES,
  CONTEXT_WIDTH,
  isTriple,
  type NGramTables,
  openContexts,
  openSymbols,
  pairHigh,
  previousOf,
  SINGLE,
  SYMBOL_WIDTH,
  symbolLow,
  tripleHigh,
} from './ngram-tables.ts';
import { compactRows, MAX_LOAD, VALUE } from './row-table.ts';

/** Counts tokens after contexts of two, one and none, inside a bound of memory. */
export interface NGramCounter {
  /** Counts one token after the two before it, the nearer one last. Amortised O(1). */
  add(before: number, previous: number, token: number): void;
  /** Bytes of its tables: the same from the first token to the last. */
  readonly bytes: number;
  /** What was counted, in less room where it fits. Nothing may be counted after it. */
  tables(): Pick<NGramTables, 'counts' | 'root' | 'countsOfCounts' | 'symbols' | 'contexts'>;
}

/** Twice as many symbols as contexts: both fill up at about the same time. */
const bytesFor = (places: number): number => places * SYMBOL_WIDTH * 4 + (places / 2) * CONTEXT_WIDTH * 4;

/** Fewer hold nothing worth counting. */
const LEAST_PLACES = 1_024;

/** Least bytes that a counter of such a vocabulary takes. */
export const leastBytes = (vocabularySize: number): number => vocabularySize * 4 + bytesFor(LEAST_PLACES);

/** Rare symbols go until this share of rows is in use, so that making room is seldom. */
const LOAD_AFTER_PRUNING = 0.5;

/** Counts of counts are kept for 1 to 4. */
const move = (counted: Uint32Array, length: number, from: number, to: number): void => {
  const at = length * CONTEXT_VALUES - 1;
  if (from >= 1 && from <= CONTEXT_VALUES) counted[at + from] = (counted[at + from] as number) - 1;
  if (to >= 1 && to <= CONTEXT_VALUES) counted[at + to] = (counted[at + to] as number) + 1;
};

/** The place of a count among the values of its context: once, twice, more. */
const kindOf = (count: number): number => Math.min(3, count);

/**
 * Makes a counter that takes at most `maxBytes`. A token is counted after the longest context and, only if it is new there, after the
 * next shorter one: online Kneser-Ney. When a table is full, the rarest symbols of the longest contexts are forgotten first.
 */
export const createNGramCounter = (vocabularySize: number, maxBytes: number): NGramCounter => {
  let places = LEAST_PLACES;
  while (vocabularySize * 4 + bytesFor(places * 2) <= maxBytes) places *= 2;
  const symbols = openSymbols(new Uint32Array(places * SYMBOL_WIDTH));
  const contexts = openContexts(new Uint32Array((places / 2) * CONTEXT_WIDTH));
  const counts = new Uint32Array(vocabularySize);
  const root = new Uint32Array(CONTEXT_VALUES);
  const countsOfCounts = new Uint32Array(3 * CONTEXT_VALUES);

  /** Notes in the values of a context, from `at`, that a symbol was counted once more. */
  const noteUse = (values: Uint32Array, at: number, length: number, count: number): void => {
    values[at] = (values[at] as number) + 1;
    const [from, to] = [kindOf(count), kindOf(count + 1)];
    if (from !== to) {
      if (from > 0) values[at + from] = (values[at + from] as number) - 1;
      values[at + to] = (values[at + to] as number) + 1;
    }
    move(countsOfCounts, length, count, count + 1);
  };

  /** True if the symbol was known in that context. */
  const count = (
    high: number,
    low: number,
    contextHigh: number,
    previous: number,
    length: number,
  ): boolean => {
    const row = symbols.place(high, low);
    const known = symbols.rows[row + VALUE] as number;
    symbols.rows[row + VALUE] = known + 1;
    noteUse(contexts.rows, contexts.place(contextHigh, previous) + VALUE, length, known);
    return known > 0;
  };

  const isAbove = (load: number): boolean =>
    symbols.size > places * load || contexts.size > (places / 2) * load;

  /** Takes the uses of a symbol from its context; one without any is none. */
  const forgetUses = (context: number, uses: number): void => {
    const { rows } = contexts;
    const at = context + VALUE;
    if (rows[at] === uses) {
      contexts.remove(context);
      return;
    }
    rows[at] = (rows[at] as number) - uses;
    rows[at + kindOf(uses)] = (rows[at + kindOf(uses)] as number) - 1;
  };

  const prune = (most: number, length: number): void => {
    const { rows } = symbols;
    symbols.removeWhere((row) => {
      const [high, low, counted] = [rows[row], rows[row + 1], rows[row + VALUE]] as unknown as [
        number,
        number,
        number,
      ];
      if (counted > most || isTriple(high) !== (length === 2)) return false;
      const previous = previousOf(high, low);
      forgetUses(contexts.find(length === 2 ? beforeOf(high) : SINGLE, previous), counted);
      move(countsOfCounts, length, counted, 0);
      return true;
    });
  };

  const makeRoom = (): void => {
    for (let most = 1; isAbove(LOAD_AFTER_PRUNING); most *= 2) {
      for (const length of [2, 1]) {
        if (isAbove(LOAD_AFTER_PRUNING)) prune(most, length);
      }
    }
  };

  return {
    bytes: vocabularySize * 4 + bytesFor(places),
    add(before, previous, token) {
      if (isAbove(MAX_LOAD)) makeRoom();
      const low = symbolLow(previous, token);
      if (count(tripleHigh(before, previous), low, before, previous, 2)) return;
      if (count(pairHigh(previous), low, SINGLE, previous, 1)) return;
      const known = counts[token] as number;
      counts[token] = known + 1;
      noteUse(root, 0, 0, known);
    },
    tables: () => ({
      counts,
      root,
      countsOfCounts,
      symbols: compactRows(symbols, SYMBOL_WIDTH),
      contexts: compactRows(contexts, CONTEXT_WIDTH),
    }),
  };
};
