import * as z from 'zod';

const share = z.number().min(0).max(1);

/** One policy at one capacity. */
const retentionRowSchema = z.strictObject({
  policy: z.string(),
  /** Share of the conversation's tokens. */
  capacity: share,
  /** Share of (question, evidence turn) pairs held whole; null where words are held, not turns. */
  evidence: share.nullable(),
  /** Share of the answers' words that stand in the evidence and are still held. */
  answerWords: share.nullable(),
  /** Recall at 1,024 tokens by a memory that holds this alone; null where it was not asked for. */
  retainedRecall: share.nullable(),
  reason: z.string().optional(),
});

const retentionSetSchema = z.union([
  z.strictObject({ rows: z.array(retentionRowSchema) }),
  z.strictObject({ rows: z.null(), reason: z.string() }),
]);

/** One policy at one task; null with its `reason` where it could not be measured. */
const taskSchema = z.strictObject({
  task: z.string(),
  policy: z.string(),
  metric: z.string(),
  value: z.number().nullable(),
  reason: z.string().optional(),
});

/** JSON of `bench retention`. */
export const retentionReportSchema = z.strictObject({
  sets: z.record(z.string(), retentionSetSchema),
  tasks: z.array(taskSchema),
});

export type RetentionRow = z.output<typeof retentionRowSchema>;
export type RetentionSet = z.output<typeof retentionSetSchema>;
export type RetentionBenchReport = z.output<typeof retentionReportSchema>;
export type TaskRow = z.output<typeof taskSchema>;
