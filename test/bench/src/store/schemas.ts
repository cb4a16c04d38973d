import * as z from 'zod';

const figure = z.number().nonnegative().nullable();

/** One operation of one system over a store of `n` messages. Times in ms; null where a figure does not apply. */
const storeRowSchema = z.strictObject({
  system: z.string(),
  n: z.int().nonnegative(),
  op: z.string(),
  perSecond: figure,
  p50: figure,
  p95: figure,
  /** Resident memory of the process after the operation, over that of one that does nothing. */
  rssMb: figure,
  diskMb: figure,
  /** Appends and syncs of a file that took turns with the operation; where missing, those before and after the whole run count. */
  appendsPerSecond: z.number().nonnegative().optional(),
  reason: z.string().optional(),
});

/** The machine, and its own limits measured in the same run. */
const machineSchema = z.strictObject({
  cpu: z.string(),
  cores: z.int().positive(),
  platform: z.string(),
  node: z.string(),
  /** Processes that wanted to run in the minute before the measurement. */
  loadBefore: z.number().nonnegative(),
  /** Records of 256 bytes, each appended to a file and synced before the next. */
  appendFdatasyncPerSecond: z.number().nonnegative(),
  memcmpGbPerSecond: z.number().nonnegative(),
});

/** JSON of `bench store`. */
export const storeReportSchema = z.strictObject({ machine: machineSchema, rows: z.array(storeRowSchema) });

/** What a child process answers. */
export const childAnswerSchema = z.strictObject({ rows: z.array(storeRowSchema), rssMb: z.number() });

export type StoreRow = z.output<typeof storeRowSchema>;
export type Machine = z.output<typeof machineSchema>;
export type StoreReport = z.output<typeof storeReportSchema>;
export type ChildAnswer = z.output<typeof childAnswerSchema>;
