import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openO200kEncoder, openO200kTokenizer, type TokenEncoder } from '../src/tokenizer/index.ts';
import type { Tokenizer } from '../src/tokenizer.ts';

let encoder: TokenEncoder;
let tokenizer: Tokenizer;
beforeAll(async () => {
  [encoder, tokenizer] = await Promise.all([openO200kEncoder(), openO200kTokenizer()]);
});

const encode = (text: string) => {
  const tokens: number[] = [];
  const ends: number[] = [];
  encoder.encode(text, (token, end) => {
    tokens.push(token);
    ends.push(end);
  });
  return { tokens, ends };
};

describe('the tokens of o200k_base', () => {
  it('are those of the vocabulary, and end where they end', () => {
    expect(encode('hello world')).toEqual({ tokens: [24_912, 2_375], ends: [5, 11] });
    expect(encode('<|endoftext|>').tokens).not.toContain(encoder.boundary);
  });

  it('are as many as are counted, cut the text in order, and never inside a character', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom('the ', 'don’t', ' 🧿𒀀', '我妹妹', "it's ", '\n\n', '12345', 'أختي', 'Straße '),
            fc.string({ unit: 'binary', maxLength: 8 }),
          ),
          { maxLength: 12 },
        ),
        (parts) => {
          const text = parts.join('');
          const { tokens, ends } = encode(text);
          expect(tokens).toHaveLength(tokenizer.count(text));
          expect(ends.toSorted((a, b) => a - b)).toEqual(ends);
          expect(ends.at(-1) ?? 0).toBe(text.length);
          const wellFormed = text.toWellFormed();
          for (const end of ends) expect(wellFormed.slice(0, end).isWellFormed()).toBe(true);
          for (const token of tokens) expect(token).toBeLessThan(encoder.size);
        },
      ),
    );
  });

  it('are found in a run without a break, in time linear in its length', () => {
    const run = 'xqzj'.repeat(5_000);
    expect(encode(run).ends.at(-1)).toBe(run.length);
    expect(encode('🎉'.repeat(3_000)).ends.at(-1)).toBe(6_000);
  });
});
