import { createEstimatingTokenizer, type Tokenizer } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createChunker, splitSentences } from '../../src/index.ts';

const words = fc.constantFrom(
  'tea',
  'Dr. Okafor',
  'said',
  '3.50',
  'yes!',
  'Really?',
  '\n',
  '\n\n',
  '  ',
  '。',
  '今日は雨です。',
  '🙂',
  '👩‍👩‍👧',
  'naïve',
  'A.',
  'e.g.',
  '```js\nlet a = 1;\n```',
  '- item',
  '"Quote."',
  '\ud800',
  'x'.repeat(40),
);
const texts = fc.array(words, { maxLength: 400 }).map((pieces) => pieces.join(' '));

const cutAll = (
  text: string,
  tokenizer: Tokenizer,
  maxTokens: number,
  sizes: readonly number[] = [],
): string[] => {
  const chunker = createChunker({ tokenizer, maxTokens });
  const ends: number[] = [];
  let at = 0;
  let step = 0;
  while (at < text.length) {
    const size = Math.max(1, sizes[step % Math.max(1, sizes.length)] ?? text.length);
    ends.push(...chunker.push(text.slice(at, at + size)).map(([end]) => end));
    at += size;
    step += 1;
  }
  ends.push(...chunker.end().map(([end]) => end));
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
};

describe('splitSentences', () => {
  it('joins to the input for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(texts, fc.string({ unit: 'binary' })),
        (text) => splitSentences(text).join('') === text,
      ),
    );
  });

  it.each([
    ['Dr. Silva called. She was late.', 2],
    ['We met at 5 p.m. on Monday. It rained.', 2],
    ['I paid 3.50 for it. Cheap!', 2],
    ['J. Smith wrote it. So did I. We laughed.', 3],
    ['今日は雨です。明日は晴れです。', 2],
    ['one line\nanother line', 2],
  ])('cuts %j into %i', (text, count) => {
    expect(splitSentences(text)).toHaveLength(count);
  });
});

describe('createChunker', () => {
  let exact: Tokenizer;
  beforeAll(async () => {
    exact = await openO200kTokenizer();
  });

  it('gives chunks that join to the input and never pass the limit', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 8, max: 64 }), (text, maxTokens) => {
        const chunks = cutAll(text, exact, maxTokens);
        expect(chunks.join('')).toBe(text);
        for (const chunk of chunks) expect(exact.count(chunk)).toBeLessThanOrEqual(maxTokens);
      }),
    );
  });

  it('cuts the same places however the text is split into writes', () => {
    const tokenizer = createEstimatingTokenizer();
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        (text, sizes) => {
          expect(cutAll(text, tokenizer, 32, sizes)).toEqual(cutAll(text, tokenizer, 32));
        },
      ),
    );
  });

  it('never parts a surrogate pair', () => {
    const chunks = cutAll('🙂'.repeat(500), exact, 16);
    for (const chunk of chunks) expect(chunk.isWellFormed()).toBe(true);
  });

  it('keeps whole sentences together where they fit', () => {
    const sentence = 'The ferry to the island leaves at noon from the old pier. ';
    for (const chunk of cutAll(sentence.repeat(60), exact, 64))
      expect(chunk.length % sentence.length).toBe(0);
  });

  it('keeps a short message in one chunk', () => {
    expect(cutAll('Hi. I moved. Twice!', exact, 256)).toHaveLength(1);
  });

  it.each([0, 7, 1.5, Number.NaN])('refuses a limit of %d tokens', (maxTokens) => {
    expect(() => createChunker({ tokenizer: exact, maxTokens })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});
