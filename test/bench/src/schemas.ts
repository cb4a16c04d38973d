import * as z from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

/** One selector at one budget. `budget` is null for the whole conversation, whatever it costs. */
const recallRowSchema = z.strictObject({
  selector: z.string(),
  budget: count.nullable(),
  recall: share,
  recallPart: share,
  allEvidence: share,
  /** Null where no question has a gold answer in its evidence. */
  answer: share.nullable(),
  tokensMean: z.number().nonnegative(),
  msP50: z.number().nonnegative(),
  msP95: z.number().nonnegative(),
});

/** What `bench recall` measured on one set, or why it could not. */
const recallSetSchema = z.union([
  z.strictObject({
    questions: count,
    rows: z.array(recallRowSchema),
    /** Recall of `retentive` by category and budget. */
    byCategory: z.record(z.string(), z.record(z.string(), share)),
  }),
  z.strictObject({ questions: count, rows: z.null(), byCategory: z.null(), reason: z.string() }),
]);

/** JSON of `bench recall`. */
export const recallReportSchema = z.strictObject({ sets: z.record(z.string(), recallSetSchema) });

/** One line of `bench recall --dump`. */
export const recallDumpSchema = z.strictObject({
  set: z.string(),
  questionId: z.string(),
  budget: count,
  text: z.string(),
  tokens: count,
  items: z.array(z.unknown()),
});

/** One command of `bench start`, times in ms. */
const startRowSchema = z.strictObject({
  system: z.string(),
  /** `cold`: the first run after the data was written; `warm`: the runs after it. */
  run: z.enum(['cold', 'warm']),
  runs: count,
  msP50: z.number().nonnegative().nullable(),
  msP95: z.number().nonnegative().nullable(),
  reason: z.string().optional(),
});

/** JSON of `bench start`. */
export const startReportSchema = z.strictObject({ rows: z.array(startRowSchema) });

export type RecallRow = z.output<typeof recallRowSchema>;
export type RecallSet = z.output<typeof recallSetSchema>;
export type RecallReport = z.output<typeof recallReportSchema>;
export type RecallDump = z.output<typeof recallDumpSchema>;
export type StartRow = z.output<typeof startRowSchema>;
export type StartReport = z.output<typeof startReportSchema>;
