import * as z from 'zod';

const share = z.number().min(0).max(1);

/** JSON of `bench needle`. */
export const needleReportSchema = z.strictObject({
  trials: z.int().positive(),
  /** Tokens of the context that is asked. */
  budget: z.int().positive(),
  rows: z.array(
    z.strictObject({
      policy: z.string(),
      /** Turns between the needle and the question. */
      distance: z.int().positive(),
      /** Share of the needles that stand in what the policy gives. */
      found: share,
      /** Share of the contexts that gave their items in order of time. */
      inOrder: share.nullable(),
    }),
  ),
});

export type NeedleReport = z.infer<typeof needleReportSchema>;
