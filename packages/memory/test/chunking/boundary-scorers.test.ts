import { type ChatModel, type ChatPrompt, createEstimatingTokenizer } from '@retentive/core';
import { describe, expect, it } from 'vitest';
import {
  askBoundaries,
  type BoundaryScorer,
  combineScorers,
  createDefaultBoundaries,
  createHardMarkers,
  createInitiative,
  createLearnedBoundaries,
  createLexicalDepth,
  createPerplexityMinima,
  DEFAULT_BOUNDARY_WEIGHTS,
  paragraphExamples,
  perplexityMinima,
  type SurprisalSource,
  segmentTopics,
  trainBoundaries,
  uniformPrior,
} from '../../src/index.ts';

const units = (...texts: string[]) => texts.map((text) => ({ text }));
const turns = (...texts: string[]) =>
  texts.map((text, index) => ({ text, speaker: index % 2 === 0 ? 'Ana' : 'Ben' }));

/** Bits of a unit are the number that it is. */
const numbers: SurprisalSource = {
  id: 'numbers',
  openSession: () => ({ score: (text) => [{ start: 0, end: text.length, bits: Number(text) }] }),
};

const scorers: readonly (readonly [string, BoundaryScorer])[] = [
  ['hard markers', createHardMarkers()],
  ['initiative', createInitiative()],
  ['lexical depth', createLexicalDepth()],
  ['perplexity minima', createPerplexityMinima({ surprisal: numbers })],
  ['learned', createLearnedBoundaries({ weights: DEFAULT_BOUNDARY_WEIGHTS })],
  ['default', createDefaultBoundaries()],
];

describe.each(scorers)('the scorer %s', (_, scorer) => {
  it('says one finite number for each gap, the same each time', () => {
    expect(scorer.score([])).toEqual([]);
    expect(scorer.score(units('1'))).toEqual([]);
    const row = turns('1', '2', '', '7', '# 4', '```', '3?');
    const scores = scorer.score(row);
    expect(scores).toHaveLength(row.length - 1);
    expect(scorer.score(row)).toEqual(scores);
    expect(scores.filter((score) => Number.isNaN(score))).toEqual([]);
  });
});

describe('perplexity minima', () => {
  it.each<[string, readonly number[], number, readonly number[]]>([
    ['a strict minimum', [3, 1, 2], 0, [1]],
    ['no minimum at the ends', [1, 2, 0], 0, []],
    ['none in a fall or a rise', [4, 3, 2, 1], 0, []],
    ['none in a level row', [2, 2, 2, 2], 0, []],
    ['two of them', [3, 1, 2, 1, 3], 0, [1, 3]],
    ['the left edge of a plateau', [3, 1, 1, 2], 0, [1]],
    ['a plateau that falls further', [3, 2, 2, 1, 2], 0, [1, 3]],
    ['one side is high enough', [1.2, 1, 3], 1, [1]],
    ['neither side is high enough', [1.2, 1, 1.9], 1, []],
    ['exactly the threshold', [2, 1, 1.5], 1, [1]],
    ['a plateau is measured by its fall alone', [1.5, 1, 1, 9], 1, []],
    ['nothing', [], 0, []],
    ['two values', [2, 1], 0, []],
  ])('%s', (_, values, threshold, places) => {
    expect(perplexityMinima(values, threshold)).toEqual(places);
  });

  it('takes bits of the source as nats', () => {
    const score = (threshold: number) =>
      createPerplexityMinima({ surprisal: numbers, threshold }).score(units('3', '1', '2', '4'));
    // A fall of 2 bits is 1.386 nats.
    expect(score(1.38)[1]).toBeGreaterThan(0);
    expect(score(1.39)[1]).toBeLessThan(0);
  });
});

describe('topics of a chat', () => {
  const tokenizer = createEstimatingTokenizer();

  it('end where somebody asks anew, not where an answer comes', () => {
    const scores = createInitiative().score(
      turns('Where do you live?', 'In Porto, by the sea.', 'Nice.', 'Do you like music?', 'I sing.'),
    );
    expect(scores[2]).toBe(Math.max(...scores));
    expect(scores[0]).toBeLessThan(0);
    expect(scores[3]).toBeLessThan(0);
  });

  it('end where the words change', () => {
    const row = turns(
      'The ferry to the island was late. The island was full of people waiting for the ferry.',
      'The ferry is always late. People on the island say the captain of the ferry sleeps.',
      'The captain of that ferry lives on the island.',
      'My oven is broken. Bread needs a hot oven, and dough should rest.',
      'Rest the dough of the bread for a day, and heat the oven early.',
      'Dough for bread, and an oven: that is all one needs.',
    );
    const depth = createLexicalDepth().score(row);
    expect(depth.indexOf(Math.max(...depth))).toBe(2);
    expect(
      segmentTopics(row, { tokenizer, scorer: createLexicalDepth(), lengthPrior: uniformPrior }),
    ).toEqual([3, 6]);
  });

  it('take evidence of others, and one turn at least', () => {
    const row = turns('One.', 'Two.', 'Three.');
    expect(segmentTopics(row, { tokenizer, evidence: [-50, 50] })).toEqual([2, 3]);
    expect(segmentTopics(row, { tokenizer, evidence: [50, -50] })).toEqual([1, 3]);
    expect(segmentTopics([], { tokenizer })).toEqual([]);
    expect(segmentTopics(turns('word '.repeat(900)), { tokenizer, maxTokens: 64 })).toEqual([1]);
  });

  it('come from the sum of scorers by their weights', () => {
    const fixed = (value: number): BoundaryScorer => ({
      id: 'fixed',
      score: (row) => row.slice(1).map(() => value),
    });
    const both = combineScorers('both', [
      [fixed(2), 0.5],
      [fixed(-3), 1],
    ]);
    expect(both.score(units('a', 'b', 'c'))).toEqual([-2, -2]);
  });
});

