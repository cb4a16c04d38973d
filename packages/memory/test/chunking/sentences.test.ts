import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../src/index.ts';
import { SENTENCE_CASES } from './sentence-cases.ts';

const MARK = '¦';

const cases = Object.entries(SENTENCE_CASES).flatMap(([group, texts]) =>
  texts.map((marked) => ({ group, marked })),
);

/** Cases that the rules miss, each with why: no more than 3 %. */
const MISSED: ReadonlySet<string> = new Set([]);

const scraps = fc.constantFrom(
  ...[
    'tea',
    ' ',
    '. ',
    '.',
    '? ',
    '!',
    '"',
    '”',
    '(',
    ')',
    '\n',
    '\r\n',
    '\t',
    'Dr. ',
    'No. 5',
    'a.m. ',
    'J. ',
  ],
  ...[
    '```\n',
    '~~~',
    '1. ',
    '- ',
    '🙂',
    '👩‍👩‍👧',
    '👍🏽 ',
    '。',
    '「',
    '」',
    'と',
    '؟',
    '\ud800',
    '\udc00',
    '\u2029',
    'The ',
  ],
);
const texts = fc.oneof(
  fc.array(scraps, { maxLength: 30 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

describe('splitSentences', () => {
  it.each(cases)('$group: $marked', ({ marked }) => {
    const found = splitSentences(marked.replaceAll(MARK, '')).join(MARK);
    if (MISSED.has(marked)) expect(found).not.toBe(marked);
    else expect(found).toBe(marked);
  });

  it('misses at most 3 % of 150 cases and more', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
    expect(MISSED.size / cases.length).toBeLessThanOrEqual(0.03);
  });

  it('joins to the input for 10,000 texts, with no empty sentence', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const sentences = splitSentences(text);
        expect(sentences.join('')).toBe(text);
        expect(sentences).not.toContain('');
      }),
      { numRuns: 10_000 },
    );
  });

  it('takes long runs without an end in linear time', () => {
    // The runtime's segmenter alone takes a minute and 4 GB for the second half of these.
    for (const run of ['a', 'a ', '. ', '🙂', '1. ', '"', '(', '\n', 'A. ', 'a. ', '1 ', ') ']) {
      const text = run.repeat(120_000 / run.length);
      expect(splitSentences(text).join('')).toBe(text);
    }
  });
});
