import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { openSurprisal } from '@retentive/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHUNKING_EVAL_TASK } from '../src/retention/tasks/chunking-eval.ts';
import { SENTENCES_TASK } from '../src/retention/tasks/sentences.ts';
import type { RetentionTask } from '../src/retention/tasks/task.ts';
import { TIAGE_TASK } from '../src/retention/tasks/tiage.ts';

const toLines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

const TURNS = [
  ['A', 'So tell me, do you have any pets at home, or did you ever have one?', -1],
  ['B', 'I have two cats, both of them lazy, and they sleep on my bed all day long.', 0],
  ['A', 'My own cats sleep all day as well, and at night they run around the bed.', 0],
  ['B', 'By the way, where do you work these days, still at the old bakery?', 1],
  ['A', 'Yes, in the bakery by the harbour, at night, and I bake some sixty loaves.', 0],
  ['B', 'Baking at night sounds hard, though the bread of that bakery is good.', 0],
] as const;

const ANSWER = 'The key of the boathouse hangs behind the green clock.';
const TEXT = `${'The river rose in April and fell in May. '.repeat(40)}\n\n## Keys\n\n${ANSWER} Nobody knows why.\n\n## Oars\n\n${'Oars are kept dry and counted twice. '.repeat(40)}`;

describe('the tasks of chunking', () => {
  let data: string;
  const run = async (task: RetentionTask, folder: string | undefined = data) => {
    const [tokenizer, surprisal] = await Promise.all([openO200kTokenizer(), openSurprisal()]);
    const rows = await task.measure({ data: folder, seed: 7, tokenizer, surprisal });
    return (policy: string) => rows.find((row) => row.policy === policy);
  };

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'retentive-chunking-'));
    await mkdir(join(data, 'tiage'));
    await mkdir(join(data, 'chunking-eval'));
    const turns = TURNS.map(([speaker, text, shift]) => ({ speaker, text, shift }));
    await writeFile(join(data, 'tiage', 'dialogues.jsonl'), toLines([{ id: 'd', turns }]));
    const start = TEXT.indexOf(ANSWER);
    const question = {
      documentId: 'keys',
      question: 'Where does the key of the boathouse hang?',
      references: [{ start, end: start + ANSWER.length }],
    };
    await writeFile(join(data, 'chunking-eval', 'documents.jsonl'), toLines([{ id: 'keys', text: TEXT }]));
    await writeFile(join(data, 'chunking-eval', 'questions.jsonl'), toLines([question]));
  });
  afterAll(() => rm(data, { recursive: true, force: true }));

  it('count a boundary where people see one', async () => {
    const row = await run(TIAGE_TASK);
    expect(row('retentive')?.value).toBeGreaterThan(0.6);
    // One of five gaps is a boundary.
    expect(row('every turn')?.value).toBeCloseTo(2 / 6, 9);
    expect(row('questions')?.value).toBeGreaterThan(0.6);
    expect(row('random, true count')?.value).toBeLessThan(0.6);
  });

  it('count the characters of an answer that are read', async () => {
    const row = await run(CHUNKING_EVAL_TASK);
    expect(row('retentive')?.value).toBe(1);
    expect(row('documents, bm25')?.value).toBe(1);
    expect(row('sentences, bm25')?.value).toBe(1);
    expect(row('fixed-128, bm25')?.value).toBeLessThanOrEqual(1);
  });

  it('compare splitters on the hand-written cases', async () => {
    const row = await run(SENTENCES_TASK);
    const right = (policy: string): number => row(policy)?.value ?? Number.NaN;
    expect(right('retentive')).toBeGreaterThanOrEqual(0.97);
    for (const other of ['Intl.Segmenter', 'sbd', 'wink']) {
      expect(right(other)).toBeGreaterThan(right('line ends'));
      expect(right(other)).toBeLessThan(right('retentive'));
    }
  });

  it('say why they were not measured', async () => {
    for (const task of [TIAGE_TASK, CHUNKING_EVAL_TASK]) {
      const row = await run(task, join(data, 'nothing'));
      expect(row('retentive')).toMatchObject({ value: null, reason: expect.any(String) });
    }
  });
});
