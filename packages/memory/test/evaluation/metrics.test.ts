import {
  createPartFinder,
  evidenceText,
  foldText,
  normalizeAnswer,
  scoreContext,
  zeroScore,
} from '@retentive/memory/evaluation';
import { describe, expect, it } from 'vitest';
import { makeQuestion, makeTurn, wordTokenizer } from './make-turn.ts';

describe('foldText', () => {
  it('makes one text of different compositions and line breaks', () => {
    expect(foldText(' Cafe\u0301\n  au\tlait ')).toBe('Caf\u00e9 au lait');
  });
});

describe('normalizeAnswer', () => {
  it('drops case and punctuation', () => {
    expect(normalizeAnswer('“May 8th, 2024!”')).toBe('may 8th 2024');
    expect(normalizeAnswer('３６岁。')).toBe('36岁');
  });
});

describe('evidenceText', () => {
  it('is the caption only where there are no words', () => {
    expect(evidenceText(makeTurn({ id: 'a', text: 'Look!', caption: 'a red boat' }))).toBe('Look!');
    expect(evidenceText(makeTurn({ id: 'a', text: ' ', caption: 'a red boat' }))).toBe('a red boat');
  });
});

describe('the share of a turn that is present', () => {
  const evidence = 'one two three four five six seven eight nine ten';
  const shareIn = (context: string): number => createPartFinder(context, wordTokenizer).share(evidence);

  it('is 1 for the whole turn and 0 for none of it', () => {
    expect(shareIn(`before ${evidence} after`)).toBe(1);
    expect(shareIn('nothing of the kind')).toBe(0);
  });

  it('counts runs of five words and more', () => {
    expect(shareIn('x one two three four five six y')).toBeCloseTo(0.6);
    expect(shareIn('one two three four five / six seven eight nine ten')).toBe(1);
  });

  it('does not count shorter runs', () => {
    expect(shareIn('one two three four x seven eight nine ten')).toBe(0);
  });

  it('takes the longest of several places', () => {
    expect(shareIn('one two three four five x one two three four five six seven')).toBeCloseTo(0.7);
  });

  it('splits Chinese by character', () => {
    const finder = createPartFinder('他说我的上司名叫赵雅', {
      ...wordTokenizer,
      count: (text) => [...text].length,
    });
    expect(finder.share('我的上司名叫赵雅琳。')).toBeCloseTo(0.8);
  });
});

describe('scoreContext', () => {
  const evidence = [
    makeTurn({ id: 't1', text: 'I moved to Lisbon\nin May.' }),
    makeTurn({ id: 't2', text: 'The flat has a terrace.' }),
  ];

  it('counts whole turns, however their white space is laid out', () => {
    const context = foldText('[2024-05-08]\nAna: I moved to Lisbon\n in May.\n');
    expect(scoreContext(context, makeQuestion(), evidence, wordTokenizer)).toEqual({
      recall: 0.5,
      recallPart: 0.5,
      allEvidence: 0,
      answer: 1,
    });
  });

  it('asks for an answer only where the evidence holds one', () => {
    const question = makeQuestion({ answers: ['Porto'] });
    expect(scoreContext('Porto', question, evidence, wordTokenizer).answer).toBeUndefined();
    expect(scoreContext('Porto', makeQuestion(), evidence, wordTokenizer).answer).toBe(0);
  });

  it('is all 0 for a broken promise, with an answer that was not asked left out', () => {
    expect(zeroScore({ recall: 1, recallPart: 1, allEvidence: 1, answer: 1 })).toEqual({
      recall: 0,
      recallPart: 0,
      allEvidence: 0,
      answer: 0,
    });
    expect(zeroScore({ recall: 1, recallPart: 1, allEvidence: 1, answer: undefined }).answer).toBeUndefined();
  });
});
