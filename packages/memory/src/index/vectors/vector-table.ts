import type { VectorHit, VectorItem } from '../vector-index.ts';
import { createVectorSketch, type VectorSketch } from './sketch-scan.ts';
import { addScore, createTopScores, leastOf, type TopScores } from './top-scores.ts';
import { dot, unitVector } from './unit-vector.ts';

/** Decides which items may be found; told each id and kind at most twice a search. */
export type VectorFilter = (id: string, kind: VectorItem['kind']) => boolean;

/** The vectors of an index in memory, and the search through them. */
export interface VectorTable {
  readonly size: () => number;
  get(id: string): VectorItem | undefined;
  /** All items now, in no order. */
  items(): readonly VectorItem[];
  /** Normalises and stores all of `items`, or none when one is not valid. @throws VECTOR_INVALID */
  put(items: readonly VectorItem[]): void;
  /** Takes an item as it is: its vector has length 1 and never changes. */
  adopt(item: VectorItem): void;
  remove(ids: readonly string[]): void;
  /** As the port says. Exact; one pass over all vectors. @throws VECTOR_INVALID */
  search(query: Float32Array, limit: number, filter?: VectorFilter): readonly VectorHit[];
  /** As the port says; linear in `ids`. @throws VECTOR_INVALID */
  cosines(query: Float32Array, ids: Iterable<string>): ReadonlyMap<string, number>;
}

/** Options of {@link createVectorTable}. */
export interface VectorTableOptions {
  readonly dimensions: number;
  /** False searches without WebAssembly: slower, the same answers. Default true. */
  readonly simd?: boolean | undefined;
}

/** Vectors are cut from pages of about this many floats (1 MB), so that a scan walks through memory in order. */
const PAGE_FLOATS = 262_144;
/** Above the error of a score of at most 1 that is kept at 32 bits. */
const FLOAT_ERROR = 1e-6;
/** From this many rows on a scan pays for a sketch, which costs a quarter of the memory of the vectors. */
const SKETCH_MIN_ROWS = 512;

/** Hands out vectors side by side in memory. One that was handed out is never used again: others may still look at it. */
const createArena = (dimensions: number): (() => Float32Array) => {
  const rowsPerPage = Math.max(1, Math.floor(PAGE_FLOATS / dimensions));
  let page = new Float32Array(0);
  let rows = 0;
  return () => {
    if (rows * dimensions >= page.length) {
      // The first pages are small: most scopes are.
      page = new Float32Array(dimensions * Math.min(rowsPerPage, Math.max(16, rows * 2)));
      rows = 0;
    }
    rows += 1;
    return page.subarray((rows - 1) * dimensions, rows * dimensions);
  };
};

// The two loops over all rows stand outside of the table and see nothing but numbers: compiled once, they stay as they are
// whatever filter a search brings. Inside, each new closure threw the compiled code away, and one search in twenty was slow.

/** The first row at or after `from` that surely scores above `least`; `rows` when there is none. */
const findAbove = (
  scores: Float32Array,
  errors: Float32Array,
  from: number,
  rows: number,
  least: number,
): number => {
  let row = from;
  while (row < rows && (scores[row] as number) - (errors[row] as number) <= least) row += 1;
  return row;
};

/** The first row at or after `from` that may score `least` or more; `rows` when there is none. */
const findReaching = (
  scores: Float32Array,
  errors: Float32Array,
  from: number,
  rows: number,
  least: number,
): number => {
  let row = from;
  while (row < rows && (scores[row] as number) + (errors[row] as number) < least) row += 1;
  return row;
};

const cosineOf = (vector: Float32Array, unit: Float32Array): number =>
  Math.max(-1, Math.min(1, dot(vector, unit)));

/**
 * Makes an empty table. Stored vectors are immutable, and rows lie without gaps: the last one fills the place of one that
 * is removed. Scores are exact in 64 bits; the 8-bit sketch only says which rows can be among the best.
 */
