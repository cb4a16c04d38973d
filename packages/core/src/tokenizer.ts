/** Counts tokens. `exact` ones agree with a model's own counting; estimates never fall below it by design. */
export interface Tokenizer {
  /** Stable name, such as `o200k_base`; stored beside counts so that a change is noticed. */
  readonly id: string;
  readonly exact: boolean;
  /** Tokens of `text`; 0 for the empty string. Special-token spellings in the text count as plain text. */
  count(text: string): number;
}

/** Share added to an estimate, so that it errs to the safe side. */
const ESTIMATE_MARGIN = 1.1;

const estimatePiece = (piece: string): number => {
  const first = piece.charCodeAt(0);
  if (first <= 32) return piece.length > 1 ? 1 : 0;
  if (first >= 48 && first <= 57) return Math.ceil(piece.length / 3);
  if (first < 128) return Math.max(1, Math.ceil(piece.length / 5));
  if (first < 0x250) return 1;
  return piece.length > 1 ? 3 : 1.25;
};

/**
 * A tokenizer without tables, for places where loading one is too much. Words count by length, numbers by groups of three,
 * other scripts and signs by their UTF-8 bytes; on mixed text it lies above o200k_base, never exact.
 */
export const createEstimatingTokenizer = (): Tokenizer => ({
  id: 'estimate',
  exact: false,
  count(text) {
    let tokens = 0;
    for (const [piece] of text.matchAll(/[A-Za-z]+|\d+|\s+|[^\sA-Za-z\d]/gu)) tokens += estimatePiece(piece);
    return Math.ceil(tokens * ESTIMATE_MARGIN);
  },
});
