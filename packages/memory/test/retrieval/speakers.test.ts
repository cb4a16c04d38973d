import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namedSpeakers, withinOneEdit } from '../../src/retrieval/speakers.ts';

describe('namedSpeakers', () => {
  const speakers = new Set(['Signe Holm', 'Caio', 'Iris']);

  it.each([
    ['Where does Signe live?', ['Signe Holm']],
    ['What did CAIO buy?', ['Caio']],
    ['When did Holms come?', []],
    ['When did Singe move?', ['Signe Holm']],
    ['What did Signe tell Caio?', ['Signe Holm', 'Caio']],
    ['What did Signe, Caio and Iris eat?', []],
    ['Where is the ferry?', []],
  ])('reads %j', (query, expected) => {
    expect([...namedSpeakers(query, speakers)]).toEqual(expected);
  });
});

const distance = (a: string, b: string): number => {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const row = rows[i] as number[];
      const above = rows[i - 1] as number[];
      row[j] = Math.min(
        (above[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j] as number, ((rows[i - 2] as number[])[j - 2] as number) + 1);
      }
    }
  }
  return (rows[a.length] as number[])[b.length] as number;
};

describe('withinOneEdit', () => {
  it('agrees with the full edit distance', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    fc.assert(
      fc.property(word, word, (a, b) => withinOneEdit(a, b) === distance(a, b) <= 1),
      { numRuns: 2_000 },
    );
  });
});
