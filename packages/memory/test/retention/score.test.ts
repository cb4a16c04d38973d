import { ROLES } from '@retentive/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinCues, readCues } from '../../src/retention/cues.ts';
import { DEFAULT_RETENTION_WEIGHTS, densityOf, scoreChunk } from '../../src/retention/score.ts';

describe('cues of a text', () => {
  it.each([
    ['My brother Tomas moved to Ghent in 2019.', { firstPerson: true, names: 2, digits: true, questions: 0 }],
    ['How are you? And your cat?!?', { firstPerson: false, questions: 1, names: 0 }],
    ['The US Senate voted.', { firstPerson: false, names: 2 }],
    ['Nice. Really nice!\nIs it?', { sentences: 3, questions: 1 / 3 }],
    ['我妹妹住在成都。你呢？', { firstPerson: true, sentences: 2, questions: 1 / 2 }],
    ['I prefer tea to coffee.', { firstPerson: true, stance: true, names: 0, digits: false }],
    ['I want you to buy oats.', { stance: true, address: 0 }],
    ['I love your hat.', { stance: true, address: 1 / 4 }],
    ['Do you always ask? I see.', { firstPerson: true, stance: false }],
    ['我从不吃肉。', { firstPerson: true, stance: true }],
    ['Nunca como carne, mi madre cocina sin ella.', { stance: true }],
    ['Yo vivo en Madrid', { firstPerson: true, names: 1 }],
    ['', { words: 0, sentences: 0, address: 0, questions: 0 }],
  ])('%s', (text, expected) => {
    expect(readCues(text)).toMatchObject(expected);
  });

  it('of two texts together are those of the texts joined', () => {
    const sentences = fc
      .array(fc.constantFrom('I met Ines. ', 'Did you go? ', 'Gate 7 is shut. ', 'Thank you! '), {
        minLength: 1,
      })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(sentences, sentences, (a, b) => {
        const joined = joinCues(readCues(a), readCues(b));
        const whole = readCues(a + b);
        expect(joined.address).toBeCloseTo(whole.address, 9);
        expect(joined.questions).toBeCloseTo(whole.questions, 9);
        expect({ ...joined, address: 0, questions: 0 }).toEqual({ ...whole, address: 0, questions: 0 });
      }),
    );
  });
});

describe('the score of a chunk', () => {
  const spread = fc.record({
    mean: fc.double({ min: 0, max: 12, noNaN: true }),
    deviation: fc.double({ min: 0.25, max: 3, noNaN: true }),
  });
  const features = fc.record({
    density: fc.double({ min: 0, max: 16, noNaN: true }),
    cues: fc.string().map(readCues),
    role: fc.constantFrom(...ROLES),
    tokens: fc.integer({ min: 0, max: 1_000_000 }),
    answers: fc.boolean(),
    novelty: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  it('is a positive number, made of its parts', () => {
    fc.assert(
      fc.property(features, spread, spread, (chunk, density, size) => {
        const { score, parts } = scoreChunk(chunk, { density, size });
        expect(score).toBeGreaterThan(0);
        expect(score).toBeLessThan(Number.POSITIVE_INFINITY);
        const { size: cost = 0, ...terms } = parts;
        const odds = Object.values(terms).reduce((sum, term) => sum + term, -3);
        expect(score).toBeCloseTo(Math.exp(cost) / (1 + Math.exp(-odds)), 9);
      }),
    );
  });

  it('rises with surprisal for a person, and does not where the weight is zero', () => {
    const profile = { density: { mean: 11, deviation: 1 }, size: { mean: 3, deviation: 0.6 } };
    const at = (density: number, weights = DEFAULT_RETENTION_WEIGHTS): number => {
      const chunk = {
        density,
        cues: readCues('It is here.'),
        role: 'user',
        tokens: 20,
        answers: false,
        novelty: 0,
      } as const;
      return scoreChunk(chunk, profile, weights).score;
    };
    expect(at(12)).toBeGreaterThan(at(11));
    expect(at(12, { ...DEFAULT_RETENTION_WEIGHTS, surprisal: 0 })).toBe(
      at(11, { ...DEFAULT_RETENTION_WEIGHTS, surprisal: 0 }),
    );
  });

  it('takes the more surprising half of the different pieces, each once', () => {
    const text = 'sea sea the owl';
    const bits = [6, 2, 1, 10];
    const starts = [0, 4, 8, 12];
    const pieces = starts.map((start, at) => ({ start, end: start + 3, bits: bits[at] as number }));
    expect(densityOf(text, pieces)).toBe((6 + 10) / 2);
    expect(densityOf('', [])).toBe(0);
  });
});
