import * as z from 'zod';

const figure = z.number().nonnegative().nullable();
const share = z.number().min(0).max(1);

/** One part of the stream. */
const sampleSchema = z.strictObject({
  /** Text streamed so far, MB. */
  mb: z.number().nonnegative(),
  rssMb: z.number().nonnegative(),
  workingSetTokens: z.number().nonnegative(),
  archivedTokens: z.number().nonnegative(),
  /** Over this part, ms. */
  observeP95: figure,
  contextP95: figure,
});

/** Needles asked for so many messages after they were said. */
const needleSchema = z.strictObject({
  distance: z.int().positive(),
  asked: z.int().nonnegative(),
  /** Share whose answer stood in the context of the working set; null where none was asked. */
  found: share.nullable(),
  /** With the archive. */
  foundWithArchive: share.nullable(),
});

/** JSON of `bench stream --endless`. */
export const endlessReportSchema = z.strictObject({
  capacity: z.int().positive(),
  mb: z.number().nonnegative(),
  mbPerSecond: figure,
  /** Growth of resident memory over the whole stream, MB, by a line through its last three quarters. */
  rssSlopeMb: z.number().nullable(),
  /** The most that the working set ever held. */
  mostTokens: z.number().nonnegative(),
  /** Median p95 of the last quarter of the parts over that of the second. */
  observeGrowth: figure,
  contextGrowth: figure,
  needles: z.array(needleSchema),
  samples: z.array(sampleSchema),
  reason: z.string().optional(),
});

/** What the process that streams tells the one that waits. */
export const endlessNewsSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('sample'), sample: sampleSchema, seconds: z.number() }),
  z.strictObject({ type: z.literal('needles'), needles: z.array(needleSchema) }),
  z.strictObject({ type: z.literal('failed'), reason: z.string() }),
]);

export type EndlessReport = z.output<typeof endlessReportSchema>;
export type EndlessSample = z.output<typeof sampleSchema>;
export type EndlessNews = z.output<typeof endlessNewsSchema>;
export type NeedleRow = z.output<typeof needleSchema>;
