import * as z from 'zod';

const share = z.number().min(0).max(1);
const difference = z.number().min(-1).max(1).nullable();

/** One part taken out, on one set. */
const ablationRowSchema = z.strictObject({
  without: z.string(),
  set: z.string(),
  metric: z.string(),
  /** The metric without the part; null where it was not measured. */
  value: share.nullable(),
  /** What taking the part out changes: the value less that of the whole. Below 0 where the part helps. */
  delta: difference,
  /** 95 % interval of `delta`, by resampling conversations, or questions where there are few conversations. */
  low: difference,
  high: difference,
  reason: z.string().optional(),
});

/** JSON of `bench ablate`. */
export const ablateReportSchema = z.strictObject({ rows: z.array(ablationRowSchema) });

export type AblationRow = z.output<typeof ablationRowSchema>;
export type AblateReport = z.output<typeof ablateReportSchema>;
