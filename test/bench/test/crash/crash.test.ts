import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compare, lineOf, parseLine, pieceOf, textOf } from '../../src/crash/pieces.ts';
import { crashReportSchema } from '../../src/crash/schemas.ts';

const known = (id: string, pieces: number, isComplete: boolean) => ({
  id,
  length: Array.from({ length: pieces }, (_, index) => pieceOf(id, index)).join('').length,
  isComplete,
});
const stored = (id: string, pieces: number, state = 'complete') => ({
  id,
  text: textOf(id, known(id, pieces, true).length),
  state,
});

it('reads the lines that it writes, and none that a kill cut short', () => {
  fc.assert(
    fc.property(fc.nat(), fc.boolean(), fc.nat(9), (length, isComplete, cut) => {
      const line = lineOf({ id: 'crash-1-2-3', length, isComplete });
      expect(parseLine(line.trimEnd())).toEqual({ id: 'crash-1-2-3', length, isComplete });
      expect(parseLine(line.slice(0, cut))).toBeUndefined();
    }),
  );
});

it('counts what is missing, shorter or not ended as lost, and what stands twice as a duplicate', () => {
  const id = 'crash-0-0-0';
  expect(compare([known(id, 2, false)], [stored(id, 3, 'torn')])).toEqual({ lost: 0, duplicates: 0 });
  expect(compare([known(id, 2, true)], [stored(id, 2)])).toEqual({ lost: 0, duplicates: 0 });
  expect(compare([known(id, 2, true)], [])).toEqual({ lost: 1, duplicates: 0 });
  expect(compare([known(id, 2, false)], [stored(id, 1)])).toEqual({ lost: 1, duplicates: 0 });
  expect(compare([known(id, 2, true)], [stored(id, 2, 'torn')])).toEqual({ lost: 1, duplicates: 0 });
  expect(compare([known(id, 1, true)], [stored(id, 1), stored(id, 1)])).toEqual({ lost: 0, duplicates: 1 });
  const doubled = { ...stored(id, 1), text: pieceOf(id, 0).repeat(2) };
  expect(compare([known(id, 1, true)], [doubled])).toEqual({ lost: 0, duplicates: 1 });
});

it('reports what could not be opened with null', () => {
  const report = {
    trials: 1,
    n: 0,
    acknowledged: 3,
    lost: 0,
    duplicates: 0,
    unreadable: 1,
    reopenP95Ms: null,
    openP95Ms: null,
    contextP95Ms: null,
  };
  expect(crashReportSchema.parse(report)).toEqual(report);
});
