import { describe, expect, it } from 'vitest';
import { createCharacterModel } from '../../src/entropy/character-model.ts';
import { SYMBOLS } from '../../src/entropy/spelling.ts';
import { createWordCounts } from '../../src/entropy/word-counts.ts';
import { createWordTable, openEnglishWordTable, UNKNOWN_SHARE } from '../../src/entropy/word-table.ts';

const english = openEnglishWordTable();

const CODE_POINTS = 0x110000;

describe('distributions', () => {
  it('letters after any two others sum to 1', async () => {
    const { spelling } = await english;
    for (let before = 0; before < SYMBOLS; before += 1) {
      for (let previous = 0; previous < SYMBOLS; previous += 1) {
        let sum = 0;
        for (let symbol = 0; symbol < SYMBOLS; symbol += 1) sum += spelling.next(before, previous, symbol);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
      }
    }
  });

  it('listed words take what spelling leaves: all words together sum to 1', async () => {
    const table = await english;
    let listed = 0;
    let words = 0;
    for (const word of table.words()) {
      listed += table.probability(word) - UNKNOWN_SHARE * table.spelling.probability(word);
      words += 1;
    }
    expect(words).toBe(74_286);
    expect(Math.abs(listed + UNKNOWN_SHARE - 1)).toBeLessThan(1e-9);
  });

  it('folds the capitals of a list, and prices what it lacks below what it has', () => {
    const table = createWordTable('tiny', [
      { word: 'a', count: 3 },
      { word: 'Ab', count: 1 },
    ]);
    expect(table.listed('ab')).toBeGreaterThan(0);
    expect(table.listed('Ab')).toBeUndefined();
    expect(table.probability('a') / table.probability('ab')).toBeGreaterThan(2);
    expect(table.probability('zebra')).toBeGreaterThan(0);
    expect(table.probability('zebra')).toBeLessThan(table.probability('ab'));
  });

  it('characters after anything the model has read sum to 1', () => {
    const model = createCharacterModel();
    let [before, previous] = [0, 0];
    for (const character of '我妹妹住在成都 hola hola ¿qué tal? 🎉') {
      const point = character.codePointAt(0) as number;
      model.learn(before, previous, point);
      [before, previous] = [previous, point];
    }
    const [h, o] = ['h', 'o'].map((letter) => letter.charCodeAt(0)) as [number, number];
    let sum = 0;
    for (let point = 0; point < CODE_POINTS; point += 1) sum += model.probability(h, o, point);
    expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
  });

  it('counts of a session sum to 1 and stay within their bound, also where every word comes twice', () => {
    const counts = createWordCounts(50);
    const words = Array.from({ length: 500 }, (_, index) => `w${index}`);
    for (const word of words) for (const use of [word, word, word]) counts.add(use);
    const known = words.filter((word) => counts.share(word) > 0);
    expect(known.length).toBeLessThanOrEqual(50);
    expect(known.reduce((sum, word) => sum + counts.share(word), 0)).toBeCloseTo(1, 9);
    expect(counts.share('w499')).toBeGreaterThan(0);
  });

  it('a character model stays within its bound', () => {
    const model = createCharacterModel(60);
    for (let point = 1; point < 5_000; point += 1) model.learn(point - 1, point, point + 1);
    expect(model.probability(4_998, 4_999, 5_000)).toBeGreaterThan(model.probability(1, 2, 3));
  });
});
