import type { Tokenizer } from '../tokenizer.ts';

/** Texts shorter than this are remembered, since headings and speaker labels come again and again. */
const MEMO_LENGTH = 64;
const MEMO_ENTRIES = 4_096;

/**
 * A run without a break this long is counted in pieces: merging is quadratic in the length of a run, and 100,000 equal
 * letters would hold the thread for many seconds. Each piece adds at most a token or so.
 */
const LONGEST_RUN = 1_024;
const LONG_RUN = `\\S{${LONGEST_RUN},}|\\s{${LONGEST_RUN},}`;
const RUN_PIECE = 256;

/** Text in pieces without a long run; most text is one piece. */
const splitRuns = (text: string): readonly string[] => {
  if (text.length < LONGEST_RUN) return [text];
  const pieces: string[] = [];
  let end = 0;
  for (const { 0: run, index } of text.matchAll(new RegExp(LONG_RUN, 'gu'))) {
    if (index > end) pieces.push(text.slice(end, index));
    for (let at = 0; at < run.length; at += RUN_PIECE) pieces.push(run.slice(at, at + RUN_PIECE));
    end = index + run.length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
};

/**
 * The exact counter of o200k_base (GPT-4o and later). Loading reads its tables once, about 0.3 s of CPU.
 * Lone surrogates count as the replacement character that any encoder makes of them; a run of 1,024 characters or more
 * without a break counts in pieces, at most a token a piece too many.
 */
export const openO200kTokenizer = async (): Promise<Tokenizer> => {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  const plain = { disallowedSpecial: new Set<string>() };
  const memo = new Map<string, number>();
  const countLong = (text: string): number =>
    splitRuns(text).reduce((sum, piece) => sum + countTokens(piece, plain), 0);
  return {
    id: 'o200k_base',
    exact: true,
    count(text) {
      if (text.length === 0) return 0;
      if (text.length >= MEMO_LENGTH) return countLong(text.toWellFormed());
      const known = memo.get(text);
      if (known !== undefined) return known;
      const tokens = countTokens(text.toWellFormed(), plain);
      if (memo.size >= MEMO_ENTRIES) memo.clear();
      memo.set(text, tokens);
      return tokens;
    },
  };
};
