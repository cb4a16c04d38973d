import { createEstimatingTokenizer, type Tokenizer } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createChunker, MAX_CHUNK_TOKENS } from '../../src/index.ts';

const chunksOf = (text: string, tokenizer: Tokenizer, sizes: readonly number[] = [text.length]): string[] => {
  const chunker = createChunker({ tokenizer });
  const ends: number[] = [];
  for (let at = 0, step = 0; at < text.length; step += 1) {
    const size = sizes[step % sizes.length] as number;
    ends.push(...chunker.push(text.slice(at, at + size)).map(([end]) => end));
    at += size;
  }
  ends.push(...chunker.end().map(([end]) => end));
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
};

describe('a cut inside a long sentence', () => {
  let exact: Tokenizer;
  const estimate = createEstimatingTokenizer();
  beforeAll(async () => {
    exact = await openO200kTokenizer();
  });

  it('never parts a surrogate pair, wherever it stands', () => {
    // Around the length of the window that cuts are decided on, and around the limit in tokens.
    const places = fc.oneof(fc.integer({ min: 1270, max: 1290 }), fc.integer({ min: 300, max: 1400 }));
    const fillers = fc.constantFrom('a', 'ab1-', 'word ', 'é', '雨');
    fc.assert(
      fc.property(places, fillers, fc.boolean(), fc.nat(3), (place, filler, isExact, pairs) => {
        const before = filler.repeat(Math.ceil(place / filler.length)).slice(0, place);
        const text = `${before}${'😀'.repeat(pairs + 1)}${'b'.repeat(2_000)}`;
        const chunks = chunksOf(text, isExact ? exact : estimate);
        expect(chunks.join('')).toBe(text);
        for (const chunk of chunks) expect(chunk.isWellFormed()).toBe(true);
      }),
    );
  });

  it('does not part the pair at the very edge of a window', () => {
    const text = `${'a'.repeat(1279)}😀${'b'.repeat(2_000)}`;
    for (const tokenizer of [exact, estimate]) {
      for (const chunk of chunksOf(text, tokenizer)) expect(chunk.isWellFormed()).toBe(true);
    }
  });

  it('falls on white space, as far on as the limits let it', () => {
    const phrases = fc.constantFrom(
      'understanding everything ',
      'the ferry leaves ',
      'antidisestablishment ',
      'a b ',
    );
    fc.assert(
      fc.property(
        phrases,
        fc.integer({ min: 80, max: 400 }),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 }),
        (phrase, times, isExact, sizes) => {
          const tokenizer = isExact ? exact : estimate;
          const chunks = chunksOf(phrase.repeat(times), tokenizer, sizes);
          expect(chunks.join('')).toBe(phrase.repeat(times));
          for (const chunk of chunks) {
            expect(chunk).toMatch(/\s$/u);
            expect(tokenizer.count(chunk)).toBeLessThanOrEqual(MAX_CHUNK_TOKENS);
          }
          // Another phrase would have passed the limit in tokens or the window, 5 units for each token.
          for (const chunk of chunks.slice(0, -1)) {
            const longer = chunk + phrase;
            const isFull = tokenizer.count(longer) > MAX_CHUNK_TOKENS || longer.length > 5 * MAX_CHUNK_TOKENS;
            expect(isFull, `${chunk.length} characters, ${tokenizer.count(chunk)} tokens`).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
