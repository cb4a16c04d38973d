import { describe, expect, it } from 'vitest';
import { coverageOf } from '../../src/episodes/coverage.ts';
import { corrupt, countUnsupported } from '../../src/episodes/unsupported.ts';

describe('coverage', () => {
  const observations = [
    { text: 'Ana sold the red kayak in Porto.', evidence: ['m1', 'm2'] },
    { text: 'Ben likes tea.', evidence: ['m3'] },
  ];

  it('counts words of one item, and of all items of the same turns', () => {
    const items = [
      { words: 'Ana: I sold the kayak', sources: ['m1'] },
      { words: 'Ana: the red one, in Porto', sources: ['m2'] },
      { words: 'Ben: I like tea', sources: ['m9'] },
    ];
    expect(coverageOf(observations, items)).toEqual({ single: 0.5, joint: 0.5 });
    expect(coverageOf(observations, items.slice(1))).toEqual({ single: 0.5, joint: 0.5 });
    expect(
      coverageOf(observations, [{ words: 'Ana sold', sources: ['m1'] }, items[1] as (typeof items)[0]]).joint,
    ).toBe(0.5);
    expect(coverageOf(observations, [])).toEqual({ single: 0, joint: 0 });
  });
});

describe('what no source says', () => {
  it('is counted by tokens', () => {
    const said = ['I have 3 cats with Tom at 4pm, and no dog.'];
    expect(countUnsupported('We have 3 cats with Tom at 4pm.', said)).toEqual({
      numbers: 0,
      names: 0,
      negations: 0,
    });
    expect(countUnsupported('We have 5 cats with Ben, not dogs, never.', said)).toEqual({
      numbers: 1,
      names: 1,
      negations: 1,
    });
  });

  it('is made by changing one thing', () => {
    expect(corrupt('numbers', 'I have 3 cats.')).toBe('I have 16 cats.');
    expect(corrupt('names', 'I met Tom.')).toBe('I met Quillon.');
    expect(corrupt('negations', 'It is red.')).toBe('It is not red.');
    expect(corrupt('negations', 'It is not red.')).toBe('It is  red.');
    expect(corrupt('names', 'I met him.')).toBeUndefined();
  });
});
