import * as z from 'zod';

const figure = z.number().nonnegative().nullable();

/** Times of one stage in ms. */
const streamRowSchema = z.strictObject({
  stage: z.string(),
  p50: figure,
  p95: figure,
  reason: z.string().optional(),
});

/** JSON of `bench stream`. */
export const streamReportSchema = z.strictObject({
  rows: z.array(streamRowSchema),
  /** Growth of resident memory over the whole stream, MB, by a line through its last three quarters; below 0 when it fell. */
  rssSlopeMb: z.number().nullable(),
  /** Text streamed, MB. */
  mb: z.number().nonnegative(),
  mbPerSecond: figure,
  /** Why the slope is missing, or what is to be known of it. */
  reason: z.string().optional(),
});

/** What the process that streams tells the one that waits. */
export const streamNewsSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('row'), row: streamRowSchema }),
  z.strictObject({
    type: z.literal('sample'),
    mb: z.number(),
    rssMb: z.number(),
    /** Since the stream began. */
    seconds: z.number(),
  }),
  z.strictObject({ type: z.literal('failed'), reason: z.string() }),
]);

export type StreamRow = z.output<typeof streamRowSchema>;
export type StreamReport = z.output<typeof streamReportSchema>;
export type StreamNews = z.output<typeof streamNewsSchema>;
