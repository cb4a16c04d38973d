/** How far a chunk borrows words from its neighbours, and how much; measured flat between radius 2 and 4, and between 20 and 40 words. */
export interface Smoothing {
  /** Neighbours on each side, inside the session. */
  readonly radius: number;
  /** Weight of the words of the nearest neighbour. */
  readonly weight: number;
  /** Factor from one neighbour to the next further one. */
  readonly decay: number;
  /**
   * Words that a chunk lends at most; those of a longer one lend less each. A page of an assistant beside a short question
   * would drown its words otherwise.
   */
  readonly mostLent: number;
}

/** BM25 constants and smoothing. */
export interface LexicalOptions {
  /** Saturation of repeated words. */
  readonly k1: number;
  /** Strength of the length normaliser, 0 to 1. */
  readonly b: number;
  readonly smoothing: Smoothing;
  /** Default: of the documents in the index. */
  readonly statistics?: LexicalStatistics | undefined;
}

/** Standard BM25 constants; smoothing as measured best on long chats. */
export const DEFAULT_LEXICAL_OPTIONS: LexicalOptions = {
  k1: 1.2,
  b: 0.75,
  smoothing: { radius: 3, weight: 0.5, decay: 0.7, mostLent: 30 },
};

/** What a word weighs, where it is not to be read off the documents of the index itself. */
export interface LexicalStatistics {
  inverseDocumentFrequency(term: string): number;
  /** Mean length of documents with their neighbours' share. */
  readonly averageLength: number;
}
