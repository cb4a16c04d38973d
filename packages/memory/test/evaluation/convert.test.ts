import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  convertBeam,
  convertLocomo,
  convertLongMemEval,
  convertRealtalk,
  readEvaluationSet,
  readSourceSet,
  writeEvaluationSet,
} from '@retentive/memory/evaluation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beamChat, beamPlans, beamProbes, locomo, longMemEval, realtalk } from './source-files.ts';

describe('LoCoMo', () => {
  const set = convertLocomo(locomo);
  const [conversation] = set.conversations;

  it('has its sessions in the order of their numbers, with the times of their headings', () => {
    expect(conversation?.turns.map(({ id, session }) => [id, session])).toEqual([
      ['D1:1', 'S1'],
      ['D1:2', 'S1'],
      ['D2:1', 'S2'],
      ['D10:5', 'S10'],
    ]);
    expect(conversation?.turns.map(({ time }) => new Date(time).toISOString())).toEqual([
      '2023-05-08T13:56:00.000Z',
      '2023-05-08T13:56:01.000Z',
      '2023-05-25T00:14:00.000Z',
      '2023-06-09T12:05:00.000Z',
    ]);
    expect(conversation?.turns[1]).toMatchObject({ caption: 'a bowl of figs', speaker: 'Ben' });
  });

  it('mends evidence as people wrote it, and leaves out what names no turn', () => {
    expect(set.questions.map(({ evidence }) => evidence)).toEqual([
      ['D1:1'],
      ['D1:2', 'D2:1'],
      ['D10:5'],
      [],
      ['D2:1'],
    ]);
  });

  it('names categories, takes numbers for answers, and holds adversarial questions to be unanswerable', () => {
    expect(set.questions.map(({ category, answers, answerable }) => [category, answers, answerable])).toEqual(
      [
        ['single-hop', ['Figs'], true],
        ['multi-hop', ['2022'], true],
        ['temporal', ['June'], true],
        ['open-domain', ['Likely no'], true],
        ['adversarial', [], false],
      ],
    );
  });

  it('says where a file is not as its authors made it', () => {
    expect(() => convertLocomo([{ qa: [] }])).toThrow(
      expect.objectContaining({
        code: 'FILE_INVALID',
        message: expect.stringMatching(/LoCoMo: 0.conversation/u),
      }),
    );
  });
});

describe('REALTALK', () => {
  it('has the time of each message', () => {
    const { conversation, questions } = convertRealtalk('Chat_1', realtalk);
    expect(conversation.turns.map(({ id, text, time }) => [id, text, new Date(time).toISOString()])).toEqual([
      ['D1:1', 'morning!', '2023-12-29T00:51:12.000Z'],
      ['D1:3', 'went for a run', '2023-12-30T18:02:00.000Z'],
      ['D2:7', '', '2024-01-02T09:00:00.000Z'],
    ]);
    expect(conversation.turns[2]).toMatchObject({ caption: 'a boat at a pier' });
    expect(questions).toMatchObject([
      { id: 'Chat_1:q0', category: 'temporal', evidence: ['D1:3'], answers: ['on 30.12.2023'] },
      { id: 'Chat_1:q1', category: 'commonsense', evidence: [], answers: ['yes'] },
      { id: 'Chat_1:q2', category: 'multi-hop', evidence: ['D2:7'], answers: ['a boat'] },
    ]);
  });
});

describe('LongMemEval', () => {
  it('is a history a question, in order of time, with the turns that have the answer', () => {
    const { conversation, questions } = convertLongMemEval(longMemEval[0]);
    expect(conversation.turns.map(({ id, role }) => [id, role])).toEqual([
      ['s1#0', 'user'],
      ['s1#1', 'assistant'],
      ['answer_2#0', 'user'],
      ['s1@2#0', 'user'],
    ]);
    expect(questions).toMatchObject([
      {
        evidence: ['answer_2#0'],
        category: 'knowledge-update',
        now: Date.UTC(2023, 4, 30, 23, 40),
        answerable: true,
      },
    ]);
  });

  it('has questions whose right reply is to abstain', () => {
    expect(convertLongMemEval(longMemEval[1]).questions).toMatchObject([
      { answerable: false, category: 'abstention', answers: ['7'] },
    ]);
  });
});

