import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignLogprobs } from '../../src/entropy/align-logprobs.ts';

const encode = (text: string): readonly number[] => [...new TextEncoder().encode(text)];
const decode = (bytes: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(bytes));
const nats = (bits: number): number => -bits * Math.LN2;
const textsOf = (text: string, tokens: Parameters<typeof alignLogprobs>[1]) =>
  alignLogprobs(text, tokens).map(({ start, end, bits }) => [
    text.slice(start, end),
    Math.round(bits * 1e6) / 1e6,
  ]);

describe('what a model streamed, as pieces of its text', () => {
  it('covers the text with whole characters, and loses no bit, wherever its bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', 'é', '猫', '🎉', '.'), minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
        (text, lengths) => {
          const bytes = encode(text);
          // So few bits that no piece reaches the most it can cost, however many tokens share its characters.
          const tokens: { token: string; bytes: readonly number[]; logprob: number }[] = [];
          for (let at = 0; at < bytes.length; ) {
            const cut = bytes.slice(at, at + (lengths[tokens.length % lengths.length] as number));
            tokens.push({ token: decode(cut), bytes: cut, logprob: nats((1 + (tokens.length % 3)) / 100) });
            at += cut.length;
          }
          const pieces = alignLogprobs(text, tokens);
          expect(pieces.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
          for (const { start, end } of pieces) expect(text.slice(start, end).isWellFormed()).toBe(true);
          const told = tokens.reduce((sum, { logprob }) => sum - logprob / Math.LN2, 0);
          const found = pieces.reduce((sum, { bits }) => sum + bits, 0);
          expect(Math.abs(found - told)).toBeLessThan(1e-9);
        },
      ),
    );
  });

  it('takes sentinels for the most, and certainty for nothing', () => {
    const tokens = [-9999, Number.NEGATIVE_INFINITY, Number.NaN, 0, 1e-9].map((logprob, index) => ({
      token: 'abcde'[index] as string,
      logprob,
    }));
    expect(alignLogprobs('abcde', tokens).map(({ bits }) => bits)).toEqual([16, 16, 16, 0, 0]);
  });

  it('leaves out marks that are no text, and joins what was trimmed', () => {
    expect(
      textsOf('Hello there', [
        { token: '<|start|>', logprob: nats(9) },
        { token: 'Hello', logprob: nats(2) },
        { token: ' there', logprob: nats(3) },
        { token: '<|end|>', logprob: nats(9) },
      ]),
    ).toEqual([
      ['Hello', 2],
      [' there', 3],
    ]);
    expect(
      textsOf('Hello there', [
        { token: '  Hello', logprob: nats(2) },
        { token: ' there', logprob: nats(3) },
      ]),
    ).toEqual([
      ['Hello', 2],
      [' there', 3],
    ]);
  });

  it('joins split characters whose tokens say nothing of their bytes', () => {
    const tokens = [
      { token: 'ok ', logprob: nats(1) },
      { token: '\ufffd', logprob: nats(2) },
      { token: '\ufffd\ufffd', logprob: nats(3) },
      { token: ' !', logprob: nats(1) },
    ];
    expect(textsOf('ok 🧿 !', tokens)).toEqual([
      ['ok ', 1],
      ['🧿', 5],
      [' !', 1],
    ]);
    expect(textsOf('ok 🧿', tokens.slice(0, 3))).toEqual([
      ['ok ', 1],
      ['🧿', 5],
    ]);
  });

  it('ends with any text and any tokens, in order and inside the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.array(
          fc.record({
            token: fc.string({ unit: 'binary', maxLength: 4 }),
            logprob: fc.double(),
            bytes: fc.option(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 4 }), {
              nil: undefined,
            }),
          }),
          { maxLength: 20 },
        ),
        (text, tokens) => {
          let end = 0;
          for (const piece of alignLogprobs(text, tokens)) {
            expect(piece.start).toBeGreaterThanOrEqual(end);
            expect(piece.end).toBeGreaterThan(piece.start);
            expect(piece.bits).toBeGreaterThanOrEqual(0);
            expect(piece.bits).toBeLessThanOrEqual(16);
            end = piece.end;
          }
          expect(end).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});
