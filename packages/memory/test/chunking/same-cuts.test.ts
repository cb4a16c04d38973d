import { createEstimatingTokenizer, type Tokenizer } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createChunker } from '../../src/index.ts';
import { cutPlainly } from './plain-chunker.ts';

const scraps = fc.constantFrom(
  ...[
    'The ferry leaves at noon. ',
    'Dr. Okafor said so! ',
    'antidisestablishment ',
    'a ',
    '3.50 ',
    "don't ",
    'x'.repeat(50),
  ],
  ...[
    '\n',
    '\n\n',
    '\n \n',
    '    ',
    '今日は雨です。',
    '昨天我们从北京搬到了上海',
    '龘靐齉',
    '𠀀𠀁',
    '🙂',
    '\ud800',
    '==',
    '{"a": [1, 2]}',
  ],
);
const texts = fc.oneof(
  fc.array(scraps, { maxLength: 300 }).map((pieces) => pieces.join('')),
  // One thing again and again: no sentence, no word, or nothing but line ends.
  fc.tuple(scraps, fc.nat(300)).map(([scrap, times]) => scrap.repeat(times)),
);

const cuts = (text: string, tokenizer: Tokenizer, maxTokens: number) => {
  const chunker = createChunker({ tokenizer, maxTokens });
  return [...chunker.push(text), ...chunker.end()];
};

describe('the cuts of the chunker', () => {
  let exact: Tokenizer;
  beforeAll(async () => {
    exact = await openO200kTokenizer();
  });

  it('are those of the plain rules', () => {
    const estimate = createEstimatingTokenizer();
    fc.assert(
      fc.property(texts, fc.integer({ min: 8, max: 256 }), (text, maxTokens) => {
        for (const tokenizer of [exact, estimate]) {
          expect(cuts(text, tokenizer, maxTokens)).toEqual(cutPlainly(text, tokenizer, maxTokens));
        }
      }),
      { numRuns: 150 },
    );
  });
});
