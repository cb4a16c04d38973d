import type { Tokenizer } from '../tokenizer.ts';
import { createPieceScanner } from './piece-scanner.ts';
import { createRunCounter, type RunCounter } from './run-counter.ts';
import { createWordMemo } from './word-memo.ts';

export { openO200kEncoder, type TokenEncoder, type TokenVisitor } from './o200k-encoder.ts';

/** Texts shorter than this are remembered, since headings and speaker labels come again and again. */
const MEMO_LENGTH = 64;
const MEMO_ENTRIES = 4_096;

/** Longer pieces are seldom met twice. */
const LONGEST_REMEMBERED = 256;

/**
 * Longer pieces go to the counter that is linear in their length. Its tables cost 0.2 s once, so it is not made for
 * the rulers and links of usual text; where it is there, it is the faster one for shorter pieces too.
 */
const LONGEST_WORD = { before: 128, after: 32 } as const;

/**
 * A run without a break this long is counted in pieces, which bounds what is kept of it. Each piece adds at most a token
 * or so.
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
 * without a break counts in pieces, at most a token a piece too many. Linear in the length.
 */
export const openO200kTokenizer = async (): Promise<Tokenizer> => {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  const { O200K_TOKEN_SPLIT_REGEX } = await import('gpt-tokenizer/encodingParams/constants');
  const { default: vocabulary } = await import('gpt-tokenizer/bpeRanks/o200k_base');
  const plain = { disallowedSpecial: new Set<string>() };
  const pieceEnd = createPieceScanner(O200K_TOKEN_SPLIT_REGEX);
  const memo = new Map<string, number>();
  const words = createWordMemo();
  let runs: RunCounter | undefined;

  const countRun = (run: string, limit: number): number => {
    runs ??= createRunCounter(vocabulary);
    return runs.count(run, limit);
  };

  const countWord = (word: string): number =>
    word.length > (runs === undefined ? LONGEST_WORD.before : LONGEST_WORD.after)
      ? countRun(word, Number.POSITIVE_INFINITY)
      : countTokens(word, plain);

  const countPieces = (text: string, limit: number): number => {
    let tokens = 0;
    for (let start = 0; start < text.length && tokens <= limit; ) {
      const end = pieceEnd(text, start);
      tokens +=
        end - start > LONGEST_REMEMBERED
          ? countRun(text.slice(start, end), limit - tokens)
          : words.get(text, start, end, countWord);
      start = end;
    }
    return tokens;
  };

  const countLong = (text: string, limit: number): number => {
    let tokens = 0;
    for (const run of splitRuns(text)) {
      if (tokens > limit) return tokens;
      tokens += countPieces(run, limit - tokens);
    }
    return tokens;
  };

  return {
    id: 'o200k_base',
    exact: true,
    count(text, limit = Number.POSITIVE_INFINITY) {
      if (text.length === 0) return 0;
      if (text.length >= MEMO_LENGTH) return countLong(text.toWellFormed(), limit);
      const known = memo.get(text);
      if (known !== undefined) return known;
      const tokens = countPieces(text.toWellFormed(), Number.POSITIVE_INFINITY);
      if (memo.size >= MEMO_ENTRIES) memo.clear();
      memo.set(text, tokens);
      return tokens;
    },
  };
};