export const createVectorTable = ({ dimensions, simd = true }: VectorTableOptions): VectorTable => {
  const allocate = createArena(dimensions);
  const items: VectorItem[] = [];
  const rowOf = new Map<string, number>();
  let scores = new Float32Array(0);
  let errors = new Float32Array(0);
  let sketch: VectorSketch | 'none' | undefined = simd ? undefined : 'none';

  const write = (item: VectorItem): void => {
    const row = rowOf.get(item.id) ?? items.length;
    items[row] = item;
    rowOf.set(item.id, row);
    if (typeof sketch === 'object' && row < sketch.rows()) sketch.write(row, item.vector);
  };

  const removeOne = (id: string): void => {
    const row = rowOf.get(id);
    if (row === undefined) return;
    rowOf.delete(id);
    const last = items.pop() as VectorItem;
    if (row < items.length) {
      items[row] = last;
      rowOf.set(last.id, row);
    }
    if (typeof sketch !== 'object') return;
    if (row < sketch.rows() && row < items.length) {
      if (items.length < sketch.rows()) sketch.copy(items.length, row);
      else sketch.write(row, last.vector);
    }
    sketch.truncate(items.length);
  };

  /** The sketch with every row in it; `undefined` when there is none or it would not pay. */
  const readySketch = (): VectorSketch | undefined => {
    if (sketch === 'none' || items.length < SKETCH_MIN_ROWS) return undefined;
    sketch ??= createVectorSketch(dimensions) ?? 'none';
    if (sketch === 'none') return undefined;
    try {
      for (let row = sketch.rows(); row < items.length; row += 1) {
        sketch.write(row, (items[row] as VectorItem).vector);
      }
    } catch {
      // The memory of WebAssembly ends at 4 GB, or the machine has no more.
      sketch = 'none';
      return undefined;
    }
    return sketch;
  };

  /** Fills `scores`, and `errors` with the most by which each may be wrong. */
  const scan = (unit: Float32Array): void => {
    if (scores.length < items.length) {
      scores = new Float32Array(Math.ceil(items.length * 1.25));
      errors = new Float32Array(scores.length);
    }
    const ready = readySketch();
    if (ready !== undefined) {
      ready.scan(unit, scores, errors);
      return;
    }
    for (let row = 0; row < items.length; row += 1) {
      scores[row] = dot((items[row] as VectorItem).vector, unit);
      errors[row] = FLOAT_ERROR;
    }
  };

  /** The scores that so many rows surely have at least: what cannot reach the least of them is not among the best. */
  const surelyBest = (best: TopScores, passes: (row: number) => boolean): TopScores => {
    for (let row = 0; ; row += 1) {
      row = findAbove(scores, errors, row, items.length, leastOf(best));
      if (row >= items.length) return best;
      if (passes(row)) addScore(best, (scores[row] as number) - (errors[row] as number));
    }
  };

  return {
    size: () => items.length,
    get(id) {
      const row = rowOf.get(id);
      return row === undefined ? undefined : items[row];
    },
    items: () => [...items],
    put(given) {
      const units = given.map(({ id, kind, vector }) => ({
        id,
        kind,
        vector: unitVector(vector, dimensions, `the vector of "${id}"`, allocate()),
      }));
      for (const item of units) write(item);
    },
    adopt: write,
    remove(ids) {
      for (const id of ids) removeOne(id);
    },
    search(query, limit, filter) {
      const unit = unitVector(query, dimensions, 'the query');
      const wanted = Math.min(Math.floor(limit), items.length);
      if (!(wanted > 0)) return [];
      scan(unit);
      const passes = (row: number): boolean => {
        if (filter === undefined) return true;
        const { id, kind } = items[row] as VectorItem;
        return filter(id, kind);
      };
      const least = leastOf(surelyBest(createTopScores(wanted), passes));
      const hits: VectorHit[] = [];
      for (let row = 0; ; row += 1) {
        row = findReaching(scores, errors, row, items.length, least);
        if (row >= items.length) break;
        if (!passes(row)) continue;
        const { id, kind, vector } = items[row] as VectorItem;
        hits.push({ id, kind, score: cosineOf(vector, unit) });
      }
      return hits.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, wanted);
    },
    cosines(query, ids) {
      const unit = unitVector(query, dimensions, 'the query');
      const cosines = new Map<string, number>();
      for (const id of ids) {
        const row = rowOf.get(id);
        if (row !== undefined) cosines.set(id, cosineOf((items[row] as VectorItem).vector, unit));
      }
      return cosines;
    },
  };
};
