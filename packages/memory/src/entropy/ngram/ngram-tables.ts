import { createRowTable, type RowTable } from './row-table.ts';

/** What an n-gram model of order 3 has counted: all that its file holds. */
export interface NGramTables {
  /** Of the {@link TokenEncoder} whose ids were counted. */
  readonly encoder: string;
  /** Token ids are below it. */
  readonly vocabularySize: number;
  /** The token between texts. */
  readonly boundary: number;
  /** Texts and tokens that were read. */
  readonly texts: number;
  readonly tokens: number;
  /** Uses of each token; those after a context that had seen it before are counted there only. */
  readonly counts: Uint32Array;
  /** {@link CONTEXT_VALUES} of the empty context. */
  readonly root: Uint32Array;
  /** By length of context, how many symbols were counted once, twice, three and four times. */
  readonly countsOfCounts: Uint32Array;
  /** Rows of key and count: a token after one or two others. */
  readonly symbols: Uint32Array;
  /** Rows of key and {@link CONTEXT_VALUES}. */
  readonly contexts: Uint32Array;
}

/** Tokens are told apart by their whole id: three of them fill a key. */
export const MAX_VOCABULARY = 2 ** 18;

/** Of a context: its uses, and how many symbols came once, twice and more often. */
export const CONTEXT_VALUES = 4;
export const SYMBOL_WIDTH = 3;
export const CONTEXT_WIDTH = 2 + CONTEXT_VALUES;

const PAIR = 1 << 27;
const TRIPLE = 1 << 28;

/** Halves of the keys of symbols: a pair and a triple never share one. */
export const pairHigh = (previous: number): number => PAIR | (previous >>> 9);
export const tripleHigh = (before: number, previous: number): number =>
  TRIPLE | (before << 9) | (previous >>> 9);
export const symbolLow = (previous: number, token: number): number => ((previous & 511) << 18) | token;
export const isTriple = (high: number): boolean => (high & TRIPLE) !== 0;

/** The context of a symbol's key. */
export const previousOf = (high: number, low: number): number => ((high & 511) << 9) | (low >>> 18);
export const beforeOf = (high: number): number => (high & (TRIPLE - 1)) >>> 9;

/** The high half of the key of a context of one token; of two it is the farther one. The low half is the nearer token. */
export const SINGLE = 1 << 18;

/** Opens the rows of symbols for look-ups. */
export const openSymbols = (rows: Uint32Array): RowTable => createRowTable(rows, SYMBOL_WIDTH);

/** Opens the rows of contexts for look-ups. */
export const openContexts = (rows: Uint32Array): RowTable => createRowTable(rows, CONTEXT_WIDTH);
