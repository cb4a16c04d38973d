import * as z from 'zod';

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative().nullable();

/** JSON of `bench crash`. Times in ms, of fresh processes; null where nothing was opened. */
export const crashReportSchema = z.strictObject({
  trials: count,
  /** Chunks that were stored before the first trial. */
  n: count,
  /** Messages of which at least one piece was acknowledged before a kill. */
  acknowledged: count,
  lost: count,
  duplicates: count,
  /** Trials after which the folder could not be opened, or was not sound. */
  unreadable: count,
  /** `openMemory` and the first context of the scope, together and each. */
  reopenP95Ms: milliseconds,
  openP95Ms: milliseconds,
  contextP95Ms: milliseconds,
});

/** A message as its writer knows it: how much of it was acknowledged, and whether its end was. */
export const knownMessageSchema = z.strictObject({ id: z.string(), length: count, isComplete: z.boolean() });

/** What a child process is to do. */
export const crashTaskSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('fill'), path: z.string(), n: count, seed: z.int() }),
  z.strictObject({ type: z.literal('write'), path: z.string(), trial: count, writers: count }),
  z.strictObject({
    type: z.literal('verify'),
    path: z.string(),
    query: z.string(),
    known: z.array(knownMessageSchema),
  }),
]);

/** What a child that verified found. */
export const verdictSchema = z.strictObject({
  openMs: z.number(),
  contextMs: z.number(),
  lost: count,
  duplicates: count,
  isSound: z.boolean(),
});

export type CrashReport = z.output<typeof crashReportSchema>;
export type CrashTask = z.output<typeof crashTaskSchema>;
export type KnownMessage = z.output<typeof knownMessageSchema>;
export type Verdict = z.output<typeof verdictSchema>;
