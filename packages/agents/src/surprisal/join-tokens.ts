import type { TokenLogprob } from '@retentive/core';

/** What a decoder writes for bytes that are no whole character yet. */
const INCOMPLETE = /\ufffd$/u;

/** A character has at most four bytes; what is still none after more tokens than this will not become one. */
const MOST_TOKENS = 6;

/**
 * Tokens with their text, those that share a character as one, whose log probability is their sum. `decode` gives the text of tokens that
 * stand from `from` on.
 */
export const joinTokens = (
  tokens: readonly number[],
  logprobs: readonly number[],
  decode: (tokens: number[], from: number) => string,
): readonly TokenLogprob[] => {
  const joined: TokenLogprob[] = [];
  let [from, logprob] = [0, 0];
  for (let at = 0; at < tokens.length; at += 1) {
    logprob += logprobs[at] as number;
    const token = decode(tokens.slice(from, at + 1), from);
    const isOpen = INCOMPLETE.test(token) && at + 1 < tokens.length && at + 1 - from < MOST_TOKENS;
    if (isOpen) continue;
    joined.push({ token, logprob });
    [from, logprob] = [at + 1, 0];
  }
  return joined;
};
