import type { BlockChange, OperationId } from '@retentive/core';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CoreBlocks } from '../core-blocks/core-blocks.ts';
import type { JournalEntry } from '../journal/journal.ts';
import { ANNA, whole } from './journal-fixtures.ts';

const LINES = ['Lives in Lisbon.', 'Has a kayak.', 'Likes tea.'] as const;

const entryOf = (sequence: number, label: string, change: BlockChange): JournalEntry => ({
  sequence,
  scope: ANNA,
  recordedAt: sequence * 10,
  body: {
    kind: 'operation',
    operation: {
      id: `op${sequence}` as OperationId,
      kind: 'update',
      target: { store: 'core', label, change },
      because: 'a test',
      sources: [],
    },
  },
});

const line = fc.constantFrom(...LINES);
const change: fc.Arbitrary<BlockChange> = fc.oneof(
  fc.record({ type: fc.constant('append' as const), line }),
  fc.record({ type: fc.constant('replace' as const), line, by: line }),
  fc.record({ type: fc.constant('remove' as const), line }),
);
const changes = fc.array(fc.tuple(fc.constantFrom('profile', 'plans'), change), { maxLength: 20 });

const describeChanges = (blocks: () => CoreBlocks): void => {
  const apply = (sequence: number, change: BlockChange, label = 'profile') =>
    blocks().apply(entryOf(sequence, label, change));

  it('appends, replaces and removes lines, each a new version', () => {
    expect(apply(1, { type: 'append', line: 'a' })).toEqual({
      label: 'profile',
      lines: ['a'],
      version: 1,
      limit: 512,
      updatedAt: 10,
    });
    apply(2, { type: 'append', line: 'b' });
    apply(3, { type: 'replace', line: 'a', by: 'c' });
    expect(blocks().block('profile')).toMatchObject({ lines: ['c', 'b'], version: 3, updatedAt: 30 });
    apply(4, { type: 'remove', line: 'c' });
    expect(blocks().blocks()).toMatchObject([{ label: 'profile', lines: ['b'], version: 4 }]);
  });

  it('changes nothing for a line that is not there, and for an entry that is about no block', () => {
    expect(apply(1, { type: 'remove', line: 'a' })).toBeUndefined();
    expect(apply(2, { type: 'replace', line: 'a', by: 'b' })).toBeUndefined();
    expect(blocks().apply({ sequence: 3, scope: ANNA, recordedAt: 3, body: whole('m') })).toBeUndefined();
    expect(blocks().block('profile')).toBeUndefined();
    expect(blocks().blocks()).toEqual([]);
  });

  it('keeps blocks apart, and lists none without a line', () => {
    apply(1, { type: 'append', line: 'a' });
    apply(2, { type: 'append', line: 'b' }, 'plans');
    apply(3, { type: 'remove', line: 'a' });
    expect(
      blocks()
        .blocks()
        .map(({ label }) => label),
    ).toEqual(['plans']);
    expect(blocks().block('profile')).toMatchObject({ lines: [], version: 2 });
  });
};

/**
 * Every promise of the `CoreBlocks` port as tests for vitest: call it at the top level of a test file. `open` gives blocks of
 * the kind under test, empty. Needs `vitest` and `fast-check`.
 */
export const describeCoreBlocks = (name: string, open: () => CoreBlocks): void => {
  describe(`core blocks: ${name}`, () => {
    let current = open();
    beforeEach(() => {
      current = open();
    });
    describeChanges(() => current);

    it('gives the same blocks for the same entries, no line twice, and versions that count changes', () => {
      fc.assert(
        fc.property(changes, (all) => {
          const [first, second] = [open(), open()];
          const entries = all.map(([label, each], index) => entryOf(index + 1, label, each));
          const counts = new Map<string, number>();
          for (const entry of entries) {
            const after = first.apply(entry);
            expect(second.apply(entry)).toEqual(after);
            if (after === undefined) continue;
            counts.set(after.label, (counts.get(after.label) ?? 0) + 1);
            expect(after.version).toBe(counts.get(after.label));
            expect(new Set(after.lines).size).toBe(after.lines.length);
          }
          expect(first.blocks()).toEqual(second.blocks());
        }),
      );
    });
  });
};
