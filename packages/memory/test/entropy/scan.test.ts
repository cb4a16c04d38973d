import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanPieces } from '../../src/entropy/scan.ts';

const piecesOf = (text: string): readonly (readonly [string, string])[] => {
  const pieces: [string, string][] = [];
  scanPieces(text, (kind, start, end) => pieces.push([kind, text.slice(start, end)]));
  return pieces;
};

/** The same by one pattern. */
const naivePieces = (text: string): readonly (readonly [string, string])[] =>
  [...text.matchAll(/([\p{L}\p{M}]+)|(\p{N}+)|([.!…。！\n])|([?？؟])/gu)].map(
    ({ 0: piece, 1: letters, 2: digits, 3: stop }) => [
      letters !== undefined
        ? 'letters'
        : digits !== undefined
          ? 'digits'
          : stop !== undefined
            ? 'stop'
            : 'question',
      piece,
    ],
  );

describe('pieces of a text', () => {
  it.each([
    '',
    "Don't! 3rd naïve café?!",
    '我住在成都。你呢？',
    'x²+½ ٣٤ e\u0301te\u0301',
    'a\ud800b\udc00',
    '🎉ok',
  ])('of %j are those of the patterns', (text) => {
    expect(piecesOf(text)).toEqual(naivePieces(text));
  });

  it('are those of the patterns for any text', () => {
    const letters = fc.constantFrom(...'aZé9٣½ .?!？。…\n我\u0301\ud83c🎉-');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: letters })), (text) => {
        expect(piecesOf(text)).toEqual(naivePieces(text));
      }),
    );
  });
});
