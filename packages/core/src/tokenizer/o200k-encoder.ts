import { createPieceScanner } from './piece-scanner.ts';

/**
 * Takes one token: its id and the UTF-16 offset where it ends. One that ends inside a character ends where the one before it
 * does; the token that completes the character ends behind it.
 */
export type TokenVisitor = (token: number, end: number) => void;

/** Cuts text into the tokens of a vocabulary. */
export interface TokenEncoder {
  readonly id: string;
  /** Ids are below it. */
  readonly size: number;
  /** The token that stands between texts and is never in one. */
  readonly boundary: number;
  /** Visits the tokens of `text` in order; the last one ends at its end. */
  encode(text: string, visit: TokenVisitor): void;
}

/** Ids of o200k_base, the special ones included. */
const VOCABULARY_SIZE = 200_019;
/** `<|endoftext|>`. */
const END_OF_TEXT = 199_999;

/** Merging is quadratic in the length of a piece, so that longer ones are cut; words are shorter. */
const LONGEST_PIECE = 256;

/** Longer pieces come seldom again. Slices this short are copies, so that what is remembered keeps no text alive. */
const LONGEST_REMEMBERED = 12;
/** Some 5 MB. */
const MOST_REMEMBERED = 32_768;

interface EncodedPiece {
  readonly tokens: readonly number[];
  /** Relative to the piece. */
  readonly ends: readonly number[];
}

const utf8Length = (point: number): number =>
  point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

const byteLength = (token: string): number => {
  let bytes = 0;
  for (const character of token) bytes += utf8Length(character.codePointAt(0) as number);
  return bytes;
};

/** UTF-16 offsets where tokens of so many bytes end. */
const endsOf = (piece: string, lengths: readonly number[]): readonly number[] => {
  const ends: number[] = [];
  let units = 0;
  let bytes = 0;
  let reached = 0;
  for (const length of lengths) {
    reached += length;
    while (units < piece.length) {
      const point = piece.codePointAt(units) as number;
      if (bytes + utf8Length(point) > reached) break;
      bytes += utf8Length(point);
      units += point < 0x10000 ? 1 : 2;
    }
    ends.push(bytes === reached ? units : (ends.at(-1) ?? 0));
  }
  return ends;
};

const isInsidePair = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
};

/**
 * The tokens of o200k_base with their places. Loading reads its tables once, about 0.3 s of CPU. Spellings of special tokens are
 * plain text; lone surrogates are read as the replacement character; a piece of more than 256 units without a break is cut.
 * Linear in the length.
 */
export const openO200kEncoder = async (): Promise<TokenEncoder> => {
  const { encode } = await import('gpt-tokenizer/encoding/o200k_base');
  const { O200K_TOKEN_SPLIT_REGEX } = await import('gpt-tokenizer/encodingParams/constants');
  const { default: vocabulary } = await import('gpt-tokenizer/bpeRanks/o200k_base');
  const plain = { disallowedSpecial: new Set<string>() };
  const pieceEnd = createPieceScanner(O200K_TOKEN_SPLIT_REGEX);
  const remembered = new Map<string, EncodedPiece>();

  const encodePiece = (piece: string): EncodedPiece => {
    const tokens = encode(piece, plain);
    const lengths = tokens.map((token) => {
      const bytes = vocabulary[token] ?? '';
      return typeof bytes === 'string' ? byteLength(bytes) : bytes.length;
    });
    return { tokens, ends: endsOf(piece, lengths) };
  };

  const pieceOf = (piece: string): EncodedPiece => {
    if (piece.length > LONGEST_REMEMBERED) return encodePiece(piece);
    const known = remembered.get(piece);
    if (known !== undefined) return known;
    const made = encodePiece(piece);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(piece, made);
    return made;
  };

  return {
    id: 'o200k_base',
    size: VOCABULARY_SIZE,
    boundary: END_OF_TEXT,
    encode(given, visit) {
      const text = given.toWellFormed();
      for (let start = 0; start < text.length; ) {
        let end = Math.min(pieceEnd(text, start), start + LONGEST_PIECE);
        if (end < text.length && isInsidePair(text, end)) end += 1;
        const { tokens, ends } = pieceOf(text.slice(start, end));
        for (let at = 0; at < tokens.length; at += 1)
          visit(tokens[at] as number, start + (ends[at] as number));
        start = end;
      }
    },
  };
};
