import { describe, expect, it } from 'vitest';
import { isLanguageOf, openSurprisal } from '../../src/entropy/language-surprisal.ts';
import { createWordSurprisal } from '../../src/entropy/word-surprisal.ts';
import { createWordTable, openEnglishWordTable } from '../../src/entropy/word-table.ts';
import { splitWords } from '../../src/entropy/words.ts';

const english = openEnglishWordTable();

describe('words', () => {
  it('splits clitics as lists of spoken words do, and numbers from letters', () => {
    const text = "I don’t know Anna's 3rd Straße—2024!";
    const words = splitWords(text);
    expect(words.map(({ word }) => word)).toEqual([
      'i',
      'don',
      't',
      'know',
      'anna',
      's',
      '3',
      'rd',
      'straße',
      '2024',
    ]);
    for (const { start, end, word } of words) expect(text.slice(start, end).toLowerCase()).toBe(word);
  });

  it('costs common words little, rare ones much, unknown ones the most', async () => {
    const session = createWordSurprisal(await english).openSession();
    const [the = 0, boat = 0, zymurgy = 0, name = 0] = session
      .score('the boat zymurgy Qhlorvik')
      .map(({ bits }) => bits);
    expect(the).toBeLessThan(6);
    expect(boat).toBeGreaterThan(10);
    expect(boat).toBeLessThan(16);
    expect(zymurgy).toBe(16);
    expect(name).toBe(16);
  });

  it('mixes 0.7 of the table with 0.3 of the session', () => {
    const table = createWordTable('half', [
      { word: 'a', count: 1 },
      { word: 'b', count: 1 },
    ]);
    const session = createWordSurprisal(table).openSession();
    const bitsOf = (text: string) => session.score(text).map(({ bits }) => bits);
    const p = table.probability('a');
    expect(bitsOf('a a b')).toEqual([
      -Math.log2(p),
      -Math.log2(0.7 * p + 0.3),
      -Math.log2(0.7 * table.probability('b')),
    ]);
  });
});

describe('the language of a text', () => {
  it.each([
    ['I went to the market with my sister and we bought some apples', true],
    [
      'const total = items.map((item) => item.price).reduce((sum, price) => sum + price, 0); return total;',
      true,
    ],
    ['Me llamo Juan y vivo en Madrid con mi familia desde hace tres años', false],
    ['Ich wohne seit drei Jahren in Berlin und arbeite als Lehrerin', false],
    ['Ik woon in Amsterdam en werk als leraar op een school', false],
    ['我今天去了北京', false],
    ['أنا أسكن في القاهرة', false],
    ['Mikkelsen 42', undefined],
    ['🎉', undefined],
  ])('%s', async (text, expected) => {
    expect(isLanguageOf(await english, text)).toBe(expected);
  });

  it('is that of the session where a text is too short to tell', async () => {
    const session = (await openSurprisal()).openSession();
    session.score('Me llamo Juan y vivo en Madrid con mi familia desde hace tres años');
    // By the table of English "vivo" is unheard of; the session has heard it.
    expect(session.score('vivo')[0]?.bits).toBeLessThan(8);
  });
});
