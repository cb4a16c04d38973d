import { openO200kTokenizer } from '@retentive/core/tokenizer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BenchConversation } from '../src/bench-data.ts';
import { analyze } from '../src/controls/analyze.ts';
import { createBm25 } from '../src/controls/bm25.ts';
import { createControls } from '../src/controls/controls.ts';
import { neighbourTerms, rankByMarginalRelevance, rankByScore } from '../src/controls/rankings.ts';
import { fillBudget, turnLines } from '../src/controls/turn-lines.ts';
import { unlabelledItems } from '../src/labels.ts';
import { makeQuestion, makeTurn, wordTokenizer } from './make-turn.ts';

const conversation: BenchConversation = {
  id: 'c',
  turns: [
    makeTurn({ id: 'a', text: 'The kayak is red' }),
    makeTurn({ id: 'b', text: 'Where is it stored' }),
    makeTurn({ id: 'c', text: 'My mother lives in Porto', session: 's2' }),
    makeTurn({ id: 'd', text: 'The kayak came from my brother in the north of the country', session: 's2' }),
  ],
};

describe('analyze', () => {
  it('gives stems without stop words, and pairs of Chinese characters', () => {
    expect(analyze("The kayaks weren't moving in 2024")).toEqual(['kayak', 'move', '2024']);
    expect(analyze('我的上司')).toEqual(['我的', '的上', '上司']);
  });
});

describe('createBm25', () => {
  it('gives the score of the formula', () => {
    // 2 documents of 2 and 4 terms, mean 3; "kayak" in one: idf = ln(1 + 1.5 / 1.5); norm = 1 - .75 + .75 * 2 / 3 = .75
    const bm25 = createBm25([
      ['kayak', 'red'],
      ['mother', 'live', 'porto', 'red'],
    ]);
    const scores = bm25.score(['kayak', 'kayak']);
    expect(scores[0]).toBeCloseTo((Math.log(2) * 2.2) / (1 + 1.2 * 0.75));
    expect(scores[1]).toBe(0);
  });

  it('gives nothing of an empty conversation', () => {
    expect([...createBm25([]).score(['kayak'])]).toEqual([]);
  });
});

describe('rankings', () => {
  it('leave out what shares no word, and put the earlier of equals first', () => {
    expect(rankByScore(Float64Array.of(1, 0, 3, 1))).toEqual([2, 0, 3]);
  });

  it('take neighbours from the same session only', () => {
    expect(neighbourTerms(conversation.turns, [['a'], ['b'], ['c'], ['d']])).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ]);
  });

  it('put off by marginal relevance what repeats a taken turn', () => {
    // .7 * .9 - .3 * 1 = .33 for the copy of the first, .7 * .5 = .35 for the one that is unlike it
    const terms = [['kayak'], ['kayak'], ['boat']];
    expect(rankByMarginalRelevance(Float64Array.of(1, 0.9, 0.5), terms, () => 1)).toEqual([0, 2, 1]);
  });
});

describe('fillBudget', () => {
  it('passes over a turn that does not fit, takes a later one that does, and keeps the order of time', () => {
    const lines = turnLines(conversation, wordTokenizer);
    expect(lines.map(({ tokens }) => tokens)).toEqual([6, 6, 7, 14]);
    const { text, items } = fillBudget(lines, [3, 1, 0], 12);
    expect(items.map(({ turn }) => turn)).toEqual(['a', 'b']);
    expect(text).toBe('2024-05-08 Ana: The kayak is red\n2024-05-08 Ana: Where is it stored\n');
  });
});

describe('turnLines', () => {
  it('cost together what they cost apart', async () => {
    const tokenizer = await openO200kTokenizer();
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 6 }), (texts) => {
        const turns = texts.map((text, index) => makeTurn({ id: String(index), text }));
        const lines = turnLines({ id: 'c', turns }, tokenizer);
        const whole = lines.map(({ text }) => text).join('');
        expect(tokenizer.count(whole)).toBe(lines.reduce((sum, { tokens }) => sum + tokens, 0));
      }),
    );
  });
});

describe('createControls', () => {
  const controls = createControls(wordTokenizer, 7);

  it('are the six of the table and the whole conversation', () => {
    expect(controls.map(({ name }) => name)).toEqual([
      'recent',
      'random',
      'bm25',
      'bm25-neighbours',
      'bm25-sqrt',
      'mmr',
      'full-context',
    ]);
  });

  it.each(controls.map((control) => [control.name, control] as const))(
    '%s: stays within the budget, names speaker and date, gives the same again',
    async (_, control) => {
      const open = await control.open(conversation);
      const question = makeQuestion({ question: 'What colour is the kayak?' });
      const first = await open.recall(question, 20);
      expect(first.items.length).toBeGreaterThan(0);
      if (!control.unbounded) expect(wordTokenizer.count(first.text)).toBeLessThanOrEqual(20);
      expect(unlabelledItems(first.text, first.items)).toEqual([]);
      expect(await open.recall(question, 20)).toEqual(first);
      await open.close();
    },
  );

  it('rank as their names say', async () => {
    const recalled = async (name: string, budget: number): Promise<readonly (string | undefined)[]> => {
      const open = await controls.find((control) => control.name === name)?.open(conversation);
      const question = makeQuestion({ question: 'Whose kayak, brother?' });
      return (await open?.recall(question, budget))?.items.map(({ turn }) => turn) ?? [];
    };
    expect(await recalled('recent', 14)).toEqual(['d']);
    expect(await recalled('bm25', 14)).toEqual(['d']);
    expect(await recalled('bm25', 20)).toEqual(['a', 'd']);
    expect(await recalled('full-context', 0)).toEqual(['a', 'b', 'c', 'd']);
  });
});
