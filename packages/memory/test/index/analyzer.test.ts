import { describe, expect, it } from 'vitest';
import { createAnalyzer } from '../../src/index.ts';

describe('createAnalyzer', () => {
  const analyze = createAnalyzer();

  it.each([
    ['She was painting the paintings', 'paint the painted one'],
    ['Café in Zürich', 'cafe zurich'],
    ["Mara's bikes", 'mara bike'],
    ['I’ve moved', "i've moved"],
    ['ДЕРЕВНЯ', 'деревня'],
  ])('finds a common term in %j and %j', (a, b) => {
    const terms = new Set(analyze(a));
    expect(analyze(b).some((term) => terms.has(term))).toBe(true);
  });

  it('drops words that say nothing', () => {
    expect(analyze('what did you do to them and why')).toEqual([]);
  });

  it('cuts CJK text into pairs and keeps Latin words inside it', () => {
    expect(analyze('我的上司在IBM上班')).toEqual(['我的', '的上', '上司', '司在', 'ibm', '上班']);
  });

  it('keeps marks that are part of a letter in Arabic and Indic scripts', () => {
    expect(analyze('हिन्दी')).toEqual(['हिन्दी']);
    expect(analyze('مدرسة')).toEqual(['مدرسة']);
  });

  it('takes endless words as they are, in time that grows with their length only', () => {
    const endless = 'ab'.repeat(50_000);
    expect(analyze(`${endless}s`)).toEqual([`${endless}s`]);
  });

  it('gives the same terms at each call', () => {
    expect(analyze('running runs ran')).toEqual(analyze('running runs ran'));
  });
});
