import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChatModel, type ChatPrompt, createManualClock } from '@retentive/core';
import {
  checkRequirements,
  compareRuns,
  createJudge,
  createMemorySystem,
  type EvaluationSet,
  type EvaluationSystem,
  evaluate,
  formatRunLog,
  judgeAgreement,
  openVerdictFile,
  parseRequirement,
  readRunLog,
  summarizeRun,
} from '@retentive/memory/evaluation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeQuestion, makeTurn, wordTokenizer } from './make-turn.ts';

const turns = [
  makeTurn({ id: 't1', text: 'I moved to Lisbon in May.' }),
  makeTurn({ id: 't2', text: 'The flat has a terrace.', time: Date.UTC(2024, 4, 8, 13) }),
];

const set: EvaluationSet = {
  name: 'small',
  conversations: [{ id: 'c', turns }],
  questions: [
    makeQuestion({ id: 'q1', evidence: ['t1'], spans: [{ turn: 't1', start: 11, end: 17 }] }),
    makeQuestion({ id: 'q2', question: 'What has the flat?', answers: ['terrace'], evidence: ['t1', 't2'] }),
    makeQuestion({ id: 'q3', question: 'Who is Zoe?', answers: [], evidence: [], answerable: false }),
  ],
};

/** Gives the same text whatever is asked. */
const fixedSystem = (text: string, name = 'fixed'): EvaluationSystem => ({
  name,
  config: { text },
  open: async () => ({ recall: async () => ({ text }), close: async () => {} }),
});

/** A model that answers by what stands in the last message. */
const scripted = (
  id: string,
  reply: (prompt: ChatPrompt) => string,
): ChatModel & { readonly asked: string[] } => {
  const asked: string[] = [];
  return {
    id,
    asked,
    async *stream(prompt) {
      asked.push(prompt.messages.at(-1)?.content ?? '');
      yield { type: 'text-delta', text: reply(prompt) };
      yield { type: 'finish', reason: 'stop' };
    },
  };
};

const quiet = { tokenizer: wordTokenizer, clock: createManualClock(0) };

