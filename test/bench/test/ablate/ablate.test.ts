import { createSeededRandom } from '@retentive/core';
import { spreadOver } from '@retentive/memory/evaluation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAssembledSelector } from '../../src/ablate/assembled-selector.ts';
import { compare } from '../../src/ablate/compare.ts';
import { misspell, rephrase } from '../../src/ablate/misspell.ts';
import { ablateReportSchema } from '../../src/ablate/schemas.ts';
import { createChangingFacts, createStandingFacts } from '../../src/ablate/truth-set.ts';
import { readDemoSet } from '../../src/demo-data.ts';
import { createRetentiveSelector } from '../../src/retentive-selector.ts';

describe('the difference that a part makes', () => {
  it('is the mean of the pairs, inside its interval', () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    const pair = fc.record({
      conversation: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      whole: value,
      without: value,
    });
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 60 }), fc.nat(), (pairs, seed) => {
        const { delta, low, high, value: without } = compare(pairs, seed);
        const mean = pairs.reduce((sum, each) => sum + each.without - each.whole, 0) / pairs.length;
        expect(delta).toBeCloseTo(mean, 10);
        expect(without).toBeCloseTo(pairs.reduce((sum, each) => sum + each.without, 0) / pairs.length, 10);
        expect(low).toBeLessThanOrEqual(high ?? Number.NaN);
        expect(compare(pairs, seed)).toEqual({ value: without, delta, low, high });
      }),
      { numRuns: 30 },
    );
  });

  it('has an interval of nothing where every pair says the same, and no figures of no pairs', () => {
    const pairs = Array.from({ length: 20 }, (_, index) => ({
      conversation: `${index}`,
      whole: 1,
      without: 0.5,
    }));
    expect(compare(pairs, 1)).toEqual({ value: 0.5, delta: -0.5, low: -0.5, high: -0.5 });
    expect(compare([], 1)).toEqual({ value: null, delta: null, low: null, high: null });
  });

  it('is reported with null and a reason where it was not measured', () => {
    const row = {
      without: 'core',
      set: 'demo',
      metric: 'all',
      value: null,
      delta: null,
      low: null,
      high: null,
      reason: 'x',
    };
    expect(ablateReportSchema.parse({ rows: [row] })).toEqual({ rows: [row] });
  });
});

describe('generated truth', () => {
  it('says each value of now after the one it replaces, and asks for it', () => {
    for (const { turns, questions } of createChangingFacts(7)) {
      expect(questions).toHaveLength(4);
      expect(turns.map(({ time }) => time)).toEqual(turns.map(({ time }) => time).toSorted((a, b) => a - b));
      for (const { value } of questions) expect(turns.some(({ text }) => text.includes(value))).toBe(true);
    }
  });

  it('has a line of core memory for each standing fact, whose question does not name it', () => {
    for (const { core, questions } of createStandingFacts(7)) {
      expect(core).toHaveLength(questions.length);
      for (const [index, { question, value }] of questions.entries()) {
        expect(core[index]).toContain(value);
        expect(question).not.toContain(value);
      }
    }
  });

  it('is the same for the same seed', () => {
    expect(createChangingFacts(3)).toEqual(createChangingFacts(3));
    expect(createChangingFacts(3)).not.toEqual(createChangingFacts(4));
  });
});

describe('changed texts', () => {
  it('misspelt ones keep short words and the number of words', () => {
    const text = 'We are going to the mountains on Saturday morning';
    const changed = misspell(text, createSeededRandom(1));
    expect(changed).not.toBe(text);
    expect(changed.split(' ')).toHaveLength(text.split(' ').length);
    expect(changed.startsWith('We are ')).toBe(true);
  });

  it('reordered ones keep every word', () => {
    const words = 'a red kayak by the shed'.split(' ');
    const changed = rephrase(words.join(' '), createSeededRandom(1)).split(' ');
    expect(changed.toSorted()).toEqual([...words, 'and', 'basically', 'so'].toSorted());
  });
});

it('recall put together from the pieces is that of a memory without facts', async () => {
  const set = await readDemoSet();
  const [conversation] = set.conversations;
  if (conversation === undefined) throw new Error('the demo has a conversation');
  const part = { ...conversation, turns: conversation.turns.slice(0, 200) };
  const whole = await createRetentiveSelector('memory', 7, { extractor: false }).open(part);
  const assembled = await createAssembledSelector('assembled', { smoothing: true, selection: true }).open(
    part,
  );
  for (const question of spreadOver(set.questions, 12)) {
    for (const budget of [128, 512]) {
      const { text } = await assembled.recall(question, budget);
      expect(text).toBe((await whole.recall(question, budget)).text);
    }
  }
  await Promise.all([whole.close(), assembled.close()]);
}, 120_000);
