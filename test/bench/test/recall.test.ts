import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvaluationSet } from '@retentive/memory/evaluation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { measureRecall, type RecallOptions } from '../src/recall.ts';
import { recallDumpSchema, recallReportSchema } from '../src/schemas.ts';
import { WITHOUT_NAMES } from '../src/without.ts';

const CONVERSATION = {
  id: 'c1',
  participants: ['Ana', 'Ben'],
  sessions: [
    {
      id: 'S1',
      time: '2024-05-08T10:00:00Z',
      turns: [
        { id: 'a', speaker: 'Ana', text: 'I moved from Porto to Lisbon last week.' },
        { id: 'b', speaker: 'assistant', text: 'How is the new flat?' },
        { id: 'c', speaker: 'Ana', text: 'It has a terrace.', caption: 'a terrace with two red chairs' },
      ],
    },
    { id: 'S2', time: null, turns: [{ id: 'd', speaker: 'Ben', text: 'My sister keeps bees.' }] },
  ],
};

const QUESTIONS = [
  {
    id: 'q1',
    conversationId: 'c1',
    question: 'Where did Ana move?',
    answers: ['Lisbon'],
    category: 'single',
    evidenceTurnIds: ['a'],
  },
  {
    id: 'q2',
    conversationId: 'c1',
    question: 'Who keeps bees?',
    answers: ["Ben's sister"],
    category: 'other',
    evidenceTurnIds: ['d'],
  },
  {
    id: 'q3',
    conversationId: 'c1',
    question: 'What does Ben drive?',
    answers: [],
    category: 'none',
    evidenceTurnIds: [],
    unanswerable: true,
  },
];

let folder = '';

const writeLines = async (set: string, file: string, values: readonly unknown[]): Promise<void> => {
  await mkdir(join(folder, set), { recursive: true });
  await writeFile(join(folder, set, file), values.map((value) => `${JSON.stringify(value)}\n`).join(''));
};

const options = (more: Partial<RecallOptions> = {}): RecallOptions => ({
  data: folder,
  budgets: [64, 256],
  store: 'memory',
  seed: 7,
  progress: { update() {}, end() {} },
  ...more,
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retentive-bench-test-'));
  await writeLines('small', 'conversations.jsonl', [CONVERSATION]);
  await writeLines('small', 'questions.jsonl', QUESTIONS);
  await writeLines('pages', 'documents.jsonl', [{ id: 'd1', text: 'a page' }]);
  await writeLines('bare', 'conversations.jsonl', [CONVERSATION]);
  await writeLines('bare', 'questions.jsonl', [{ ...QUESTIONS[0], evidenceTurnIds: [] }]);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('readEvaluationSet', () => {
  it('gives turns their role, speaker and a time that grows', async () => {
    const set = await readEvaluationSet(folder, 'small');
    if ('reason' in set) throw new Error(set.reason);
    const turns = set.conversations[0]?.turns ?? [];
    expect(turns.map(({ role, speaker }) => [role, speaker])).toEqual([
      ['user', 'Ana'],
      ['assistant', 'assistant'],
      ['user', 'Ana'],
      ['user', 'Ben'],
    ]);
    expect(turns.slice(0, 3).map(({ time }) => new Date(time).toISOString())).toEqual([
      '2024-05-08T10:00:00.000Z',
      '2024-05-08T10:00:01.000Z',
      '2024-05-08T10:00:02.000Z',
    ]);
    expect(turns[2]?.caption).toBe('a terrace with two red chairs');
  });

  it('names the line that is no conversation', async () => {
    await writeFile(join(folder, 'small', 'conversations.jsonl'), '\n{"id":"c1"}\n');
    await expect(readEvaluationSet(folder, 'small')).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringContaining('conversations.jsonl:2: sessions'),
    });
    await writeFile(join(folder, 'small', 'conversations.jsonl'), '{"id":');
    await expect(readEvaluationSet(folder, 'small')).rejects.toMatchObject({
      message: expect.stringContaining('conversations.jsonl:1 is not JSON'),
    });
  });
});

describe('measureRecall', () => {
  it('measures every selector at every budget, and says why a set is not measured', async () => {
    const { report, summaries } = await measureRecall(options());
    expect(recallReportSchema.parse(report)).toEqual(report);
    expect(report.sets['pages']).toMatchObject({ questions: 0, rows: null, reason: expect.any(String) });
    expect(report.sets['bare']).toMatchObject({ questions: 0, rows: null, reason: expect.any(String) });
    const small = report.sets['small'];
    expect(small?.questions).toBe(2);
    expect(small?.rows?.map(({ selector }) => selector)).toEqual([
      ...['retentive', 'recent', 'random', 'bm25', 'bm25-neighbours', 'bm25-sqrt', 'mmr'].flatMap((name) => [
        name,
        name,
      ]),
      'full-context',
    ]);
    expect(small?.rows?.find(({ budget }) => budget === 256)?.recall).toBe(1);
    expect(small?.rows?.at(-1)).toMatchObject({ budget: null, recall: 1 });
    expect(summaries[0]?.faults.every(({ overBudget, unlabelled }) => overBudget + unlabelled === 0)).toBe(
      true,
    );
  });

  it('gives the same figures for the same seed, times aside, in memory and on disk', async () => {
    const figures = async (store: 'memory' | 'sqlite') => {
      const { report } = await measureRecall(options({ sets: ['small'], store }));
      return report.sets['small']?.rows?.map(({ msP50, msP95, ...row }) => row);
    };
    const first = await figures('memory');
    expect(await figures('memory')).toEqual(first);
    expect(await figures('sqlite')).toEqual(first);
  });

  it('leaves parts of ranking out, bounds the working set, and measures chunks of every size', async () => {
    const small = options({ sets: ['small'], budgets: [256], without: ['all'], grid: true, capacity: 0.5 });
    const { report, summaries } = await measureRecall(small);
    const names = report.sets['small']?.rows?.map(({ selector }) => selector);
    expect(names).toEqual(expect.arrayContaining(WITHOUT_NAMES.map((name) => `retentive:without-${name}`)));
    expect(names).toEqual(expect.arrayContaining(['chunks-64x2', 'chunks-512x20']));
    expect(summaries[0]?.faults.every(({ overBudget, unlabelled }) => overBudget + unlabelled === 0)).toBe(
      true,
    );
    await expect(measureRecall(options({ sets: ['small'], without: ['nope'] }))).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });

  it('dumps a line a question and budget of the memory', async () => {
    const dump = join(folder, 'dump.jsonl');
    await measureRecall(options({ sets: ['small'], dump, budgets: [256], selectors: ['retentive'] }));
    const lines = (await readFile(dump, 'utf8')).trimEnd().split('\n');
    const values = lines.map((line) => recallDumpSchema.parse(JSON.parse(line)));
    expect(values.map(({ questionId, budget }) => [questionId, budget])).toEqual([
      ['q1', 256],
      ['q2', 256],
    ]);
    expect(values[0]?.text).toContain('I moved from Porto to Lisbon last week.');
  });

  it('refuses a set or a selector that is not there', async () => {
    await expect(measureRecall(options({ sets: ['nope'] }))).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    await expect(measureRecall(options({ selectors: ['nope'] }))).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    await expect(measureRecall(options({ data: join(folder, 'nope') }))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });
});
