// Measures one system at one size in a process of its own, so that memory is that system's and nobody else's.
import * as z from 'zod';
import { PEER_SYSTEMS } from './peer-systems.ts';
import { RETENTIVE_SYSTEMS } from './retentive-systems.ts';
import type { ChildAnswer, StoreRow } from './schemas.ts';
import { type Keep, type MeasureSystem, missingRow, type StoreTask } from './store-task.ts';

const taskSchema = z.strictObject({ system: z.string(), n: z.int(), folder: z.string(), seed: z.int() });

/** A process that does nothing: what the others are compared with. What a system loads at its first use counts as its own. */
const EMPTY = 'empty';

const SYSTEMS: Readonly<Record<string, MeasureSystem>> = {
  [EMPTY]: async () => [],
  ...RETENTIVE_SYSTEMS,
  ...PEER_SYSTEMS,
};

const measure = async (task: StoreTask, keep: Keep): Promise<readonly StoreRow[]> => {
  const system = SYSTEMS[task.system];
  if (system === undefined) throw new Error(`no system "${task.system}"`);
  try {
    return await system(task, keep);
  } catch (error) {
    return [missingRow(task, 'all', error)];
  }
};

process.once('message', async (message) => {
  const kept: unknown[] = [];
  const rows = [...(await measure(taskSchema.parse(message), (used) => kept.push(used)))];
  const { gc } = globalThis;
  await gc?.({ type: 'major', execution: 'async' });
  const answer: ChildAnswer = { rows, rssMb: process.memoryUsage.rss() / 1e6 };
  process.send?.(answer, () => {
    kept.length = 0;
    process.disconnect();
  });
});
