import { createHash } from 'node:crypto';
import { collect, RetentiveError } from '@retentive/core';
import * as z from 'zod';
import { readJsonl } from '../data/read-jsonl.ts';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

/** What was run: one line at the head of a log. */
export const runHeadSchema = z.strictObject({
  type: z.literal('run'),
  format: z.literal(1),
  system: z.string(),
  /** SHA-256 of `config`: runs of one hash were asked the same way. */
  configHash: z.string(),
  /** Settings of the system, budgets, seed, models. */
  config: z.record(z.string(), z.unknown()),
  /** SHA-256 of each set: runs can be compared where it is the same. */
  sets: z.record(z.string(), z.strictObject({ hash: z.string(), conversations: count, questions: count })),
});

/** One question at one budget. Null: it does not apply, or was not asked. */
export const questionRecordSchema = z.strictObject({
  type: z.literal('question'),
  set: z.string(),
  conversation: z.string(),
  question: z.string(),
  category: z.string(),
  answerable: z.boolean(),
  budget: count,
  tokens: count,
  ms: z.number().nonnegative(),
  overBudget: z.boolean(),
  /** Share of the evidence turns whose whole text stands in the context. */
  recall: share.nullable(),
  /** Share of the evidence turns' tokens. */
  recallPart: share.nullable(),
  allEvidence: share.nullable(),
  /** Share of the evidence spans, where the question names them. */
  recallSpan: share.nullable(),
  /** A gold answer stands in the context, where the evidence has one. */
  answer: share.nullable(),
  /** Tokens of evidence over all tokens of the context. */
  precision: share.nullable(),
  /** The answerer said that it does not know. */
  abstained: z.boolean().nullable(),
  /** The response has a gold answer in it, word for word. */
  correct: share.nullable(),
  /** The judge held the response to be right. */
  judged: share.nullable(),
  /** Kept where texts are asked for: what was asked, given and answered. */
  texts: z
    .strictObject({ question: z.string(), context: z.string(), response: z.string().nullable() })
    .optional(),
});

export type RunHead = z.output<typeof runHeadSchema>;
export type QuestionRecord = z.output<typeof questionRecordSchema>;

/** A run: its head and a record a question and budget, in the order they were asked. */
export interface RunLog {
  readonly head: RunHead;
  readonly records: readonly QuestionRecord[];
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, of]) => of !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, of]) => [key, sorted(of)]),
  );
};

/** SHA-256 of a value as JSON, whatever the order of its keys. */
export const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(value)) ?? '')
    .digest('hex');

/** A log as JSON Lines: the head, then the records. */
export const formatRunLog = ({ head, records }: RunLog): string =>
  [head, ...records].map((line) => `${JSON.stringify(line)}\n`).join('');

/** Reads a log of JSON Lines. @throws FILE_NOT_FOUND, FILE_INVALID with the line */
export const readRunLog = async (path: string): Promise<RunLog> => {
  const lines = await collect(
    readJsonl(path, z.discriminatedUnion('type', [runHeadSchema, questionRecordSchema])),
  );
  const [head, ...records] = lines;
  if (head?.type !== 'run') {
    throw new RetentiveError('FILE_INVALID', `${path} is no log of an evaluation: its first line is no run`);
  }
  return {
    head,
    records: records.map((line, index) => {
      if (line.type === 'question') return line;
      throw new RetentiveError('FILE_INVALID', `${path}:${index + 2}: a second run in one log`);
    }),
  };
};
