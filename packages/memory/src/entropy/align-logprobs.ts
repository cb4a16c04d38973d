import type { TokenLogprob } from '@retentive/core';
import { bitsOfLogprob, MAX_BITS } from './bits.ts';
import type { TokenBits } from './surprisal-source.ts';

/** Bytes that one token covers at the most, where its text is not known: what is looked through to find the next one. */
const LONGEST_TOKEN = 64;

/** Tokenizers that write words without the blanks before them leave out no more. */
const MOST_BLANKS = 8;

/** What stands for bytes that are no text: such a token says nothing of what it covers. */
const REPLACEMENT = '\ufffd';

const encoder = new TextEncoder();

/** UTF-8 of a text, and the UTF-16 offset of each byte that begins a character; -1 inside of one. */
const bytesOf = (text: string): { readonly bytes: Uint8Array; readonly units: Int32Array } => {
  const bytes = encoder.encode(text);
  const units = new Int32Array(bytes.length + 1).fill(-1);
  let unit = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if ((byte & 0xc0) === 0x80) continue;
    units[at] = unit;
    unit += byte >= 0xf0 ? 2 : 1;
  }
  units[bytes.length] = text.length;
  return { bytes, units };
};

/** Undefined where nobody can tell; empty for a mark that is no text. */
const bytesOfToken = ({ token, bytes }: TokenLogprob): ArrayLike<number> | undefined => {
  if (bytes !== undefined) return bytes;
  return token.includes(REPLACEMENT) || !token.isWellFormed() ? undefined : encoder.encode(token);
};

const isBlank = (byte: number | undefined): boolean =>
  byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13);

const standsAt = (text: Uint8Array, at: number, token: ArrayLike<number>): boolean => {
  if (at + token.length > text.length) return false;
  for (let index = 0; index < token.length; index += 1) if (text[at + index] !== token[index]) return false;
  return true;
};

/**
 * What a model streamed as pieces of `text`, with their bits. Tokens that share a character become one piece, which costs what they
 * cost together, and blanks that a token leaves out are part of it; tokens that are no text (marks of an end) are left out; where text and tokens part, as after trimming, the text
 * up to where they meet again is one piece. Sentinels cost 16 bits. O(n).
 */
export const alignLogprobs = (text: string, tokens: readonly TokenLogprob[]): readonly TokenBits[] => {
  const { bytes, units } = bytesOf(text);
  const known = tokens.map(bytesOfToken);
  const pieces: TokenBits[] = [];
  /** Bytes that are told of, those of them that stand in a piece, and the bits of the rest. */
  let [reached, closed, bits, skipped] = [0, 0, 0, 0];

  const close = (): void => {
    const [start, end] = [units[closed] as number, units[reached] as number];
    if (end < 0) return;
    if (end > start) pieces.push({ start, end, bits: Math.min(MAX_BITS, bits) });
    [closed, bits] = [reached, 0];
  };

  /** Where a token stands, from where the text is told of: at once, or behind what skipped tokens may cover. */
  const findToken = (index: number): number => {
    const token = known[index];
    if (token === undefined || token.length === 0) return -1;
    const next = known[index + 1];
    if (skipped === 0) {
      let at = reached;
      while (!standsAt(bytes, at, token) && isBlank(bytes[at]) && at < reached + MOST_BLANKS) at += 1;
      return standsAt(bytes, at, token) ? at : -1;
    }
    const last = Math.min(bytes.length, reached + skipped * LONGEST_TOKEN);
    let first = -1;
    for (let at = reached; at <= last; at += 1) {
      if (!standsAt(bytes, at, token)) continue;
      if (at === reached || next === undefined || standsAt(bytes, at + token.length, next)) return at;
      if (first < 0) first = at;
    }
    return first;
  };

  for (const [index, token] of tokens.entries()) {
    const at = findToken(index);
    if (at < 0) {
      skipped += 1;
      bits += bitsOfLogprob(token.logprob);
      continue;
    }
    reached = at;
    if (skipped > 0) close();
    skipped = 0;
    bits += bitsOfLogprob(token.logprob);
    reached += (known[index] as ArrayLike<number>).length;
    close();
  }
  if (skipped > 0 && reached < bytes.length) {
    reached = Math.min(bytes.length, reached + skipped * LONGEST_TOKEN);
    while ((units[reached] as number) < 0) reached += 1;
    close();
  }
  return pieces;
};
