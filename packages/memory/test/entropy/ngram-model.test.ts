import { createSeededRandom } from '@retentive/core';
import type { TokenEncoder } from '@retentive/core/tokenizer';
import { openO200kEncoder } from '@retentive/core/tokenizer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNGramCounter } from '../../src/entropy/ngram/ngram-counter.ts';
import type { NGramModel } from '../../src/entropy/ngram/ngram-model.ts';
import { createNGramSurprisal } from '../../src/entropy/ngram/ngram-surprisal.ts';
import { beforeOf, isTriple, previousOf, SINGLE } from '../../src/entropy/ngram/ngram-tables.ts';
import { trainNGramModel } from '../../src/entropy/ngram/train-ngram-model.ts';
import { sampleTexts } from '../support/sample-texts.ts';

const tokens = openO200kEncoder();

/** Letters a to h as tokens 0 to 7, and 8 between texts. */
const letters: TokenEncoder = {
  id: 'letters',
  size: 9,
  boundary: 8,
  encode(text, visit) {
    for (let at = 0; at < text.length; at += 1) visit(text.charCodeAt(at) - 97, at + 1);
  },
};

const sumOver = (model: NGramModel, before: number, previous: number): number => {
  let sum = 0;
  for (let token = 0; token < model.tables.vocabularySize; token += 1) {
    sum += model.probability(before, previous, token);
  }
  return sum;
};

const tokensOf = (encoder: TokenEncoder, text: string): readonly number[] => {
  const all: number[] = [];
  encoder.encode(text, (token) => all.push(token));
  return all;
};

/** Kneser-Ney with maps and a fixed discount, as the books have it: the counts here are too few for others. */
const naive = (texts: readonly string[]) => {
  const counts = new Map<string, Map<number, number>>();
  const count = (context: string, token: number): boolean => {
    const symbols = counts.get(context) ?? new Map<number, number>();
    counts.set(context, symbols);
    const known = symbols.get(token) ?? 0;
    symbols.set(token, known + 1);
    return known > 0;
  };
  for (const text of texts) {
    const read = [8, 8, ...tokensOf(letters, text), 8];
    for (let at = 2; at < read.length; at += 1) {
      const [before, previous, token] = read.slice(at - 2, at + 1) as [number, number, number];
      // Down to the first context that had seen it.
      [`${before},${previous}`, `${previous}`, ''].some((context) => count(context, token));
    }
  }
  return (before: number, previous: number, token: number): number =>
    ['', `${previous}`, `${before},${previous}`].reduce((shorter, context) => {
      const symbols = counts.get(context);
      if (symbols === undefined) return shorter;
      const uses = [...symbols.values()].reduce((sum, use) => sum + use, 0);
      const own = Math.max(0, (symbols.get(token) ?? 0) - 0.75);
      return (own + 0.75 * symbols.size * shorter) / uses;
    }, 1 / letters.size);
};

/** Values of rows in use by their keys. */
const rowsOf = (rows: Uint32Array, width: number): ReadonlyMap<string, readonly number[]> => {
  const found = new Map<string, readonly number[]>();
  for (let row = 0; row < rows.length; row += width) {
    const [high, low, ...values] = rows.subarray(row, row + width);
    if (values[0] !== 0) found.set(`${high}/${low}`, values);
  }
  return found;
};

/** What contexts and counts of counts have to be, from the symbols alone. */
const recount = (symbols: Uint32Array) => {
  const contexts = new Map<string, [number, number, number, number]>();
  const countsOfCounts = new Array<number>(12).fill(0);
  for (const [key, [count = 0]] of rowsOf(symbols, 3)) {
    const [high = 0, low = 0] = key.split('/').map(Number);
    const length = isTriple(high) ? 2 : 1;
    const context = `${length === 2 ? beforeOf(high) : SINGLE}/${previousOf(high, low)}`;
    const values = contexts.get(context) ?? [0, 0, 0, 0];
    contexts.set(context, values);
    values[0] += count;
    values[Math.min(3, count) as 1 | 2 | 3] += 1;
    if (count <= 4)
      countsOfCounts[length * 4 + count - 1] = (countsOfCounts[length * 4 + count - 1] ?? 0) + 1;
  }
  return { contexts, countsOfCounts };
};

