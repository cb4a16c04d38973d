import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRuleExtractor } from '../../src/writing/rules/rule-extractor.ts';
import { inProcess } from '../support/memories.ts';

// Sentences of our own: what weak words together tell, whose words count, and whose facts a message turns.

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

const WEEK = 7 * 86_400_000;

const knownAfter = async (...said: readonly string[]): Promise<readonly string[]> => {
  cases += 1;
  const scope = memory.scope({ tenant: 'turns', user: `case-${cases}` });
  for (const content of said) {
    place.clock.advance(WEEK);
    await (await scope.observe({ role: 'user', speaker: 'Ana', content })).settled();
  }
  const known = await scope.facts();
  return known
    .filter(({ negated }) => !negated)
    .map(({ subject, attribute, value }) => `${subject === 'Ana' ? '' : `${subject}:`}${attribute}=${value}`)
    .toSorted();
};

describe('values that are told by their looks', () => {
  it.each([
    ['My Volvo V70 is leaking oil again.', ['car=Volvo V70']],
    ['My gecko has escaped from the terrarium.', ['pet=gecko']],
    ['Burgundy is what I prefer, of all colours it is the best.', ['favorite:color=Burgundy']],
    ['Dr Hale put me on tablets and I trust her.', ['doctor=Dr Hale']],
    ['My Pixel 7 does not charge, the battery is dead.', ['phone=Pixel 7']],
  ])('"%s"', async (said, known) => {
    expect(await knownAfter(said)).toEqual(known);
  });

  it.each([
    "My neighbour's Volvo is leaking oil again.",
    'I would like a gecko, they look fun.',
    'My dog walker is late.',
    'Burgundy is not my favourite colour.',
    'Dr Hale is my dentist.',
    'I want a Pixel 7.',
  ])('"%s" tells none', async (said) => {
    const known = await knownAfter(said);
    expect(known.filter((fact) => /^(?:car|pet|favorite:color|doctor|phone)=/u.test(fact))).toEqual([]);
  });
});

describe('what is known', () => {
  it.each([
    ['I have a dog called Rex.', 'Rex died.', []],
    ['I am a nurse at Mercy Hospital.', 'I retired today.', ['job=retired']],
    ['I drive a Volvo.', 'The Volvo went to my son, so a Skoda Fabia it is.', ['car=Skoda Fabia']],
    ['My brother drives an Audi.', 'My brother sold his Audi.', []],
    ['My sister lives in Porto.', 'My sister moved to Rome.', ["Ana's sister:home=Rome"]],
    ['I work for Acme.', 'My sister quit Acme.', ['employer=Acme']],
  ])('"%s", then "%s"', async (first, second, known) => {
    expect(await knownAfter(first, second)).toEqual(known);
  });
});

describe('a message that puts itself right', () => {
  it.each([
    ['I live in Porto. Actually it is Lisbon.', ['home=Lisbon']],
    ['I live in Porto. No wait, Lisbon.', ['home=Lisbon']],
    ['My favourite colour is green. Actually it is blue.', ['favorite:colour=blue']],
  ])('"%s"', async (said, known) => {
    expect(await knownAfter(said)).toEqual(known);
  });
});

describe('words that are not meant, or not theirs', () => {
  it.each([
    'Dear Tom,\nI live in Rome now and I work for Acme.\nYours,\nPeter',
    '"I live in Rome now.\n\n"I work for Acme, and my wife is called Ilse."',
    'Translate into French: I live in Rome and I work for Acme.',
    'Yeah right, I live in a castle.',
    'I love traffic jams /s',
    'I totally love traffic jams. Not.',
  ])('"%s"', async (said) => {
    expect(await knownAfter(said)).toEqual([]);
  });

  it('are hers where she signed them herself', async () => {
    expect(await knownAfter('Dear Tom,\nI live in Rome now.\nYours,\nAna')).toEqual(['home=Rome']);
  });
});

describe('talk in which what is known is only mentioned', () => {
  it.each([
    [
      ['I love pottery.', 'Can not wait to see your pottery studio, it will be done by May.'],
      'likes=pottery',
    ],
    [['I love pottery.', 'I will not give up pottery.'], 'likes=pottery'],
    [['I love pottery.', 'Rain made us cancel our pottery weekend.'], 'likes=pottery'],
    [['I love pottery.', 'The kiln died on Friday. Losing it hurt, but pottery goes on.'], 'likes=pottery'],
    [
      [
        'I live in Ghent.',
        'I can not wait to hear about your trip, maybe we meet in Ghent over the weekend.',
      ],
      'home=Ghent',
    ],
    [['I drive a work van.', 'No, I no longer do rope work at all.'], 'car=work van'],
    [
      [
        'I drive a Volvo.',
        'Sounds like your project is nearly done. My album is almost finished too, and the songs go well. I send you some when I am back on Monday, and the Volvo is fine.',
      ],
      'car=Volvo',
    ],
  ])('%j keeps %s', async (said, kept) => {
    expect(await knownAfter(...said)).toContain(kept);
  });

  it.each([
    'Hello Iris, how was your day?',
    'On Sunday we went down into a volcano, on stairs.',
    'I enjoy the taste of these.',
    'Reading about castles keeps me at the edge of my seat.',
    'We got into a little scrape on the way back.',
    'It was fun, doing what I love.',
  ])('"%s" tells of no home, liking or car', async (said) => {
    const known = await knownAfter(said);
    expect(known.filter((fact) => /^(?:home|likes|car)=/u.test(fact))).toEqual([]);
  });

  it.each([
    [['I love pottery.', "I don't like pottery any more."], 'likes=pottery'],
    [['I love pottery.', 'I have gone off pottery.'], 'likes=pottery'],
    [['I own a kayak.', 'I sold the kayak.'], 'owns=kayak'],
  ])('%j ends %s', async (said, ended) => {
    expect(await knownAfter(...said)).not.toContain(ended);
  });
});
