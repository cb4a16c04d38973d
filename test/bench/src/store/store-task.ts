import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timed } from '../timing.ts';
import type { StoreRow } from './schemas.ts';

/** What one child process measures: one system at one size, in a folder of its own. */
export interface StoreTask {
  readonly system: string;
  readonly n: number;
  readonly folder: string;
  readonly seed: number;
}

/** Holds what is in use until memory is measured: an index that nobody refers to would be collected before. */
export type Keep = (used: unknown) => void;

/** Measures one system. The figures of memory are filled in by the parent. */
export type MeasureSystem = (task: StoreTask, keep: Keep) => Promise<readonly StoreRow[]>;

/** Operations that take a millisecond or more are repeated so often at most. */
export const SAMPLE = 500;
export const QUERIES = 200;
/** As many as a busy server has writing at once. */
export const CALLERS = 64;
/** Results of a search. */
export const TOP = 10;

const MEGABYTE = 1e6;

/** Size of a folder with all that is in it. */
export const diskMb = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / MEGABYTE;
};

/** A row from times; disk where the system has one. */
export const timedRow = (
  { system, n }: Pick<StoreTask, 'system' | 'n'>,
  op: string,
  { perSecond, p50, p95 }: Timed,
  disk: number | null = null,
): StoreRow => ({ system, n, op, perSecond, p50, p95, rssMb: null, diskMb: disk });

/** A row of what could not be measured. */
export const missingRow = (
  { system, n }: Pick<StoreTask, 'system' | 'n'>,
  op: string,
  error: unknown,
): StoreRow => ({
  system,
  n,
  op,
  perSecond: null,
  p50: null,
  p95: null,
  rssMb: null,
  diskMb: null,
  reason: (error instanceof Error ? error.message : String(error)).split('\n')[0] as string,
});

/** A row, or why there is none. */
export const attempt = async (
  task: Pick<StoreTask, 'system' | 'n'>,
  op: string,
  measure: () => Promise<StoreRow>,
): Promise<StoreRow> => {
  try {
    return await measure();
  } catch (error) {
    return missingRow(task, op, error);
  }
};
