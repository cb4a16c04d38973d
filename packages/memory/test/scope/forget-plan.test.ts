import type { BlockChange, Evidence, MessageId, Operation, OperationId } from '@retentive/core';
import { expect, it } from 'vitest';
import { createCoreBlocks } from '../../src/core-blocks/core-blocks.ts';
import { type JournaledOperation, planForgetting } from '../../src/scope/forget-plan.ts';
import { ANNA } from '../../src/testing/journal-fixtures.ts';

const FORGOTTEN = 'm' as MessageId;
const by = (...sources: readonly string[]): readonly Evidence[] =>
  sources.map((source) => ({ source: source as MessageId, origin: 'user', quote: `words of ${source}` }));

const changeBlock = (
  id: string,
  change: BlockChange,
  sources: readonly Evidence[] = [],
  undoes?: string,
): Operation => ({
  id: id as OperationId,
  kind: 'update',
  target: { store: 'core', label: 'profile', change },
  because: 'test',
  sources,
  ...(undoes === undefined ? {} : { undoes: undoes as OperationId }),
});

/** What is left of operations on blocks once the source is forgotten: its lines, and the JSON of all of it. */
const forgetIn = (...operations: readonly Operation[]): { lines: readonly string[]; json: string } => {
  const journaled: readonly JournaledOperation[] = operations.map((operation, index) => ({
    sequence: index + 1,
    operation,
  }));
  const plan = planForgetting(journaled, { sources: new Set([FORGOTTEN]) });
  const bodies = new Map(plan.replaced.map(({ sequence, body }) => [sequence, body]));
  const blocks = createCoreBlocks();
  const left = journaled
    .filter(({ sequence }) => !plan.sequences.includes(sequence))
    .map(({ sequence, operation }) => ({
      sequence,
      scope: ANNA,
      recordedAt: sequence,
      body: bodies.get(sequence) ?? { kind: 'operation' as const, operation },
    }));
  for (const entry of left) blocks.apply(entry);
  return { lines: blocks.block('profile')?.lines ?? [], json: JSON.stringify(left) };
};

const append = (line: string): BlockChange => ({ type: 'append', line });
const replace = (line: string, line2: string): BlockChange => ({ type: 'replace', line, by: line2 });
const remove = (line: string): BlockChange => ({ type: 'remove', line });

it('takes a line out that rests on the source alone, with what removed it', () => {
  const { lines, json } = forgetIn(
    changeBlock('a', append('one')),
    changeBlock('b', append('secret'), by('m')),
    changeBlock('c', remove('secret')),
    changeBlock('d', append('two'), by('n', 'm')),
  );
  expect(lines).toEqual(['one', 'two']);
  expect(json).not.toMatch(/secret|words of m/);
  expect(json).toContain('words of n');
});

it('lets a line that replaced it stand by itself, also when that was undone', () => {
  const told = [changeBlock('b', append('secret'), by('m')), changeBlock('c', replace('secret', 'open'))];
  expect(forgetIn(...told).lines).toEqual(['open']);
  const { lines, json } = forgetIn(...told, changeBlock('d', replace('open', 'secret'), [], 'c'));
  expect(lines).toEqual([]);
  expect(json).not.toContain('secret');
});

it('gives the line back that it had replaced', () => {
  const before = [
    changeBlock('a', append('one')),
    changeBlock('b', append('two')),
    changeBlock('c', replace('one', 'secret'), by('m')),
  ];
  expect(forgetIn(...before).lines).toEqual(['one', 'two']);
  expect(forgetIn(...before, changeBlock('d', replace('secret', 'three'))).lines).toEqual(['three', 'two']);
  expect(forgetIn(...before, changeBlock('d', replace('secret', 'one'), [], 'c')).lines).toEqual([
    'one',
    'two',
  ]);
});