describe('a run', () => {
  it('scores each question at each budget, and a context over its budget as nothing', async () => {
    const { records } = await evaluate([set], {
      ...quiet,
      system: fixedSystem('Ana: I moved to Lisbon in May.'),
      budgets: [7, 6],
    });
    expect(
      records.map(({ question, budget, recall, allEvidence, recallSpan, answer }) => [
        question,
        budget,
        recall,
        allEvidence,
        recallSpan,
        answer,
      ]),
    ).toEqual([
      ['q1', 7, 1, 1, 1, 1],
      ['q1', 6, 0, 0, 0, 0],
      ['q2', 7, 0.5, 0, null, 0],
      ['q2', 6, 0, 0, null, 0],
    ]);
    expect(records[0]).toMatchObject({ tokens: 7, precision: 6 / 7, overBudget: false });
    expect(records[1]).toMatchObject({ overBudget: true, precision: 0 });
    expect(records[2]?.precision).toBeCloseTo(6 / 7);
  });

  it('asks the memory itself through its public calls', async () => {
    const log = await evaluate([set], {
      system: createMemorySystem(),
      budgets: [64],
      clock: createManualClock(0),
    });
    expect(log.records.map(({ recall }) => recall)).toEqual([1, 1]);
    const again = await evaluate([set], {
      system: createMemorySystem(),
      budgets: [64],
      clock: createManualClock(0),
    });
    expect(formatRunLog(again)).toBe(formatRunLog(log));
  });

  it('tells settings apart by their hash, and keeps content out of the log unless asked', async () => {
    const run = (text: string, texts = false) =>
      evaluate([set], { ...quiet, system: fixedSystem(text), budgets: [9], texts });
    const [one, same, other] = [await run('a'), await run('a'), await run('b')];
    expect(same.head.configHash).toBe(one.head.configHash);
    expect(other.head.configHash).not.toBe(one.head.configHash);
    expect(formatRunLog(one)).not.toMatch(/Where does Ana live|Lisbon/u);
    expect(formatRunLog(await run('a', true))).toMatch(/Where does Ana live/u);
  });

  it('counts answers to what cannot be answered, and abstentions from what can', async () => {
    const answerer = scripted('reader', ({ messages }) =>
      (messages.at(-1)?.content ?? '').includes('flat') ? "I don't know." : 'In Lisbon, I think.',
    );
    const log = await evaluate([set], { ...quiet, system: fixedSystem('x'), budgets: [9], answerer });
    const [row] = summarizeRun(log).rows;
    expect(row?.metrics.falseAnswer?.mean).toBe(1);
    expect(row?.metrics.abstained?.mean).toBe(0.5);
    expect(row?.metrics.correct?.mean).toBe(0.5);
  });

  it('is stopped by its signal', async () => {
    const signal = AbortSignal.abort();
    await expect(evaluate([set], { system: createMemorySystem(), signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});

describe('logs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retentive-evaluation-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are read as they were written', async () => {
    const log = await evaluate([set], { ...quiet, system: fixedSystem('x'), budgets: [9] });
    const path = join(folder, 'log.jsonl');
    await writeFile(path, formatRunLog(log));
    expect(await readRunLog(path)).toEqual(log);
    await writeFile(path, formatRunLog(log).split('\n').slice(1).join('\n'));
    await expect(readRunLog(path)).rejects.toMatchObject({ code: 'FILE_INVALID' });
  });

  it('have verdicts beside them, so that a judge is asked once', async () => {
    const path = join(folder, 'deep', 'verdicts.jsonl');
    const task = { question: 'Where?', answers: ['Lisbon'], response: 'In the capital.' };
    const model = scripted('judge', () => 'RIGHT');
    expect(await createJudge({ model, cache: await openVerdictFile(path) }).isRight(task)).toBe(true);
    expect(await createJudge({ model, cache: await openVerdictFile(path) }).isRight(task)).toBe(true);
    expect(model.asked.length).toBe(1);
    await createJudge({ model, cache: await openVerdictFile(path) }).isRight({
      ...task,
      response: 'In Porto.',
    });
    expect(model.asked.length).toBe(2);
  });
});

describe('a judge', () => {
  it('is refused where it gives no verdict', async () => {
    const judge = createJudge({ model: scripted('judge', () => 'RIGHT or WRONG, who knows') });
    await expect(judge.isRight({ question: 'a', answers: ['b'], response: 'c' })).rejects.toMatchObject({
      code: 'MODEL_FAILED',
    });
  });

  it('is held against the gold answers', async () => {
    const answerer = scripted('reader', ({ messages }) =>
      (messages.at(-1)?.content ?? '').includes('flat') ? 'A balcony outside.' : 'In Lisbon.',
    );
    const judge = createJudge({ model: scripted('lenient', () => 'right.') });
    const log = await evaluate([set], { ...quiet, system: fixedSystem('x'), budgets: [9], answerer, judge });
    expect(judgeAgreement(log.records)).toEqual({
      answers: 2,
      agreement: 0.5,
      // One that always says the same agrees by chance alone.
      kappa: undefined,
      onlyJudge: 1,
      onlyGold: 0,
    });
    expect(judgeAgreement([])).toBeUndefined();
  });
});

describe('two runs', () => {
  it('are compared question by question', async () => {
    const run = (text: string) =>
      evaluate([set], { ...quiet, system: fixedSystem(text, text), budgets: [20] });
    const whole = await run('I moved to Lisbon in May. The flat has a terrace.');
    const half = await run('I moved to Lisbon in May.');
    const { rows, remarks } = compareRuns(half, whole);
    expect(rows.find(({ metric }) => metric === 'recall')).toMatchObject({
      questions: 2,
      before: 0.75,
      after: 1,
      delta: 0.25,
      gained: 1,
      lost: 0,
    });
    expect(remarks).toEqual([]);
    expect(
      compareRuns(whole, whole).rows.every(({ delta, low, high }) => delta === 0 && low === 0 && high === 0),
    ).toBe(true);
  });

  it('of different sets are told to be so', async () => {
    const run = (of: EvaluationSet) => evaluate([of], { ...quiet, system: fixedSystem('x'), budgets: [20] });
    const other = { ...set, questions: set.questions.slice(1) };
    expect(compareRuns(await run(set), await run(other)).remarks).toEqual([
      'the set small is not the same in both runs',
      '1 records have no partner in the other run and are left out',
      'both runs have the same settings',
    ]);
  });
});

describe('requirements', () => {
  const summarized = async () =>
    summarizeRun(
      await evaluate([set], { ...quiet, system: fixedSystem('I moved to Lisbon in May.'), budgets: [6, 9] }),
    );

  it('are met or not, by set and budget', async () => {
    const summary = await summarized();
    const check = (text: string) => checkRequirements(summary, [parseRequirement(text)]);
    expect(check('recall@9>=.75')).toEqual([
      { requirement: 'recall@9>=.75', set: 'small', budget: 9, value: 0.75, isMet: true },
    ]);
    expect(check('recall>.75').map(({ isMet }) => isMet)).toEqual([false, false]);
    expect(check('small:overBudget<=0').map(({ isMet }) => isMet)).toEqual([true, true]);
    expect(check('tokensToRecall<=512')).toMatchObject([{ value: undefined, isMet: false }]);
  });

  it('that nothing was measured for are not met', async () => {
    const summary = await summarized();
    expect(checkRequirements(summary, [parseRequirement('recall@4096>=0')])).toMatchObject([
      { isMet: false },
    ]);
    expect(checkRequirements(summary, [parseRequirement('falseAnswer<=1')])).toMatchObject([
      { isMet: false },
      { isMet: false },
    ]);
  });

  it.each(['recall@1024', 'recall=.8', 'wrong@10>=1', '@10>=1', 'recall@x>=1', ''])(
    'are refused: %s',
    (text) => {
      expect(() => parseRequirement(text)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    },
  );
});
