import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShell, type Shell } from './shell.ts';

let shell: Shell;
let sets: string;

const conversation = {
  id: 'c1',
  sessions: [
    {
      id: 'S1',
      time: '2024-05-08T10:00:00Z',
      turns: [
        { id: 'a', speaker: 'Ana', text: 'I moved from Porto to Lisbon last week.' },
        { id: 'b', speaker: 'Ben', text: 'My sister keeps bees on the roof.' },
      ],
    },
  ],
};

const questions = [
  {
    id: 'q1',
    conversationId: 'c1',
    question: 'Where did Ana move?',
    answers: ['Lisbon'],
    evidenceTurnIds: ['a'],
  },
  { id: 'q2', conversationId: 'c1', question: 'What does Ben own, a yacht?', unanswerable: true },
];

const jsonl = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

beforeAll(async () => {
  shell = await openShell();
  sets = join(shell.folder, 'sets');
  await mkdir(join(sets, 'small'), { recursive: true });
  await mkdir(join(sets, 'unlabelled'));
  await writeFile(join(sets, 'small', 'conversations.jsonl'), jsonl([conversation]));
  await writeFile(join(sets, 'small', 'questions.jsonl'), jsonl(questions));
  await writeFile(join(sets, 'unlabelled', 'conversations.jsonl'), jsonl([conversation]));
});

afterAll(() => shell.close());

describe('eval', () => {
  it('measures the sets of a folder and names what it leaves out', async () => {
    const { code, stdout, stderr } = await shell.run(['eval', sets, '--budgets', '8,64', '--json']);
    expect(code).toBe(0);
    expect(stderr).toContain('unlabelled is left out: no questions.jsonl');
    const { rows, tokensToRecall, configHash } = JSON.parse(stdout);
    expect(
      rows.map(({ set, budget, questions: asked }: Record<string, unknown>) => [set, budget, asked]),
    ).toEqual([
      ['small', 8, 1],
      ['small', 64, 1],
    ]);
    expect(rows[1].metrics.recall).toMatchObject({ mean: 1 });
    expect(tokensToRecall).toEqual({ small: 64 });
    expect(configHash).toMatch(/^[0-9a-f]{64}$/u);
  });

  it('writes a log and reports, and compares a run with an earlier one', async () => {
    const out = join(shell.folder, 'out');
    const set = join(sets, 'small');
    const first = await shell.run(['eval', set, '--budgets', '64', '--answer', '--out', out]);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('falseAnswer') });
    const log = join(out, 'log.jsonl');
    expect((await readFile(log, 'utf8')).split('\n').length).toBe(4);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('<svg ');
    expect(await readFile(join(out, 'report.md'), 'utf8')).toContain('## What was measured');
    const again = await shell.run(['eval', set, '--budgets', '64', '--answer', '--compare', log, '--json']);
    const { comparison } = JSON.parse(again.stdout);
    expect(comparison.remarks).toEqual(['both runs have the same settings']);
    expect(comparison.rows.every(({ delta }: { delta: number }) => delta === 0)).toBe(true);
    const both = await shell.run(['eval', '--compare', log, log]);
    expect(both).toMatchObject({ code: 0, stdout: expect.stringContaining('recall') });
  });

  it('fails where a requirement is not met', async () => {
    const run = (requirement: string) =>
      shell.run(['eval', sets, '--sets', 'small', '--budgets', '64', '--require', requirement]);
    expect(await run('recall@64>=.8')).toMatchObject({ code: 0, stdout: expect.stringContaining('met') });
    expect(await run('recall@64>=1.1')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('not met'),
    });
    expect(await run('nothing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('OPTION_INVALID'),
    });
  });

  it('makes questions where there are none, and writes them down', async () => {
    const made = join(shell.folder, 'made');
    const run = ['eval', sets, '--sets', 'unlabelled', '--make-questions', '--write-sets', made, '--json'];
    const { code, stdout } = await shell.run(run);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).sets.unlabelled.questions).toBeGreaterThan(0);
    expect(await readFile(join(made, 'unlabelled', 'questions.jsonl'), 'utf8')).toContain('"evidenceSpans"');
  });

  it('measures what the user has in memory, and leaves it as it is', async () => {
    expect(await shell.run(['eval'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('FILE_NOT_FOUND'),
    });
    const talk = [
      {
        role: 'user',
        speaker: 'Ana',
        time: '2024-05-03T12:00:00Z',
        content: 'I live in Porto. The rent of the flat is 740 euros.',
      },
      {
        role: 'user',
        speaker: 'Ana',
        time: '2024-05-04T12:00:00Z',
        content: 'The train to Lisbon left at 9:40.',
      },
    ];
    await shell.run(['ingest', await shell.put('talk.jsonl', jsonl(talk))]);
    const before = (await shell.run(['export'])).stdout;
    const { code, stdout } = await shell.run(['eval', '--json', '--budgets', '256']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rows[0]).toMatchObject({ set: 'own', metrics: { recall: { mean: 1 } } });
    expect((await shell.run(['export'])).stdout).toBe(before);
  });

  it('reads a public set as its authors published it', async () => {
    const locomo = [
      {
        sample_id: 'conv-1',
        conversation: {
          session_1_date_time: '1:56 pm on 8 May, 2023',
          session_1: [{ speaker: 'Ana', dia_id: 'D1:1', text: 'I picked figs today.' }],
        },
        qa: [{ question: 'What did Ana pick?', answer: 'Figs', evidence: ['D1:1'], category: 4 }],
      },
    ];
    const file = await shell.put('locomo10.json', JSON.stringify(locomo));
    const { code, stdout } = await shell.run(['eval', file, '--from', 'locomo', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rows.at(-1)).toMatchObject({ set: 'locomo', metrics: { recall: { mean: 1 } } });
  });

  it.each([
    [['--from', 'locomo']],
    [['sets', '--compare', 'a', 'b']],
    [['--compare', 'a', 'b', '--require', 'recall>=.5']],
    [['sets', '--judge', 'm']],
    [['sets', '--budgets', '12,x']],
    [['sets', '--limit', '0']],
  ])('refuses %j', async (args) => {
    expect(await shell.run(['eval', ...args])).toMatchObject({ code: 2 });
  });
});