/** Paragraphs of which each begins with a question and holds to one thing. */
const paragraphs = (count: number): string =>
  Array.from({ length: count }, (_, index) => {
    const thing = `thing${index}`;
    return `What is ${thing}? It is ${thing} and it stays so. It never leaves.`;
  }).join('\n\n');

describe('boundaries learned from paragraphs', () => {
  it('are learned from text without labels, and found in text without breaks', () => {
    const weights = trainBoundaries(paragraphExamples(paragraphs(40)), { ridge: 1 });
    const row = units(
      'What is rust?',
      'It is rust and it stays so.',
      'It never leaves.',
      'What is moss?',
      'It is moss.',
    );
    const scores = createLearnedBoundaries({ weights }).score(row);
    expect(scores.indexOf(Math.max(...scores))).toBe(2);
    expect(scores[2]).toBeGreaterThan(0);
    expect(scores[0]).toBeLessThan(0);
  });

  it('see no line end and no mark of structure', () => {
    const text = '# Head\n\nOne thing\nis here. Two.\n\n- an item\n\n```\ncode. More.\n```\n\nThree.';
    expect(paragraphExamples(text).map(({ isBoundary }) => isBoundary)).toEqual([false, true]);
    expect(paragraphExamples('One. Two.\n\nThree.').map(({ features }) => features)).toEqual(
      paragraphExamples('One.\n\nTwo. Three.').map(({ features }) => features),
    );
  });

  it('adapt with 64 examples, the more the less they are held back', () => {
    const examples = paragraphExamples(paragraphs(22)).slice(0, 64);
    const likelihood = ({ weights }: { weights: readonly number[] }): number =>
      examples.reduce((sum, { features, isBoundary }) => {
        const odds = features.reduce((total, value, index) => total + value * (weights[index] ?? 0), 0);
        return sum - Math.log(1 + Math.exp(isBoundary ? -odds : odds));
      }, 0);
    const adapted = (ridge: number) => trainBoundaries(examples, { from: DEFAULT_BOUNDARY_WEIGHTS, ridge });
    expect(likelihood(adapted(8))).toBeGreaterThan(likelihood(DEFAULT_BOUNDARY_WEIGHTS));
    expect(likelihood(adapted(1))).toBeGreaterThan(likelihood(adapted(8)));
    const held = adapted(1e9).weights;
    for (const [index, weight] of DEFAULT_BOUNDARY_WEIGHTS.weights.entries())
      expect(held[index]).toBeCloseTo(weight, 3);
  });

  it('are not learned from gaps of one kind', () => {
    expect(() => trainBoundaries(paragraphExamples('One. Two. Three.'))).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});

/** Answers by a list, with the probability of each answer. */
const scripted = (answers: readonly (readonly [text: string, probability?: number])[]) => {
  const prompts: ChatPrompt[] = [];
  const model: ChatModel = {
    id: 'scripted',
    async *stream(prompt) {
      const [text, probability] = answers[prompts.length] ?? ['2'];
      prompts.push(prompt);
      const logprobs =
        probability === undefined ? undefined : [{ token: text, logprob: Math.log(probability) }];
      yield { type: 'text-delta', text, logprobs };
      yield { type: 'finish', reason: 'length' };
    },
  };
  return { model, prompts };
};

describe('asking a model for boundaries', () => {
  it('gives odds by the margin between keeping and splitting', async () => {
    const { model, prompts } = scripted([['1', 0.9], ['2', 0.9], [' 1', 0.6], ['no idea']]);
    const odds = await askBoundaries(units('a', 'b', 'c', 'd', 'e'), { model });
    expect(odds[0]).toBeCloseTo(Math.log(9), 6);
    expect(odds[1]).toBeCloseTo(-Math.log(9), 6);
    expect(odds[2]).toBeCloseTo(Math.log(1.5), 6);
    expect(odds[3]).toBe(0);
    expect(prompts).toHaveLength(4);
  });

  it('shows what stands since the last boundary', async () => {
    const { model, prompts } = scripted([
      ['2', 0.9],
      ['1', 0.9],
      ['2', 0.9],
    ]);
    await askBoundaries(units('alpha', 'beta', 'gamma', 'delta'), { model });
    const shown = prompts.map(
      ({ messages }) => /<before>\n([\s\S]*?)\n<\/before>/u.exec(messages[0]?.content ?? '')?.[1],
    );
    expect(shown).toEqual(['alpha', 'alpha\nbeta', 'gamma']);
  });

  it('measures against the mean of the last five margins, once there are five', async () => {
    const sure = Array.from({ length: 5 }, () => ['2', 0.95] as const);
    const { model } = scripted([...sure, ['2', 0.8], ['2', 0.99]]);
    const odds = await askBoundaries(units(...'abcdefgh'), { model });
    for (const score of odds.slice(0, 5)) expect(score).toBeLessThan(0);
    expect(odds[5]).toBeGreaterThan(0);
    expect(odds[6]).toBeLessThan(0);
  });

  it('takes an answer without probabilities as nearly certain', async () => {
    const { model } = scripted([['1'], ['2']]);
    const odds = await askBoundaries(units('a', 'b', 'c'), { model });
    expect(odds[0]).toBeGreaterThan(3);
    expect(odds[1]).toBe(-(odds[0] as number));
  });

  it('stops when it is aborted', async () => {
    const { model, prompts } = scripted([]);
    const options = { model, signal: AbortSignal.abort() };
    await expect(askBoundaries(units('a', 'b'), options)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(prompts).toEqual([]);
  });
});