describe('BEAM', () => {
  const { conversation, questions } = convertBeam('beam-1', beamChat, beamProbes);

  it('drops the marks of its plan, and dates batches by their anchor', () => {
    expect(conversation.turns.map(({ id, text, session }) => [id, text, session])).toEqual([
      ['m0', 'I plan a garden.', 'B1'],
      ['m1', 'Good.', 'B1'],
      ['m2', 'It has figs now.', 'B2'],
    ]);
    expect(conversation.turns.map(({ time }) => new Date(time).toISOString())).toEqual([
      '2024-03-15T00:00:00.000Z',
      '2024-03-15T00:00:01.000Z',
      '2024-04-02T00:00:00.000Z',
    ]);
  });

  it('finds answers and evidence under the names that each ability has for them', () => {
    expect(
      questions.map(({ category, answers, evidence, answerable }) => [
        category,
        answers,
        evidence,
        answerable,
      ]),
    ).toEqual([
      ['abstention', ['Nothing is said of it.'], [], false],
      ['knowledge-update', ['figs'], ['m0', 'm2'], true],
      ['summarization', ['A garden.'], ['m0', 'm1'], true],
    ]);
  });
});

describe('BEAM at 10M', () => {
  it('goes through its plans, and holds a number that two messages have to be evidence of neither', () => {
    const { conversation, questions } = convertBeam('beam-1', beamPlans, beamProbes);
    expect(conversation.turns.map(({ id, text, session }) => [id, text, session])).toEqual([
      ['m0', 'I garden.', 'plan-1:B1'],
      ['m2', 'Figs, now.', 'plan-2:B1'],
      ['m0@1', 'Good.', 'plan-2:B2'],
    ]);
    expect(questions.map(({ evidence }) => evidence)).toEqual([[], ['m2'], []]);
  });

  it('says which plan is not as its authors made it', () => {
    expect(() => convertBeam('beam-1', [{ 'plan-1': [{ turns: 'none' }] }], beamProbes)).toThrow(
      expect.objectContaining({ code: 'FILE_INVALID', message: expect.stringContaining('plan-1: 0.turns') }),
    );
  });
});

describe('the files themselves', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retentive-convert-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const put = async (name: string, value: unknown): Promise<string> => {
    const path = join(folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, JSON.stringify(value));
    return path;
  };

  it('are read, and written in one schema from which the same set is read again', async () => {
    await put('raw/Chat_1_a.json', realtalk);
    await put('raw/Chat_10_b.json', realtalk);
    await put('raw/notes.json', {});
    await put('chats/2/chat.json', beamChat);
    await put('chats/2/probing_questions/probing_questions.json', beamProbes);
    const sets = [
      await readSourceSet('locomo', await put('locomo10.json', locomo)),
      await readSourceSet('longmemeval', await put('s.json', longMemEval)),
      await readSourceSet('beam', join(folder, 'chats')),
      await readSourceSet('realtalk', join(folder, 'raw')),
    ];
    expect(
      sets.map(({ name, conversations, questions }) => [name, conversations.length, questions.length]),
    ).toEqual([
      ['locomo', 1, 5],
      ['longmemeval', 2, 2],
      ['beam', 1, 3],
      ['realtalk', 2, 6],
    ]);
    const single = await readSourceSet('beam', join(folder, 'chats', '2'));
    expect(single.questions).toEqual(sets[2]?.questions);
    for (const set of sets) {
      await writeEvaluationSet(join(folder, 'sets'), set);
      expect(await readEvaluationSet(join(folder, 'sets'), set.name)).toEqual(set);
    }
  });

  it('are missed by name', async () => {
    await expect(readSourceSet('locomo', join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    await expect(readSourceSet('beam', folder)).rejects.toMatchObject({ code: 'FILE_INVALID' });
  });
});
