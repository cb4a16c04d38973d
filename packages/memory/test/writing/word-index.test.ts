import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neededWords } from '../../src/writing/rules/needed-words.ts';
import { SLOTS } from '../../src/writing/rules/slot-states.ts';
import { beginningsOf, createWordIndex } from '../../src/writing/rules/word-index.ts';

const fits = (pattern: string, text: string): boolean =>
  new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${pattern})(?![\p{L}\p{N}])`, 'iu').test(text);

const candidates = (patterns: readonly string[], text: string): readonly string[] =>
  createWordIndex(patterns, neededWords).candidates(beginningsOf(text));

describe('the words that a pattern needs', () => {
  it.each([
    ['allerg(?:y|ies) to \\p{L}+', [['allerg'], ['to']]],
    ['(?:really )?(?:live|dwell)s? in (?<v>\\p{L}+)', [['live', 'dwell'], ['in']]],
    ['\\p{L}+s cats', [['cats']]],
    ['(?:home|abode)?', []],
    ['dogs?|birds', [['dog', 'birds']]],
    ['(?!not)so [,:]+ tall(?=er)', [['tall'], ['so']]],
  ])('%s', (pattern, words) => {
    expect(neededWords(pattern).map((set) => [...set])).toEqual(words);
  });
});

const word = fc.constantFrom(
  'live',
  'lived',
  'in',
  'the',
  'house',
  'now',
  'my',
  'dog',
  "it's",
  'Ünal',
  '7',
  'd',
);
const piece: fc.Arbitrary<string> = fc.oneof(
  word,
  word.map((each) => `${each} ?`),
  fc.tuple(word, fc.constantFrom('*', '+')).map(([each, times]) => `(?:${each})${times}`),
  fc.constantFrom('\\p{L}+', '[,:]+', '\\d', ' ', ', ', '-', '(?!x)', '[\\p{L}\\p{N}]*', '\\b'),
);
const pattern = fc.letrec<{ readonly part: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    piece,
    fc
      .tuple(
        fc.array(fc.array(tie('part'), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
        // No star over a star: such a pattern may take for ever by itself.
        fc.constantFrom('', '?', '{0,2}', '{1,2}?'),
      )
      .map(([ways, times]) => `(?:${ways.map((way) => way.join('')).join('|')})${times}`),
  ),
})).part;
const text = fc
  .array(fc.oneof(word, fc.constantFrom(' ', ', ', ':', '-', ' ', ' ')), { maxLength: 9 })
  .map((parts) => parts.join(''));

describe('an index of patterns', () => {
  it('never leaves out one that fits', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), text, (patterns, said) => {
        const found = candidates(patterns, said);
        expect(patterns.filter((each) => fits(each, said) && !found.includes(each))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the order of its items', () => {
    fc.assert(
      fc.property(fc.array(word), text, (words, said) => {
        const places = [...words.keys()];
        const index = createWordIndex(places, (place) => neededWords(words[place] ?? ''));
        const found = index.candidates(beginningsOf(said));
        expect(found).toEqual(found.toSorted((a, b) => a - b));
      }),
    );
  });
});

const SENTENCES = [
  'I live in Porto now, and my dog Rex loves it',
  'Born on 4 May 1990, so the cake comes out in spring',
  'You can reach me at +49 30 1234567',
  'Dr. Hale looks after my back and my sister is a nurse at Mercy Hospital',
  'What I drive these days is a red Volvo and I hate traffic jams',
  'Nothing beats dumplings, which are my favourite food; green is the colour I like best',
  'I am studying geology at university, allergic to nuts and fluent in Finnish',
  'My wife Ilse and I have booked a week in Rome. We support Ajax!',
];

describe('the forms of slots', () => {
  const forms = SLOTS.flatMap((slot) => slot.forms);
  const index = createWordIndex(forms, ({ needs }) => needs);

  it.each(SENTENCES)('that fit "%s" are all tried', (sentence) => {
    const tried = new Set(index.candidates(beginningsOf(sentence)));
    expect(forms.filter((form) => form.find(sentence) !== null && !tried.has(form))).toEqual([]);
    expect(tried.size).toBeLessThan(forms.length / 2);
  });
});
