import { collect, createManualClock } from '@retentive/core';
import { measuredQuestions, spreadOver } from '@retentive/memory/evaluation';
import { describe, expect, it } from 'vitest';
import type { BenchConversation } from '../src/bench-data.ts';
import { evaluateRecall } from '../src/evaluate-recall.ts';
import { formatFaults, recallByCategory, recallRows, summarizeFaults } from '../src/recall-summary.ts';
import type { Recalled, Selector } from '../src/selector.ts';
import { makeQuestion, makeTurn, wordTokenizer } from './make-turn.ts';

const conversation: BenchConversation = {
  id: 'c',
  turns: [makeTurn({ id: 't1', text: 'I live in Lisbon' }), makeTurn({ id: 't2', text: 'By the river' })],
};

/** Gives the same text whatever is asked; each call takes 4 ms. */
const fixedSelector = (name: string, recalled: Recalled, clock: { advance(ms: number): void }): Selector => ({
  name,
  open: async () => ({
    async recall() {
      clock.advance(4);
      return recalled;
    },
    close: async () => {},
  }),
});

const block = '2024-05-08 Ana: I live in Lisbon\n';
const labelled = { turn: 't1', block, words: 'I live in Lisbon', speaker: 'Ana', time: Date.UTC(2024, 4, 8) };

const evaluate = async (name: string, recalled: Recalled, budgets: readonly number[]) => {
  const clock = createManualClock();
  const questions = measuredQuestions(conversation, [
    makeQuestion({ id: 'q1', category: 'single', evidence: ['t1'] }),
    makeQuestion({ id: 'q2', category: 'multi', evidence: ['t1', 't2', 'gone'], answers: ['nowhere'] }),
  ]);
  const task = { conversation, questions, budgets, tokenizer: wordTokenizer, clock };
  return collect(evaluateRecall(fixedSelector(name, recalled, clock), task));
};

describe('measuredQuestions', () => {
  it('are answerable ones of this conversation with evidence that exists', () => {
    const questions = [
      makeQuestion({ id: 'kept' }),
      makeQuestion({ id: 'unanswerable', answerable: false }),
      makeQuestion({ id: 'without evidence', evidence: [] }),
      makeQuestion({ id: 'evidence that does not exist', evidence: ['gone'] }),
      makeQuestion({ id: 'of another conversation', conversationId: 'other' }),
    ];
    expect(measuredQuestions(conversation, questions).map(({ question }) => question.id)).toEqual(['kept']);
  });
});

describe('spreadOver', () => {
  it('takes values at even distances', () => {
    expect(spreadOver([0, 1, 2, 3, 4, 5, 6], 3)).toEqual([0, 2, 4]);
    expect(spreadOver([0, 1], 3)).toEqual([0, 1]);
  });
});

describe('evaluateRecall', () => {
  it('averages over questions', async () => {
    const outcomes = await evaluate('retentive', { text: block, items: [labelled] }, [6]);
    expect(recallRows(outcomes)).toEqual([
      {
        selector: 'retentive',
        budget: 6,
        recall: 0.75,
        recallPart: 0.75,
        allEvidence: 0.5,
        answer: 1,
        tokensMean: 6,
        msP50: 4,
        msP95: 4,
      },
    ]);
    expect(recallByCategory(outcomes)).toEqual({ multi: { '6': 0.5 }, single: { '6': 1 } });
  });

  it('gives 0 to a context one token over its budget, and counts it', async () => {
    const outcomes = await evaluate('loose', { text: block, items: [labelled] }, [5, 6]);
    expect(recallRows(outcomes).map(({ budget, recall }) => [budget, recall])).toEqual([
      [5, 0],
      [6, 0.75],
    ]);
    const faults = summarizeFaults(outcomes);
    expect(faults).toEqual([{ selector: 'loose', overBudget: 2, unlabelled: 0 }]);
    expect(formatFaults(faults)).toBe(
      'loose: 2 contexts over budget, 0 with an item without speaker or date (scored 0)\n',
    );
  });

  it('gives 0 to a context with an item without speaker, and counts it', async () => {
    const anonymous = '2024-05-08: I live in Lisbon\n';
    const outcomes = await evaluate(
      'mute',
      { text: anonymous, items: [{ ...labelled, block: anonymous }] },
      [9],
    );
    expect(outcomes.map(({ recall, answer }) => [recall, answer])).toEqual([
      [0, 0],
      [0, undefined],
    ]);
    expect(summarizeFaults(outcomes)).toEqual([{ selector: 'mute', overBudget: 0, unlabelled: 2 }]);
  });
});
