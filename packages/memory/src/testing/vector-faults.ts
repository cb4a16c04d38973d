import { createSeededRandom } from '@retentive/core';
import { describe, expect, it } from 'vitest';
import type { VectorHit, VectorIndex, VectorItem } from '../index/vector-index.ts';
import { createInMemoryVectorIndex } from '../index/vectors/in-memory-vector-index.ts';
import {
  countDown,
  FAULT_VARIANTS,
  type Fault,
  type FaultVariant,
  nameOfVariant,
  SHORT_WRITES,
} from './fault.ts';
import { codeOf } from './journal-fixtures.ts';

/** How a durable vector index is brought under test over storage that fails. */
export interface VectorIndexFaultSubject {
  /** A new index over storage with this fault. */
  readonly open: (fault: Fault, dimensions: number) => Promise<VectorIndex>;
  /** The index opened last, over storage that works again. */
  readonly reopen: (dimensions: number) => Promise<VectorIndex>;
  /** Fewer calls than this in a run would mean that the fault is not in the way. */
  readonly leastCalls: number;
  /** Default {@link FAULT_VARIANTS} and {@link SHORT_WRITES}. */
  readonly variants?: readonly FaultVariant[] | undefined;
}

const ROUNDS = 3;
const ITEMS = 12;
const DIMENSIONS = 8;

const itemsOf = (round: number): readonly VectorItem[] => {
  const random = createSeededRandom(round);
  return Array.from({ length: ITEMS }, (_, at) => ({
    id: `${Math.floor(random.next() * 50)}/${at}`,
    kind: at % 2 === 0 ? 'chunk' : 'fact',
    vector: Float32Array.from({ length: DIMENSIONS }, () => random.next() - 0.5),
  }));
};

/** What happens at one sequence of the journal: some of the round before goes, and others come. */
const applyRound = async (index: VectorIndex, round: number): Promise<void> => {
  const gone = itemsOf(Math.max(1, round - 1)).map(({ id }) => id);
  // The sequence is reached with the last change that belongs to it, not with the first.
  await index.remove(gone.slice(0, ITEMS / 3), round - 1);
  await index.put(itemsOf(round), round);
};

const QUERY = Float32Array.from({ length: DIMENSIONS }, (_, at) => Math.sin(at + 1));

const allOf = (index: VectorIndex): Promise<readonly VectorHit[]> => index.search(QUERY, 10_000);

const modelAt = async (sequence: number): Promise<readonly VectorHit[]> => {
  const index = createInMemoryVectorIndex({ dimensions: DIMENSIONS });
  for (let round = 1; round <= sequence; round += 1) await applyRound(index, round);
  return allOf(index);
};

/**
 * Flushes a vector index over storage whose k-th call fails, for every k, as tests for vitest: call it at the top level of a
 * test file. What was flushed is there after reopening, what is there is the whole of one flush, and searches are right meanwhile.
 */
export const describeVectorIndexFaults = (name: string, subject: VectorIndexFaultSubject): void => {
  const { open, reopen, leastCalls, variants = [...FAULT_VARIANTS, ...SHORT_WRITES] } = subject;
  describe(`vector index over storage that fails: ${name}`, () => {
    it.each(variants.map((variant) => [nameOfVariant(variant), variant] as const))(
      'keeps every flush whole, whichever call fails (%s)',
      { timeout: 120_000 },
      async (_, variant) => {
        const models = await Promise.all(Array.from({ length: ROUNDS + 1 }, (_, round) => modelAt(round)));
        const calls = await countDown(variant, async (fault) => {
          const index = await open(fault, DIMENSIONS);
          let flushed = 0;
          for (let round = 1; round <= ROUNDS; round += 1) {
            await applyRound(index, round);
            const code = await codeOf(index.flush());
            expect(['none', 'STORE_WRITE_FAILED', 'STORE_FULL']).toContain(code);
            if (code === 'none') flushed = round;
            // What could not be written is not lost to those who ask.
            expect(await allOf(index)).toEqual(models[round]);
          }
          if ((await codeOf(index.close())) === 'none') flushed = ROUNDS;
          const again = await reopen(DIMENSIONS);
          try {
            expect(again.sequence).toBeGreaterThanOrEqual(flushed);
            expect(await allOf(again)).toEqual(models[again.sequence]);
          } finally {
            await again.close();
          }
        });
        expect(calls).toBeGreaterThanOrEqual(leastCalls);
      },
    );
  });
};
