import type { Tokenizer } from '../tokenizer.ts';

/** Texts shorter than this are remembered, since headings and speaker labels come again and again. */
const MEMO_LENGTH = 64;
const MEMO_ENTRIES = 4_096;

/**
 * The exact counter of o200k_base (GPT-4o and later). Loading reads its tables once, about 0.3 s of CPU.
 * Lone surrogates count as the replacement character that any encoder makes of them.
 */
export const openO200kTokenizer = async (): Promise<Tokenizer> => {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  const plain = { disallowedSpecial: new Set<string>() };
  const memo = new Map<string, number>();
  return {
    id: 'o200k_base',
    exact: true,
    count(text) {
      if (text.length === 0) return 0;
      if (text.length >= MEMO_LENGTH) return countTokens(text.toWellFormed(), plain);
      const known = memo.get(text);
      if (known !== undefined) return known;
      const tokens = countTokens(text.toWellFormed(), plain);
      if (memo.size >= MEMO_ENTRIES) memo.clear();
      memo.set(text, tokens);
      return tokens;
    },
  };
};
