import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SurprisalSource } from '../../src/entropy/surprisal-source.ts';
import { openWordSurprisal } from '../../src/entropy/word-surprisal.ts';
import { splitWords } from '../../src/entropy/words.ts';
import {
  chooseSpans,
  GAP,
  GAP_TOKENS,
  MIN_SPAN_WORDS,
  renderSpans,
  type SpanSource,
  shortenToFit,
} from '../../src/retention/spans.ts';

let surprisal: SurprisalSource;
beforeAll(async () => {
  surprisal = await openWordSurprisal();
});

const count = (text: string): number => splitWords(text).length + text.split(GAP).length - 1;

const sourceOf = (text: string, weight = 1): SpanSource => ({
  text,
  pieces: surprisal.openSession().score(text),
  tokens: Math.max(1, count(text)),
  weight,
});

const words = fc.constantFrom(
  'the',
  'a',
  'of',
  'and',
  'is',
  'Tromsø',
  'harpsichord',
  'cello',
  '42',
  'dentist',
  'you',
  'well',
);
const texts = fc
  .array(fc.tuple(words, fc.constantFrom(' ', ', ', '. ', '! ', '\n')), { minLength: 1, maxLength: 40 })
  .map((all) => all.flat().join(''));

describe('spans of a text', () => {
  it('stand in it word for word, in order, apart, and of four words or more', () => {
    fc.assert(
      fc.property(texts, fc.double({ min: 0.01, max: 8, noNaN: true }), (text, price) => {
        const source = sourceOf(text);
        const spans = chooseSpans(source, price);
        let last = -1;
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThan(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          const inside = source.pieces.filter((piece) => piece.start >= start && piece.end <= end);
          expect(inside.length).toBeGreaterThanOrEqual(Math.min(MIN_SPAN_WORDS, source.pieces.length));
          last = end;
        }
        const shown = renderSpans(text, spans);
        const parts = shown.split(GAP).map((part) => part.trim());
        for (const part of parts) expect(text).toContain(part);
      }),
    );
  });

  it('are the best there are: no other choice is worth more', () => {
    const short = fc.array(words, { minLength: 1, maxLength: 9 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(short, fc.double({ min: 0.2, max: 6, noNaN: true }), (text, price) => {
        const source = sourceOf(text);
        const { pieces } = source;
        const seen = new Set<string>();
        const gains = pieces.map(({ start, bits }, index) => {
          const end = pieces[index + 1]?.start ?? text.length;
          const word = text.slice(start, pieces[index]?.end).toLowerCase();
          const value = seen.has(word) ? 0 : Math.max(0, bits - 9);
          seen.add(word);
          return value - (price * source.tokens * (end - start)) / text.length;
        });
        const least = Math.min(MIN_SPAN_WORDS, pieces.length);
        const worth = (kept: readonly boolean[]): number => {
          let sum = 0;
          let run = 0;
          for (let place = 0; place <= kept.length; place += 1) {
            if (kept[place]) {
              if (run === 0 && place > 0) sum -= price * GAP_TOKENS;
              run += 1;
              sum += gains[place] as number;
            } else {
              if (run > 0 && run < least) return Number.NEGATIVE_INFINITY;
              run = 0;
            }
          }
          return sum;
        };
        const spans = chooseSpans(source, price);
        const chosen = pieces.map((piece) =>
          spans.some(({ start, end }) => piece.start >= start && piece.end <= end),
        );
        let best = 0;
        for (let mask = 0; mask < 2 ** pieces.length; mask += 1) {
          best = Math.max(best, worth(pieces.map((_, place) => ((mask >> place) & 1) === 1)));
        }
        expect(worth(chosen)).toBeCloseTo(best, 9);
      }),
    );
  });

  it('keeps what tells something of a long message, and marks what is left out', () => {
    const text =
      'Well, you know how it is, I was going to do it and then I was not. My sister bought a harpsichord from a dentist in Tromsø. And that was that, so it is what it is.';
    const shown = renderSpans(text, chooseSpans(sourceOf(text), 2));
    expect(shown).toContain('harpsichord from a dentist in Tromsø.');
    expect(shown.startsWith(`${GAP} `)).toBe(true);
    expect(shown).not.toContain('what it is');
  });
});

describe('shortening many texts to a capacity', () => {
  it('never takes more than there is, and keeps all where all fits', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 6 }), fc.integer({ min: 1, max: 80 }), (all, capacity) => {
        const sources = all.map((text) => sourceOf(text));
        const kept = shortenToFit(sources, capacity, count);
        expect(kept).toHaveLength(all.length);
        const shown = all.map((text, place) => renderSpans(text, kept[place] ?? []));
        const total = sources.reduce((sum, { tokens }) => sum + tokens, 0);
        if (total <= capacity)
          expect(shown.map((text) => text.trim())).toEqual(all.map((text) => text.trim()));
        else
          expect(shown.reduce((sum, text) => sum + (text === '' ? 0 : count(text)), 0)).toBeLessThanOrEqual(
            capacity,
          );
      }),
    );
  });

  it('shortens what is less likely to be needed first', () => {
    const text = 'My sister bought a harpsichord from a dentist in Tromsø.';
    const [likely, unlikely] = shortenToFit([sourceOf(text, 2), sourceOf(text, 0.2)], 14, count);
    expect(likely?.length).toBeGreaterThan(0);
    expect(unlikely).toEqual([]);
  });
});