describe('a model of n-grams', () => {
  it('sums to 1 over the vocabulary, after known, half-known and unknown contexts', async () => {
    const encoder = await tokens;
    const model = await trainNGramModel(sampleTexts(3_000), { encoder });
    const [my = 0, sister = 0] = tokensOf(encoder, 'my sister');
    const contexts = [
      [encoder.boundary, encoder.boundary],
      [encoder.boundary, my],
      [my, sister],
      [sister, my],
      [123_456, sister],
      [123_456, 65_432],
    ] as const;
    for (const [before, previous] of contexts) {
      expect(Math.abs(sumOver(model, before, previous) - 1)).toBeLessThan(1e-9);
    }
    expect(model.probability(encoder.boundary, my, sister)).toBeGreaterThan(0.5);
  });

  it('sums to 1 after much was forgotten for room, in the same room', async () => {
    const encoder = await tokens;
    // Some 40 times what the tables hold.
    function* stream(): Generator<string> {
      for (let part = 0; part < 60_000; part += 1) yield `${part * 7919} ${(part * 104_729) % 99_991} ends`;
    }
    const maxBytes = 2 ** 20;
    const model = await trainNGramModel(stream(), { encoder, maxBytes });
    expect(model.bytes).toBeLessThanOrEqual(maxBytes);
    const [ends = 0] = tokensOf(encoder, ' ends');
    for (const previous of [encoder.boundary, ends, 15, 16, 17]) {
      for (const before of [encoder.boundary, 18, 19]) {
        expect(Math.abs(sumOver(model, before, previous) - 1)).toBeLessThan(1e-9);
      }
    }
    // What came again and again outlived what came once.
    expect(model.probability(15, ends, encoder.boundary)).toBeGreaterThan(0.9);
  });

  it('keeps of every context exactly what its symbols say, after much was forgotten', () => {
    for (const [size, maxBytes] of [
      [letters.size, 30_000],
      [5_000, 120_000],
    ] as const) {
      const counter = createNGramCounter(size, maxBytes);
      const random = createSeededRandom(3);
      let [before, previous] = [0, 0];
      for (let time = 0; time < 30_000; time += 1) {
        // Some tokens come often, most hardly ever.
        const token = Math.floor(size * random.next() ** 4);
        counter.add(before, previous, token);
        [before, previous] = [previous, token];
      }
      const { symbols, contexts, countsOfCounts } = counter.tables();
      const expected = recount(symbols);
      expect(rowsOf(contexts, 6)).toEqual(expected.contexts);
      expect([...countsOfCounts.subarray(4)]).toEqual(expected.countsOfCounts.slice(4));
    }
  });

  it('gives what Kneser-Ney in plain maps gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.stringMatching(/^[a-h]{0,12}$/u), { maxLength: 12 }), async (texts) => {
        const model = await trainNGramModel(texts, { encoder: letters, maxBytes: 50_000 });
        const expected = naive(texts);
        let furthest = 0;
        for (let before = 0; before < 9; before += 1) {
          for (let previous = 0; previous < 9; previous += 1) {
            for (let token = 0; token < 9; token += 1) {
              const difference =
                model.probability(before, previous, token) - expected(before, previous, token);
              furthest = Math.max(furthest, Math.abs(difference));
            }
          }
        }
        expect(furthest).toBeLessThan(1e-12);
      }),
      { numRuns: 60 },
    );
  });

  it('learns what it reads: bits of unseen sentences fall as the text grows', async () => {
    const encoder = await tokens;
    const unseen = sampleTexts(100, 99);
    const meanBits = async (count: number): Promise<number> => {
      const source = createNGramSurprisal(await trainNGramModel(sampleTexts(count), { encoder }), encoder);
      const bits = unseen.flatMap((text) =>
        source
          .openSession()
          .score(text)
          .map((piece) => piece.bits),
      );
      return bits.reduce((sum, each) => sum + each, 0) / bits.length;
    };
    const [few, more, many] = [await meanBits(5), await meanBits(100), await meanBits(3_000)] as const;
    expect(few).toBeGreaterThan(more);
    expect(more).toBeGreaterThan(many);
    expect(many).toBeLessThan(3.2);
  });

  it('tells one-off facts from the daily talk it was trained on', async () => {
    const encoder = await tokens;
    const source = createNGramSurprisal(await trainNGramModel(sampleTexts(3_000), { encoder }), encoder);
    const mean = (text: string): number => {
      const pieces = source.openSession().score(text);
      return pieces.reduce((sum, { bits }) => sum + bits, 0) / pieces.length;
    };
    const facts = [
      'The code of the garage is 4417.',
      'Our cat is called Mjosa.',
      'Dr. Halvorsen gave me penicillin and it made me ill.',
      'We meet at gate B12 at 07:45.',
    ];
    const fillers = sampleTexts(250, 31).map(mean);
    let right = 0;
    for (const fact of facts.map(mean)) right += fillers.filter((filler) => filler < fact).length;
    expect(right / (facts.length * fillers.length)).toBeGreaterThan(0.9);
  });

  it('is named by what it read, and reads the same texts to the same model', async () => {
    const [a, b, c] = await Promise.all([
      trainNGramModel(sampleTexts(50)),
      trainNGramModel(sampleTexts(50)),
      trainNGramModel(sampleTexts(51)),
    ]);
    expect(b.id).toBe(a.id);
    expect(c.id).not.toBe(a.id);
  });

  it('makes one piece of the tokens that share a character', async () => {
    const encoder = await tokens;
    const source = createNGramSurprisal(await trainNGramModel([]), encoder);
    const text = '🧿𒀀 ok';
    const ends = source.openSession().score(text);
    expect(tokensOf(encoder, text).length).toBeGreaterThan(ends.length);
    expect(ends.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    for (const { start, end } of ends) expect(text.slice(start, end).isWellFormed()).toBe(true);
  });

  it('refuses other options and ends when it is told to', async () => {
    const encoder = await tokens;
    await expect(trainNGramModel([], { maxBytes: 1_000 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const model = await trainNGramModel(['abc'], { encoder: letters });
    expect(() => createNGramSurprisal(model, encoder)).toThrow(/tokens of letters/u);
    const stop = new AbortController();
    const endless = async function* (): AsyncGenerator<string> {
      for (let text = 0; ; text += 1) {
        if (text === 5_000) stop.abort();
        yield `text ${text}`;
      }
    };
    await expect(trainNGramModel(endless(), { signal: stop.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});
