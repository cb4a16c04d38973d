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
