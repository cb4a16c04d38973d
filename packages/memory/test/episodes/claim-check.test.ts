import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClaimSource, checkClaim, createAnalyzer } from '../../src/index.ts';

const analyze = createAnalyzer();
const said = (text: string, speaker = 'Ana'): ClaimSource => ({
  text,
  names: [speaker],
  date: '2024-03-15 15 March 2024 Friday',
});
const check = (claim: string, ...sources: readonly ClaimSource[]) => checkClaim(claim, sources, analyze);

describe('what the sources say stands', () => {
  it.each([
    ['Ana moved to Lisbon with 3 cats.', said('I moved to Lisbon, with my three cats.')],
    ['Ana does not eat meat.', said("I don't eat meat any more.")],
    ['On 15 March 2024 Ana bought a red kayak.', said('Today I bought a red kayak!')],
    ['Ana paid 1200 euros for the kayak.', said('The kayak was 1,200 euros, which I paid at once.')],
    ['Ana never drinks coffee, but loves green tea.', said('I never drink coffee, but I love green tea.')],
    ["Ana's brother Tom works at Harbour Foods.", said('My brother Tom works at Harbour Foods now.')],
  ])('%s', (claim, source) => {
    expect(check(claim, source)).toMatchObject({ supported: true });
  });
});

describe('what they do not say falls', () => {
  it.each([
    ['another number', 'Ana moved to Lisbon with 4 cats.', said('I moved to Lisbon, with my three cats.')],
    ['a number in words', 'Ana moved to Lisbon with five cats.', said('I moved to Lisbon, with my 3 cats.')],
    ['numbers that changed places', 'Ana has 5 dogs and 3 cats.', said('I have 3 dogs and 5 cats.')],
    [
      'a number of something else',
      'Ana waited 7 days in Porto.',
      said('I waited two days in Porto, at gate 7.'),
    ],
    ['another name', 'Ana met Miranda in Porto.', said('I met Helena in Porto.')],
    ['a name at the beginning', 'Miranda moved to Lisbon.', said('I moved to Lisbon.')],
    ['a name in capitals', 'Ana works at IBM in Porto.', said('I work at a bank in Porto.')],
    ['a denial that nobody made', 'Ana does not eat meat.', said('I eat meat every day.')],
    ['a denial that got lost', 'Ana eats meat.', said("I don't eat meat.")],
    ['a denial of a plain verb', 'Ana likes the voice of Tom.', said("I don't like the voice of Tom.")],
    [
      'a denial that moved',
      'Ana drinks coffee but never tea.',
      said('I never drink coffee but I drink tea.'),
    ],
    ['another day', 'On 16 March 2024 Ana bought a kayak.', said('Today I bought a kayak.')],
    ['another year', 'Ana bought a kayak in 2023.', said('Today I bought a kayak.')],
    ['something else', 'Ana repaired the roof of the summer house.', said('I bought a kayak.')],
    ['nothing', '', said('I bought a kayak.')],
  ])('%s', (_what, claim, source) => {
    expect(check(claim, source).supported).toBe(false);
  });

  it('says of one person what another one said', () => {
    const ana = said('I lost my job at the bank.');
    const tom = said('I opened a bakery.', 'Tom');
    expect(check('Tom lost the job at the bank.', ana, tom)).toMatchObject({
      supported: false,
      names: ['Tom'],
    });
    expect(check('Ana lost the job at the bank.', ana, tom)).toMatchObject({ supported: true });
  });

  it('has no source', () => {
    expect(check('Ana moved to Lisbon.').supported).toBe(false);
  });
});

const words = fc.constantFrom(
  'kayak',
  'ferry',
  'never',
  'not',
  'Lisbon',
  'Tom',
  '3',
  'twelve',
  'red',
  'and',
  'but',
  'sold',
  ',',
);
const sentence = fc.array(words, { minLength: 1, maxLength: 12 }).map((parts) => `${parts.join(' ')}.`);

describe('properties', () => {
  it('a sentence supports itself, and no number, name or denial of another one is added unseen', () => {
    fc.assert(
      fc.property(sentence, sentence, (claim, source) => {
        const self = check(claim, said(claim));
        expect([...self.numbers, ...self.names, ...self.negations]).toEqual([]);
        const other = check(claim, said(source));
        if (!other.supported) return;
        for (const word of ['3', 'twelve', 'Tom', 'Lisbon']) {
          if (claim.includes(word)) expect(source).toContain(word);
        }
        if (/\b(?:never|not)\b/u.test(claim)) expect(source).toMatch(/\b(?:never|not)\b/u);
      }),
    );
  });

  it('more sources support no fewer numbers, and no less of the words', () => {
    fc.assert(
      fc.property(sentence, sentence, sentence, (claim, first, second) => {
        const one = check(claim, said(first));
        const both = check(claim, said(first), said(second));
        expect(both.overlap).toBeGreaterThanOrEqual(one.overlap);
        expect(one.numbers).toEqual(expect.arrayContaining([...both.numbers]));
      }),
    );
  });
});
