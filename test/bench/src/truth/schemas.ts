import * as z from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

/** JSON of `bench truth`. */
export const truthReportSchema = z.strictObject({
  histories: count,
  rows: z.array(
    z.strictObject({
      system: z.string(),
      input: z.enum(['operations', 'text']),
      ability: z.string(),
      accuracy: share,
      n: count,
    }),
  ),
  /** What the facts are worth that were read from the talk. */
  facts: z.array(
    z.strictObject({
      input: z.enum(['operations', 'text']),
      /** Share that says something that was told; null where nobody says what was. */
      precision: share.nullable(),
      /** Share that says what another fact says. */
      duplicates: share,
      n: count,
      reason: z.string().optional(),
    }),
  ),
  /** Reading facts of a scope with many, ms. */
  reads: z.array(z.strictObject({ facts: count, read: z.string(), p50: z.number(), p95: z.number() })),
  /** Operations that were refused, by why. */
  refused: z.array(z.strictObject({ history: z.string(), reason: z.string() })),
});

/** One line of `bench truth --dump`. */
export const truthDumpSchema = z.strictObject({
  system: z.string(),
  input: z.enum(['operations', 'text']),
  historyId: z.string(),
  ability: z.string(),
  question: z.string(),
  answers: z.array(z.string()),
  absent: z.boolean(),
  given: z.array(z.string()),
  right: z.boolean(),
});

export type TruthReport = z.output<typeof truthReportSchema>;
export type TruthDump = z.output<typeof truthDumpSchema>;
