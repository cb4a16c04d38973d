import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createVectorTable } from '../internals.ts';
import { timeInTurns } from '../timing.ts';
import { PEERS_FOLDER } from './install-peers.ts';
import { createVectors, EXACT_DIMENSIONS } from './random-vectors.ts';
import { type MeasureSystem, QUERIES, TOP, timedRow } from './store-task.ts';

/** What `peers/usearch.mjs` gives. */
interface Usearch {
  search(query: Float32Array, limit: number): readonly number[];
}

type OpenUsearch = (options: {
  readonly block: Float32Array;
  readonly dimensions: number;
}) => Promise<Usearch>;

/** Ids that sort as the rows do. */
const idOf = (row: number): string => String(row).padStart(9, '0');

/** usearch's exact search over one block, in turns with ours over the same vectors. @throws when their answers differ */
export const measureUsearch: MeasureSystem = async (task) => {
  const { openUsearch } = (await import(pathToFileURL(join(PEERS_FOLDER, 'usearch.mjs')).href)) as {
    openUsearch: OpenUsearch;
  };
  const vectorOf = createVectors(task.seed);
  const block = new Float32Array(task.n * EXACT_DIMENSIONS);
  const table = createVectorTable({ dimensions: EXACT_DIMENSIONS });
  for (let row = 0; row < task.n; row += 1) {
    block.set(vectorOf(row), row * EXACT_DIMENSIONS);
    table.put([{ id: idOf(row), kind: 'chunk', vector: vectorOf(row) }]);
  }
  const usearch = await openUsearch({ block, dimensions: EXACT_DIMENSIONS });
  const queries = Array.from({ length: QUERIES }, (_, at) => vectorOf(task.n + at));
  const search = (at: number) => table.search(queries[at] as Float32Array, TOP).map(({ id }) => Number(id));
  // The first search makes the sketch.
  search(0);
  const ours: (readonly number[])[] = [];
  const theirs: (readonly number[])[] = [];
  const [own, other] = await timeInTurns(
    QUERIES,
    async (at) => ours.push(search(at)),
    (at) => theirs.push(usearch.search(queries[at] as Float32Array, TOP)),
  );
  const different = ours.filter((rows, at) => rows.join() !== theirs[at]?.join()).length;
  if (different > 0) throw new Error(`${different} of ${QUERIES} searches gave other rows than usearch`);
  return [timedRow(task, 'exact-search', other), timedRow(task, 'exact-search of ours, in turns', own)];
};
