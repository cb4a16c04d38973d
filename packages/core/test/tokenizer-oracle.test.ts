import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Tokenizer } from '../src/index.ts';
import { openO200kTokenizer } from '../src/tokenizer/index.ts';

let exact: Tokenizer;
beforeAll(async () => {
  exact = await openO200kTokenizer();
});

/** As the package counts, without anything of ours. */
const oracle = (text: string): number =>
  countTokens(text.toWellFormed(), { disallowedSpecial: new Set<string>() });

const scraps = fc.constantFrom(
  ...[
    "don't",
    "WE'LL",
    "it'sx",
    "'s",
    "'",
    'fooBar',
    'HTTPServer',
    'ABC',
    'x',
    ' ',
    '  ',
    '   ',
    '\n',
    '\r\n',
    '\n\n',
  ],
  ...[
    '\t',
    '\u00a0',
    '\u2028',
    '0',
    '12',
    '3456',
    '½',
    '٣',
    '...',
    '///',
    '!\n/',
    '(a',
    ' (',
    '-',
    '_',
    '€',
    '“',
  ],
  ...[
    'é',
    'e\u0301',
    'ǅ',
    'ß',
    'кошка',
    'Ёж',
    '猫',
    '猫が好き',
    '🙂',
    '👩‍👩‍👧',
    '\ud800',
    '\udc00',
    '\0',
    '\u007f',
    '<|endoftext|>',
  ],
);
const texts = fc.oneof(
  fc.array(scraps, { maxLength: 60 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
);
/** One piece each, longer than any word. */
const runs = fc
  .tuple(
    fc.constantFrom(
      'ab',
      'the',
      'strawberry',
      'qzx',
      '猫',
      '昨天我们从北京搬到了上海',
      '龘靐齉',
      '𠀀𠀁',
      '\n',
      '\n \n',
      '  ',
      '\t',
      '=',
      '-=',
      'é',
      'ไทย',
      'ЁЖ',
    ),
    fc.array(fc.constantFrom('a', 'tion', '猫', '京', '𠮷', 'ж', 'ß'), { maxLength: 8 }),
    fc.integer({ min: 33, max: 300 }),
  )
  .map(([unit, others, length]) => {
    const round = unit.repeat(5) + others.join('');
    return round.repeat(Math.ceil(length / round.length)).slice(0, length);
  });

describe('the exact counter beside the package that its tables are from', () => {
  it('counts any text alike', () => {
    fc.assert(
      fc.property(texts, (text) => exact.count(text) === oracle(text)),
      { numRuns: 3_000 },
    );
  });

  it('counts long pieces alike, and every prefix of them, in any order', () => {
    fc.assert(
      fc.property(runs, fc.array(fc.nat(300), { maxLength: 8 }), (run, ends) => {
        for (const end of ends) expect(exact.count(run.slice(0, end))).toBe(oracle(run.slice(0, end)));
        expect(exact.count(run)).toBe(oracle(run));
      }),
      { numRuns: 500 },
    );
  });

  it('within a limit gives the count, and beyond it something beyond it', () => {
    fc.assert(
      fc.property(fc.oneof(texts, runs), fc.nat(150), (text, limit) => {
        const tokens = oracle(text);
        const counted = exact.count(text, limit);
        if (tokens <= limit) expect(counted).toBe(tokens);
        else expect(counted).toBeGreaterThan(limit);
      }),
      { numRuns: 1_500 },
    );
  });
});
