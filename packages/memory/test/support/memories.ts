import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEstimatingTokenizer,
  createManualClock,
  createSeededRandom,
  type ManualClock,
} from '@retentive/core';
import { type Memory, type MemoryOptions, openMemory } from '../../src/index.ts';

/** A place where a memory can be opened, closed and, where it is durable, opened again. */
export interface TestPlace {
  readonly clock: ManualClock;
  open(options?: MemoryOptions): Promise<Memory>;
  remove(): Promise<void>;
}

const base = (): { clock: ManualClock; options: MemoryOptions } => {
  const clock = createManualClock(Date.UTC(2025, 2, 3, 9));
  return { clock, options: { clock, random: createSeededRandom(7), tokenizer: createEstimatingTokenizer() } };
};

/** Memory in this process only. */
export const inProcess = async (): Promise<TestPlace> => {
  const { clock, options } = base();
  return { clock, open: (more) => openMemory({ ...options, ...more }), remove: async () => {} };
};

/** Memory in a folder of its own. */
export const inFolder = async (): Promise<TestPlace & { readonly path: string }> => {
  const { clock, options } = base();
  const path = await mkdtemp(join(tmpdir(), 'retentive-'));
  return {
    clock,
    path,
    open: (more) => openMemory({ ...options, path, ...more }),
    remove: () => rm(path, { recursive: true, force: true }),
  };
};
