import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRuleExtractor } from '../../src/writing/rules/rule-extractor.ts';
import { inProcess } from '../support/memories.ts';

// Sentences of our own: what is known is turned by naming it.

let place: Awaited<ReturnType<typeof inProcess>>;
let memory: Awaited<ReturnType<typeof place.open>>;
let cases = 0;

beforeAll(async () => {
  place = await inProcess();
  memory = await place.open({ extractor: createRuleExtractor() });
});

afterAll(async () => {
  await memory.close();
  await place.remove();
});

const after = async (...said: readonly string[]): Promise<readonly string[]> => {
  cases += 1;
  const scope = memory.scope({ tenant: 'slots', user: `case-${cases}` });
  for (const content of said) {
    place.clock.advance(3_600_000);
    await (await scope.observe({ role: 'user', speaker: 'Ana', content })).settled();
  }
  const known = await scope.facts();
  return known.filter(({ negated }) => !negated).map(({ attribute, value }) => `${attribute}|${value}`);
};

describe('what is known, when it is named again', () => {
  it.each([
    ['I live in Porto.', 'Porto and I are done, I gave the keys back.', []],
    ['I work for Acme.', 'The Acme story was pure invention.', []],
    ['My doctor is Dr Hale.', 'Dr Hale retired, Dr Singh sees me now.', ['doctor|Dr Singh']],
    [
      'I speak Czech.',
      'Slip of the tongue, it is Slovak that I speak, Czech was wrong.',
      ['language|Slovak'],
    ],
    [
      'My favourite food is curry.',
      'Nothing against curry, but these days it is ramen.',
      ['favorite:food|ramen'],
    ],
    ['I support Leeds.', 'Forget the bit about Leeds.', []],
    ['I am allergic to soy.', 'I have outgrown the soy allergy.', []],
    ['I live in Porto.', 'The weather in Porto is lovely.', ['home|Porto']],
  ])('"%s", then "%s"', async (first, second, known) => {
    expect(await after(first, second)).toEqual(known);
  });
});

it('takes a sentence of pages for no statement, and the rest of the message for what it says', async () => {
  const list = Array.from({ length: 600 }, (_, index) => `step ${index} of it`).join('; ');
  const said = `I live in Porto. Nothing against curry, but these days it is ramen; ${list}`;
  expect(await after('My favourite food is curry.', said)).toContain('home|Porto');
});

describe('what a sentence takes for known, or swallows', () => {
  it.each([
    ['Could you write a toast for my wife Ines?', ['family:wife|Ines']],
    ['I hope that our son, Milo, sleeps tonight.', ['family:son|Milo']],
    ['Pavel (husband, ten years) has lost the keys again. Where would you look?', ['family:husband|Pavel']],
    ['Write a story in which my wife Ines robs a bank.', []],
    ['I do not have a brother Milo.', []],
    ['Nothing cheers me up like a brass band.', ['likes|brass band']],
    ['Filter coffee is my weakness.', ['likes|Filter coffee']],
    ["I can't stand small talk, just give me the number.", ['dislikes|small talk']],
    ['I am reading crime novels.', ['activity|reading crime novels']],
    ['On Friday I will be eighty.', []],
    ['My brother Karl earns his living at Acme.', ['employer|Acme', 'family:brother|Karl']],
    ['Acme employs my brother Karl.', ['employer|Acme', 'family:brother|Karl']],
    ['My friend Priya is the proud owner of a parrot.', ['family:friend|Priya', 'pet|parrot']],
    ['My brother Karl is the father of one Magnus.', ['family:brother|Karl', 'family:child|Magnus']],
  ])('"%s"', async (said, known) => {
    expect((await after(said)).toSorted()).toEqual(known);
  });

  it("gives a relative's wife and work to the relative", async () => {
    const scope = memory.scope({ tenant: 'slots', user: 'kin' });
    const said = 'My brother Karl is married to Ingrid. Acme employs my brother Karl.';
    await (await scope.observe({ role: 'user', speaker: 'Ana', content: said })).settled();
    const told = (await scope.facts()).map(({ subject, value }) => `${subject}|${value}`);
    expect(told.toSorted()).toEqual(['Ana|Karl', 'Karl|Acme', 'Karl|Ingrid', 'Karl|married']);
  });
});
