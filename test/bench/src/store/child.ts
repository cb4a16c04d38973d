// Measures one system at one size in a process of its own, so that memory is that system's and nobody else's.
import * as z from 'zod';
import { PEER_SYSTEMS } from './peer-systems.ts';
import { RETENTIVE_SYSTEMS } from './retentive-systems.ts';
import type { ChildAnswer, StoreRow } from './schemas.ts';
import { type MeasureSystem, missingRow, type StoreTask } from './store-task.ts';

const taskSchema = z.strictObject({ system: z.string(), n: z.int(), folder: z.string(), seed: z.int() });

/** A process that loads everything and does nothing: what the others are compared with. */
const EMPTY = 'empty';

const SYSTEMS: Readonly<Record<string, MeasureSystem>> = {
  [EMPTY]: async () => {
    // Loaded at the first use of a vector index.
    await import('vectra');
    return [];
  },
  ...RETENTIVE_SYSTEMS,
  ...PEER_SYSTEMS,
};

const measure = async (task: StoreTask): Promise<readonly StoreRow[]> => {
  const system = SYSTEMS[task.system];
  if (system === undefined) throw new Error(`no system "${task.system}"`);
  try {
    return await system(task);
  } catch (error) {
    return [missingRow(task, 'all', error)];
  }
};

process.once('message', async (message) => {
  const rows = [...(await measure(taskSchema.parse(message)))];
  const { gc } = globalThis;
  await gc?.({ type: 'major', execution: 'async' });
  const answer: ChildAnswer = { rows, rssMb: process.memoryUsage.rss() / 1e6 };
  process.send?.(answer, () => process.disconnect());
});
