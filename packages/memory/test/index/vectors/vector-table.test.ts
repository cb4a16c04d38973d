import { createSeededRandom } from '@retentive/core';
import { describe, expect, it } from 'vitest';
import { createVectorSketch } from '../../../src/index/vectors/sketch-scan.ts';
import { dot, unitVector } from '../../../src/index/vectors/unit-vector.ts';
import { createVectorTable } from '../../../src/index/vectors/vector-table.ts';

const random = createSeededRandom(3);
const gauss = (): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

const SHAPES = {
  dense: (dimensions: number) => Float32Array.from({ length: dimensions }, gauss),
  /** As feature hashing makes them: few components, many equal scores. */
  sparse: (dimensions: number) => {
    const vector = new Float32Array(dimensions);
    for (let term = 0; term < 4; term += 1) {
      vector[Math.floor(random.next() * dimensions)] = random.next() < 0.5 ? 1 : -1;
    }
    return vector;
  },
  /** As neural embedders make them: all in one corner, so that scores lie close together. */
  narrow: (dimensions: number) => Float32Array.from({ length: dimensions }, () => 1 + gauss() * 0.001),
} as const;

describe('the sketch', () => {
  it.each([1, 7, 32, 100, 1_024, 3_072])('stays within its bound at %i dimensions', (dimensions) => {
    const sketch = createVectorSketch(dimensions);
    if (sketch === undefined) throw new Error('this machine should have WebAssembly SIMD');
    for (const shape of Object.values(SHAPES)) {
      const units = Array.from({ length: 40 }, () => unitVector(shape(dimensions), dimensions, 'a vector'));
      sketch.truncate(0);
      for (const [row, unit] of units.entries()) sketch.write(row, unit);
      const scores = new Float32Array(units.length);
      const errors = new Float32Array(units.length);
      for (const query of [units[0] as Float32Array, unitVector(shape(dimensions), dimensions, 'a query')]) {
        sketch.scan(query, scores, errors);
        for (const [row, unit] of units.entries()) {
          const error = Math.abs((scores[row] as number) - dot(unit, query));
          expect(error).toBeLessThanOrEqual(errors[row] as number);
          expect(errors[row]).toBeLessThan(0.05);
        }
      }
    }
  });

  it('scans any number of rows, in blocks and past the last one, and gives each its score', () => {
    const dimensions = 40;
    const sketch = createVectorSketch(dimensions);
    if (sketch === undefined) throw new Error('this machine should have WebAssembly SIMD');
    const units = Array.from({ length: 9_001 }, () =>
      unitVector(SHAPES.dense(dimensions), dimensions, 'a vector'),
    );
    const query = units[4_095] as Float32Array;
    const scores = new Float32Array(units.length);
    const errors = new Float32Array(units.length);
    for (const [row, unit] of units.entries()) {
      sketch.write(row, unit);
      // Around the ends of what is scanned in one call, and wherever else.
      if (![0, 1, 2, 4_094, 4_095, 4_096, 5_000, 8_191, 8_192, 9_000].includes(row)) continue;
      sketch.scan(query, scores, errors);
      for (let at = 0; at <= row; at += 1) {
        const error = Math.abs((scores[at] as number) - dot(units[at] as Float32Array, query));
        if (error > (errors[at] as number)) throw new Error(`row ${at} of ${row + 1} is off by ${error}`);
      }
    }
  });

  it.each(Object.keys(SHAPES) as (keyof typeof SHAPES)[])('changes no answer for %s vectors', (shape) => {
    for (const dimensions of [33, 512]) {
      const tables = [true, false].map((simd) => createVectorTable({ dimensions, simd }));
      const items = Array.from({ length: 1_200 }, (_, at) => ({
        id: `i${at}`,
        kind: at % 3 === 0 ? ('fact' as const) : ('chunk' as const),
        vector: SHAPES[shape](dimensions),
      }));
      for (const table of tables) table.put(items);
      for (let round = 0; round < 40; round += 1) {
        const query = round % 2 === 0 ? SHAPES[shape](dimensions) : (items[round]?.vector as Float32Array);
        const limit = 1 + Math.floor(random.next() * 60);
        const filter = round % 4 < 2 ? undefined : (_: string, kind: string) => kind === 'fact';
        const [fast, plain] = tables.map((table) => table.search(query, limit, filter));
        expect(fast).toEqual(plain);
        expect(fast).toHaveLength(limit);
        const removed = [`i${round * 7}`, `i${1_199 - round}`];
        const replaced = {
          ...(items[round * 3] as (typeof items)[number]),
          vector: SHAPES[shape](dimensions),
        };
        for (const table of tables) {
          table.remove(removed);
          table.put([replaced]);
        }
      }
    }
  });
});
