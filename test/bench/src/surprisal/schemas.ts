import * as z from 'zod';

const share = z.number().min(0).max(1);

const speedSchema = z.strictObject({
  source: z.string(),
  /** Megabytes of text, and pieces, scored in a second of CPU. */
  mbPerSecond: z.number(),
  piecesPerSecond: z.number(),
});

const trainingSchema = z.strictObject({
  mb: z.number(),
  tokens: z.number(),
  tokensPerSecond: z.number(),
  /** The bound of the tables that was asked for, and bytes of the model. */
  maxBytes: z.number(),
  modelBytes: z.number(),
  /** By how many MB the memory in use grew from the first half to the second; null where that was too short. */
  growthMb: z.number().nullable(),
});

const overlapSchema = z.strictObject({
  a: z.string(),
  b: z.string(),
  /** Share of the turns that both keep: by mean surprisal alone, and by the whole score. */
  surprisal: share,
  score: share,
});

/** JSON of `bench surprisal`. */
export const surprisalReportSchema = z.strictObject({
  speed: z.array(speedSchema),
  training: trainingSchema,
  overlap: z.strictObject({ capacity: share, turns: z.int(), rows: z.array(overlapSchema) }),
});

export type SpeedRow = z.output<typeof speedSchema>;
export type TrainingRow = z.output<typeof trainingSchema>;
export type OverlapRow = z.output<typeof overlapSchema>;
export type SurprisalReport = z.output<typeof surprisalReportSchema>;
