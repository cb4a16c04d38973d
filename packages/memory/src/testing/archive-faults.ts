import { describe, expect, it } from 'vitest';
import { createInMemoryScopeArchive } from '../episodic/in-memory-scope-archive.ts';
import type { ScopeArchive } from '../episodic/scope-archive.ts';
import { archivedItem } from './archive-conformance.ts';
import { countDown, FAULT_VARIANTS, type Fault, type FaultVariant, nameOfVariant } from './fault.ts';

/** How an archive that outlives the process is brought under test over storage that fails. */
export interface ScopeArchiveFaultSubject {
  /** A new archive over storage with this fault. */
  readonly open: (fault: Fault) => ScopeArchive | Promise<ScopeArchive>;
  /** The archive opened last, over storage that works again. */
  readonly reopen: () => ScopeArchive | Promise<ScopeArchive>;
  /** Fewer calls than this in a run would mean that the fault is not in the way. */
  readonly leastCalls: number;
  /** Makes errors as the storage does. */
  readonly errorOf?: FaultVariant['errorOf'];
  /** Default {@link FAULT_VARIANTS}. */
  readonly variants?: readonly FaultVariant[] | undefined;
}

/** The last sequence; each brings one chunk or two. */
const LAST = 3;

const itemsAt = (sequence: number) =>
  Array.from({ length: 1 + (sequence % 2) }, (_, at) =>
    archivedItem(sequence * 10 + at, `kayak number ${sequence} of ${'pier '.repeat(at + 1).trim()}`),
  );

/** What an archive gives: every chunk, and who is found. */
const contentsOf = (archive: ScopeArchive) => ({
  chunks: Array.from({ length: (LAST + 1) * 10 }, (_, position) => archive.chunkAt(position)),
  found: new Set(archive.search(['kayak', 'pier'], 100)),
});

const modelAt = (sequence: number) => {
  const archive = createInMemoryScopeArchive();
  for (let at = 1; at <= sequence; at += 1) archive.put(itemsAt(at), at, at);
  return contentsOf(archive);
};

/**
 * Fills an archive over storage whose k-th call fails, for every k, as tests for vitest: call it at the top level of a test file.
 * Every chunk stays readable meanwhile; what it calls written, by its `sequence`, is there after reopening, whole; and while
 * something is not written, `fault` says why.
 */
export const describeScopeArchiveFaults = (name: string, subject: ScopeArchiveFaultSubject): void => {
  const { open, reopen, leastCalls, errorOf, variants = FAULT_VARIANTS } = subject;
  describe(`archive of a scope over storage that fails: ${name}`, () => {
    it.each(variants.map((variant) => [nameOfVariant(variant), variant] as const))(
      'calls nothing written that is not, and loses nothing meanwhile, whichever call fails (%s)',
      { timeout: 120_000 },
      async (_, variant) => {
        const models = Array.from({ length: LAST + 1 }, (_, sequence) => modelAt(sequence));
        const calls = await countDown({ ...variant, errorOf }, async (fault) => {
          const archive = await open(fault);
          for (let at = 1; at <= LAST; at += 1) {
            archive.put(itemsAt(at), at, at);
            // A search writes what waits.
            archive.search(['kayak'], 1);
            expect(contentsOf(archive).chunks).toEqual(models[at]?.chunks);
            expect(archive.fault === undefined).toBe(archive.sequence === at);
          }
          const written = archive.sequence;
          archive.close();
          const again = await reopen();
          try {
            expect(again.fault).toBeUndefined();
            expect(again.sequence).toBeGreaterThanOrEqual(written);
            expect(contentsOf(again)).toEqual(models[again.sequence]);
            // What comes again of the journal makes it whole.
            for (let at = 1; at <= LAST; at += 1) again.put(itemsAt(at), at, at);
            expect(contentsOf(again)).toEqual(models[LAST]);
          } finally {
            again.close();
          }
        });
        expect(calls).toBeGreaterThanOrEqual(leastCalls);
      },
    );
  });
};
