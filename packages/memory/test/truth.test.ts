import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  collect,
  createManualClock,
  type Fact,
  type FactInput,
  isRetentiveError,
  MAX_FACT_LENGTH,
} from '@retentive/core';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  defineRule,
  defineStore,
  type Memory,
  type MemoryOptions,
  openMemory,
  type ScopedMemory,
} from '../src/index.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const DAY = 86_400_000;
const START = Date.UTC(2025, 0, 1);

const open: Memory[] = [];
afterEach(async () => {
  for (const memory of open.splice(0)) await memory.close();
});

const begin = async (options: MemoryOptions = {}) => {
  const clock = createManualClock(START);
  const memory = await openMemory({ clock, extractor: false, ...options });
  open.push(memory);
  return { clock, memory, ana: memory.scope(SCOPE) };
};

const fact = (attribute: string, value: string | undefined, more: Partial<FactInput> = {}): FactInput => ({
  text: `Ana ${attribute} ${value ?? ''}`.trim(),
  subject: 'Ana',
  attribute,
  ...(value === undefined ? {} : { value }),
  ...more,
});

const values = (facts: readonly Fact[]): readonly (string | undefined)[] => facts.map(({ value }) => value);

describe('what is known', () => {
  it('is known, known not to be so, or unknown, each with its reason', async () => {
    const { ana } = await begin();
    const [porto] = await ana.proposeFacts([fact('home', 'Porto')]);
    await ana.proposeFacts([fact('employer', 'Acme', { negated: true })]);
    const home = (more = {}) => ana.known({ about: 'ana', attribute: 'home', ...more });
    expect(await home()).toMatchObject({ status: 'known', facts: [{ value: 'Porto' }] });
    expect(await home({ value: 'porto' })).toMatchObject({ status: 'known' });
    expect(await home({ value: 'Lisbon' })).toMatchObject({
      status: 'known-not',
      facts: [{ value: 'Porto' }],
    });
    expect(await ana.known({ about: 'Ana', attribute: 'employer' })).toMatchObject({ status: 'known-not' });
    expect(await ana.known({ about: 'Ana', attribute: 'diet' })).toMatchObject({
      status: 'unknown',
      facts: [],
      because: expect.stringContaining('ever recorded'),
    });
    await ana.changeFact({ kind: 'retract', id: porto?.fact.id as Fact['id'] });
    expect(await home()).toMatchObject({ status: 'unknown', because: expect.stringContaining('taken back') });
  });

  it.each(['home', 'city', 'lives_in', 'livesIn', 'current residence', 'Lives in'])(
    'is found under the name %s',
    async (attribute) => {
      const { ana } = await begin();
      await ana.proposeFacts([fact('home', 'Porto')]);
      expect(await ana.known({ about: 'Ana', attribute })).toMatchObject({ status: 'known' });
      expect(await ana.known({ about: 'Ben', attribute })).toMatchObject({ status: 'unknown' });
    },
  );

  it('asks for a part of an attribute by the words that say so', async () => {
    const { ana } = await begin();
    await ana.proposeFacts([fact('owns', 'Volvo', { text: 'Ana drives a Volvo.' }), fact('owns', 'kayak')]);
    const asked = await ana.known({ about: 'Ana', attribute: 'car' });
    expect(values(asked.facts)).toEqual(['Volvo']);
    expect(await ana.known({ about: 'Ana', attribute: 'phone' })).toMatchObject({ status: 'unknown' });
  });

  it('is of a time in the world, and of a time here', async () => {
    const { ana, clock } = await begin();
    await ana.proposeFacts([fact('home', 'Porto', { valid: { from: START } })]);
    clock.advance(10 * DAY);
    await ana.proposeFacts([fact('home', 'Lisbon', { valid: { from: START + 5 * DAY } })]);
    const home = async (more = {}) =>
      values((await ana.known({ about: 'Ana', attribute: 'home', ...more })).facts);
    expect(await home()).toEqual(['Lisbon']);
    expect(await home({ asOf: START + 2 * DAY })).toEqual(['Porto']);
    expect(await home({ knownAt: START + 7 * DAY })).toEqual(['Porto']);
    expect(await home({ asOf: START - DAY })).toEqual([]);
    expect(values(await ana.facts({ attribute: 'home', ended: true }))).toEqual(['Lisbon', 'Porto']);
  });

  it.each([
    {},
    { about: 'Ana' },
    { about: '', attribute: 'home' },
    { about: 'Ana', attribute: 'home', asOf: 'soon' },
  ])('refuses to be asked %j', async (options) => {
    const { ana } = await begin();
    await expect(ana.known(options as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('proposed facts', () => {
  it('are other facts where their values differ by a sign, or their words by a number', async () => {
    const { ana } = await begin();
    const skills = ['C', 'C#', 'C++', '-5', '5', '1.5', '15', '!!!', '???'];
    await ana.proposeFacts(skills.map((value) => fact('skill', value)));
    expect(values(await ana.facts({ attribute: 'skill' })).toSorted()).toEqual(skills.toSorted());
    const { facts } = await ana.known({ about: 'Ana', attribute: 'skill', value: 'c#' });
    expect(values(facts)).toEqual(['C#']);
    await ana.proposeFacts([1, 2].map((n) => ({ text: `The old bridge over the river has ${n} arches.` })));
    expect((await ana.facts()).filter(({ text }) => text.includes('arches'))).toHaveLength(2);
  });

  it('may be of an attribute that every object has', async () => {
    const { ana } = await begin();
    expect(await ana.known({ about: 'Ana', attribute: 'constructor' })).toMatchObject({ status: 'unknown' });
    await ana.proposeFacts([fact('constructor', 'Acme')]);
    expect(await ana.known({ about: 'Ana', attribute: 'constructor' })).toMatchObject({ status: 'known' });
  });

  const HOMES = ['Porto', 'Lisbon', 'Ghent', 'Oslo', 'Graz'];

  it('come to the same in whatever order they are told, where they have times of their own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }),
        fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
        async (days, order) => {
          const told = [
            ...days.map((day, index) =>
              fact('home', HOMES[index] as string, { valid: { from: START + day * DAY } }),
            ),
            fact('likes', 'tea', { valid: { from: START + 2 * DAY } }),
            fact('likes', 'tea', { negated: true, valid: { from: START + 6 * DAY } }),
          ];
          const shuffled = told.toSorted(
            (a, b) => (order[told.indexOf(a)] ?? 0) - (order[told.indexOf(b)] ?? 0),
          );
          const ends = await Promise.all(
            [told, shuffled].map(async (facts) => {
              const { ana, memory } = await begin();
              for (const each of facts) await ana.proposeFacts([each]);
              const found = await ana.facts({ ended: true });
              await memory.close();
              return found
                .map(({ attribute, value, negated, valid }) =>
                  JSON.stringify([attribute, value, negated, valid]),
                )
                .toSorted();
            }),
          );
          expect(ends[0]).toEqual(ends[1]);
        },
      ),
      { numRuns: 25 },
    );
  });

  const observed = async (ana: ScopedMemory, content: string) => {
    const message = await ana.observe({ role: 'user', speaker: 'Ana', content });
    await message.settled();
    return message;
  };

  it.each([
    ['I have a dog named Rex.', 'He passed away last night.', 'pet'],
    ['I work at Acme.', 'I left Acme last week.', 'employer'],
    ['I work at Acme.', 'I left that job last week.', 'employer'],
    ['I own a kayak.', 'I sold the kayak last month.', 'owns'],
  ])('end although the end is dated before they were told: "%s", then "%s"', async (told, end, attribute) => {
    const { ana, clock } = await begin({ extractor: undefined });
    await observed(ana, told);
    const before = clock.now() + 1;
    clock.advance(DAY);
    await observed(ana, end);
    expect(await ana.known({ about: 'Ana', attribute })).toMatchObject({ status: 'known-not' });
    expect(await ana.known({ about: 'Ana', attribute, knownAt: before })).toMatchObject({ status: 'known' });
    for (const { valid } of await ana.facts({ ended: true }))
      expect(valid.until ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(valid.from ?? 0);
    clock.advance(DAY);
    await observed(ana, told);
    expect(await ana.known({ about: 'Ana', attribute })).toMatchObject({ status: 'known' });
  });

  it('that say since when they hold are not ended by an end before that', async () => {
    const { ana, clock } = await begin({ extractor: undefined });
    await observed(ana, 'I have been working at Acme since 2023.');
    clock.advance(DAY);
    await observed(ana, 'I left Acme in 2015.');
    expect(await ana.known({ about: 'Ana', attribute: 'employer' })).toMatchObject({ status: 'known' });
  });

  it('are told, and end, to the same in whatever order they are recorded', async () => {
    const things = ['tea', 'chess', 'rain'] as const;
    const at = fc.integer({ min: 0, max: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ told: at, later: fc.integer({ min: 1, max: 6 }), dated: at }), {
          minLength: 3,
          maxLength: 3,
        }),
        fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
        async (days, order) => {
          const ends = await Promise.all(
            [false, true].map(async (isShuffled) => {
              const { ana, clock, memory } = await begin();
              const said: { readonly day: number; readonly fact: FactInput }[] = days.flatMap(
                ({ told, later, dated }, index) => {
                  const value = things[index] as string;
                  return [
                    { day: told, fact: fact('likes', value, { valid: { from: START + told * DAY } }) },
                    {
                      day: told + later,
                      fact: fact('likes', value, {
                        negated: true,
                        valid: { from: START + Math.min(dated, told + later) * DAY },
                      }),
                    },
                  ];
                },
              );
              const facts: FactInput[] = [];
              for (const each of said.toSorted((a, b) => a.day - b.day)) {
                clock.advance(START + each.day * DAY - clock.now());
                const { id } = await observed(ana, each.fact.text);
                facts.push({ ...each.fact, sources: [{ source: id, origin: 'user' }] });
              }
              const recorded = isShuffled
                ? facts.toSorted((a, b) => (order[facts.indexOf(a)] ?? 0) - (order[facts.indexOf(b)] ?? 0))
                : facts;
              for (const each of recorded) await ana.proposeFacts([each]);
              const found = await ana.facts({ ended: true });
              await memory.close();
              return found
                .map(({ value, negated, valid }) => JSON.stringify([value, negated, valid]))
                .toSorted();
            }),
          );
          expect(ends[0]).toEqual(ends[1]);
          const standing = (ends[0] ?? []).filter(
            (each) => !each.includes('true') && !each.includes('until'),
          );
          expect(standing).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('that contradict each other and cannot be decided stand side by side, each naming the other', async () => {
    const { ana } = await begin();
    await ana.proposeFacts([fact('birthday', '3 May'), fact('birthday', '4 June')]);
    const found = await ana.facts({ attribute: 'birthday' });
    expect(found.map(({ conflictsWith }) => conflictsWith)).toEqual([[found[1]?.id], [found[0]?.id]]);
    await ana.proposeFacts([fact('birthday', '4 June 1990')]);
    expect(values(await ana.facts({ attribute: 'birthday' }))).toEqual(['4 June 1990', '3 May']);
  });

  it('of an attribute that nobody declared stand side by side, until one was seen to take the place of another', async () => {
    const { ana, clock } = await begin();
    const [red] = await ana.proposeFacts([fact('desk', 'red'), fact('desk', 'blue')]);
    expect(values(await ana.facts({ attribute: 'desk' }))).toEqual(['blue', 'red']);
    clock.advance(DAY);
    const [oak] = await ana.proposeFacts([fact('table', 'oak')]);
    await ana.changeFact({ kind: 'supersede', id: oak?.fact.id as Fact['id'], fact: fact('table', 'ash') });
    clock.advance(DAY);
    await ana.proposeFacts([fact('table', 'elm')]);
    expect(values(await ana.facts({ attribute: 'table' }))).toEqual(['elm']);
    expect(red?.kind).toBe('add');
  });

  it('correct a correction', async () => {
    const { ana } = await begin();
    const { fact: first } = await ana.changeFact({ kind: 'add', fact: fact('home', 'Porto') });
    const { fact: second } = await ana.changeFact({
      kind: 'update',
      id: first.id,
      fact: fact('home', 'Braga'),
    });
    await ana.changeFact({ kind: 'update', id: second.id, fact: fact('home', 'Faro') });
    expect(values(await ana.facts({ attribute: 'home', ended: true }))).toEqual(['Faro']);
  });

  it('are refused with circles, impossible dates and premises that nobody knows', async () => {
    const { ana } = await begin();
    const { fact: known } = await ana.changeFact({ kind: 'add', fact: fact('home', 'Porto') });
    const circle = {
      kind: 'update',
      id: known.id,
      fact: fact('home', 'Braga', { premises: [known.id] }),
    } as const;
    await expect(ana.changeFact(circle)).rejects.toMatchObject({ code: 'FACT_INVALID' });
    const dates = fact('home', 'Oslo', { valid: { from: 2, until: 1 } });
    await expect(ana.proposeFacts([dates])).rejects.toMatchObject({ code: 'FACT_INVALID' });
    const unknown = fact('home', 'Oslo', { premises: ['fac_none' as Fact['id']] });
    await expect(ana.proposeFacts([unknown])).rejects.toMatchObject({ code: 'FACT_NOT_FOUND' });
    expect(values(await ana.facts())).toEqual(['Porto']);
  });
});

describe('a store', () => {
  const people = defineStore(
    z.object({ desk: z.enum(['red', 'blue']), floor: z.int(), skills: z.array(z.string().min(2)) }),
  );

  it('says how many values its fields have, and reads and writes them typed', async () => {
    const { ana, clock } = await begin({ stores: [people] });
    await ana.proposeFacts(people.facts('Ben', { desk: 'red', floor: 3, skills: ['welding', 'Dutch'] }));
    clock.advance(DAY);
    await ana.proposeFacts(people.facts('Ben', { desk: 'blue', skills: ['sailing'] }));
    expect(await people.read(ana, 'Ben')).toEqual({
      desk: 'blue',
      floor: 3,
      skills: ['sailing', 'Dutch', 'welding'],
    });
    expect(await people.read(ana, 'Ben', { asOf: START + DAY / 2, knownAt: START })).toMatchObject({
      desk: 'red',
    });
    expect(await people.read(ana, 'Cleo')).toEqual({ skills: [] });
  });

  it('refuses values that its fields do not take, whoever writes them', async () => {
    const extractor = {
      id: 'fixed',
      extract: async () => ({ facts: [fact('desk', 'green'), fact('desk', 'red')], degraded: [] }),
    };
    const { ana } = await begin({ stores: [people], extractor });
    expect(() => people.facts('Ben', { floor: 1.5 })).toThrow(/floor/);
    await expect(ana.changeFact({ kind: 'add', fact: fact('desk', 'green') })).rejects.toMatchObject({
      code: 'FACT_INVALID',
    });
    await expect(ana.proposeFacts([fact('skills', 'x')])).rejects.toMatchObject({ code: 'FACT_INVALID' });
    await (await ana.observe({ role: 'user', content: 'My desk is green.' })).settled();
    expect(values(await ana.facts())).toEqual(['red']);
  });

  it('is declared by an object schema, and given as a list', async () => {
    expect(() => defineStore(z.string() as never)).toThrow(/object schema/);
    await expect(openMemory({ stores: [{} as never] })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('a rule', () => {
  const country = defineRule({
    id: 'country-of-home',
    when: [
      { subject: '?person', attribute: 'home', value: '?city' },
      { subject: '?city', attribute: 'country', value: '?country' },
    ],
    conclude: { subject: '?person', attribute: 'lives in country', value: '?country' },
    text: '?person lives in ?country.',
  });
  const language = defineRule({
    id: 'language-of-country',
    when: [{ subject: '?person', attribute: 'lives in country', value: 'Portugal' }],
    conclude: { subject: '?person', attribute: 'hears', value: 'Portuguese' },
  });
  const rules = [country, language];
  const cities = [
    { text: 'Porto is in Portugal.', subject: 'Porto', attribute: 'country', value: 'Portugal', trust: 0.6 },
    { text: 'Lisbon is in Portugal.', subject: 'Lisbon', attribute: 'country', value: 'Portugal' },
    { text: 'Ghent is in Belgium.', subject: 'Ghent', attribute: 'country', value: 'Belgium' },
  ];
  const said = async (ana: ScopedMemory, attribute: string, more = {}) =>
    values(await ana.facts({ about: 'Ana', attribute, ...more }));

  it('draws conclusions of conclusions, which fall and end with their premises and need no rule at a replay', async () => {
    const { ana, memory, clock } = await begin({ rules });
    await ana.proposeFacts([...cities, fact('home', 'Porto', { valid: { from: START } })]);
    const [derived] = await ana.facts({ attribute: 'lives in country' });
    expect(derived).toMatchObject({ text: 'Ana lives in Portugal.', trust: 0.5, valid: { from: START } });
    expect(derived?.premises).toHaveLength(2);
    expect(await said(ana, 'hears')).toEqual(['Portuguese']);
    clock.advance(10 * DAY);
    const moved = await ana.proposeFacts([fact('home', 'Ghent')]);
    expect(await said(ana, 'lives in country')).toEqual(['Belgium']);
    expect(await said(ana, 'hears')).toEqual([]);
    expect(await said(ana, 'hears', { asOf: START + DAY })).toEqual(['Portuguese']);
    const archive = await collect(ana.export());
    const other = await openMemory({ extractor: false });
    open.push(other);
    const copy = other.scope(SCOPE);
    await copy.import(async function* () {
      yield* archive;
    });
    expect(await said(copy, 'lives in country')).toEqual(['Belgium']);
    expect(await said(copy, 'hears', { asOf: START + DAY })).toEqual(['Portuguese']);
    await ana.undo(moved[0]?.operation as never);
    expect(await said(ana, 'hears')).toEqual(['Portuguese']);
    expect(await said(ana, 'lives in country')).toEqual(['Portugal']);
    await memory.close();
  });

  it('supports what is known already, so that it outlives one of two derivations', async () => {
    const flat = defineRule({
      id: 'country-of-flat',
      when: [
        { subject: '?person', attribute: 'flat', value: '?city' },
        { subject: '?city', attribute: 'country', value: '?country' },
      ],
      conclude: { subject: '?person', attribute: 'lives in country', value: '?country' },
    });
    const { ana } = await begin({ rules: [country, flat] });
    const made = await ana.proposeFacts([...cities, fact('home', 'Porto'), fact('flat', 'Lisbon')]);
    const [derived, ...more] = await ana.facts({ attribute: 'lives in country' });
    expect(more).toEqual([]);
    expect(derived?.supports).toHaveLength(2);
    const idOf = (value: string) =>
      made.find((one) => one.fact.value === value && one.fact.subject === 'Ana')?.fact.id;
    await ana.changeFact({ kind: 'retract', id: idOf('Porto') as Fact['id'] });
    expect(await said(ana, 'lives in country')).toEqual(['Portugal']);
    await ana.changeFact({ kind: 'retract', id: idOf('Lisbon') as Fact['id'] });
    expect(await said(ana, 'lives in country')).toEqual([]);
  });

  it('is not carried out again where its conclusion was taken back', async () => {
    const { ana } = await begin({ rules });
    await ana.proposeFacts([...cities, fact('home', 'Porto')]);
    const [derived] = await ana.facts({ attribute: 'lives in country' });
    await ana.changeFact({ kind: 'retract', id: derived?.id as Fact['id'] });
    await ana.proposeFacts([fact('likes', 'tea')]);
    expect(await said(ana, 'lives in country')).toEqual([]);
  });

  it('ends, whatever it makes of its own conclusions', async () => {
    const grows = (id: string, value: string, text?: string) =>
      defineRule({
        id,
        when: [{ subject: '?a', attribute: 'n', value: '?v' }],
        conclude: { subject: '?a', attribute: 'n', value },
        text,
      });
    const twice = await begin({ rules: [grows('twice', '?v?v')] });
    await twice.ana.proposeFacts([fact('n', 'x')]);
    const lengths = (await twice.ana.facts({ attribute: 'n' })).map(({ value }) => value?.length);
    expect(lengths).toEqual([512, 256, 128, 64, 32, 16, 8, 4, 2, 1]);
    const wide = await begin({ rules: [grows('wide', '?v y', '?v '.repeat(200))] });
    await wide.ana.proposeFacts([fact('n', 'x')]);
    expect(
      (await wide.ana.facts({ attribute: 'n' })).every(({ text }) => text.length <= MAX_FACT_LENGTH),
    ).toBe(true);
    const { ana } = await begin({ rules: [grows('more', '?v y')] });
    await ana.proposeFacts([fact('n', 'x')]);
    for (const tea of ['green', 'black']) await ana.proposeFacts([fact('likes', tea)]);
    // The one that was told, and 16 steps from it.
    expect(await ana.facts({ attribute: 'n' })).toHaveLength(17);
  });

  it('looks at so many facts only, where patterns have nothing to do with each other', async () => {
    const product = defineRule({
      id: 'product',
      when: ['?a', '?b', '?c', '?d'].map((subject) => ({ subject, attribute: 'likes' })),
      conclude: { subject: '?a ?b ?c ?d', attribute: 'go together' },
    });
    const { ana } = await begin({ rules: [product] });
    const named = (index: number) => fact('likes', 'tea', { subject: `p${index}` });
    await ana.proposeFacts(Array.from({ length: 6 }, (_, index) => named(index)));
    // More than one round writes.
    expect(await ana.facts({ attribute: 'go together' })).toHaveLength(1_296);
    const same = defineRule({ ...product, id: 'same', conclude: { subject: 'all', attribute: 'like' } });
    const { ana: many } = await begin({ rules: [same] });
    await many.proposeFacts(Array.from({ length: 60 }, (_, index) => named(index)));
    const [all, ...more] = await many.facts({ attribute: 'like' });
    expect([more.length, all?.supports?.length]).toEqual([0, 16]);
    const written = (await collect(many.export())).filter((line) =>
      JSON.stringify(line).includes('by the rule'),
    );
    expect(written).toHaveLength(16);
  });

  it('writes nothing anew when the scope is opened again', async () => {
    const path = await mkdtemp(join(tmpdir(), 'retentive-rules-'));
    const likes = defineRule({
      id: 'same-country',
      when: [
        { subject: '?one', attribute: 'country', value: '?land' },
        { subject: '?other', attribute: 'country', value: '?land' },
      ],
      conclude: { subject: '?one', attribute: 'land known', value: '?land' },
    });
    const counts: number[] = [];
    for (const tea of ['green', 'black', 'white', 'red']) {
      const { ana, memory } = await begin({ path, rules: [...rules, likes] });
      if (counts.length === 0) await ana.proposeFacts([...cities, fact('home', 'Porto')]);
      await ana.proposeFacts([fact('likes', tea)]);
      counts.push((await collect(ana.export())).length);
      await memory.close();
    }
    await rm(path, { recursive: true });
    expect(counts.slice(1).map((count, index) => count - (counts[index] as number))).toEqual([1, 1, 1]);
  });

  it.each([
    [{ id: '', when: country.when, conclude: country.conclude }],
    [{ id: 'a', when: [], conclude: country.conclude }],
    [{ id: 'a', when: country.when, conclude: { subject: '?who', attribute: 'x' } }],
    [{ id: 'a', when: [{ subject: '?a', attribute: '?b' }], conclude: country.conclude }],
    [undefined],
    [{ ...country, text: 5 }],
    [{ ...country, text: ' ' }],
    [{ ...country, conclude: { ...country.conclude, subject: 'the ?zz' } }],
    [{ ...country, conclude: { ...country.conclude, value: 'in ?zz' } }],
  ])('is refused: %j', (rule) => {
    const refused = (): unknown => defineRule(rule as never);
    expect(refused).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    expect(isRetentiveError(new Error('no'))).toBe(false);
  });
});

it('reads messages, core memory and search as of a time, and as known at a time', async () => {
  const { ana, clock } = await begin();
  await ana.observe({ role: 'user', content: 'The kayak is red.', time: START });
  await ana.core.change({ type: 'append', line: 'Paddles.' });
  await ana.proposeFacts([fact('home', 'kayak house', { valid: { from: START } })]);
  clock.advance(10 * DAY);
  await ana.observe({ role: 'user', content: 'The kayak was green before.', time: START - DAY });
  await ana.observe({ role: 'user', content: 'The kayak is blue now.', time: START + 10 * DAY });
  await ana.core.change({ type: 'replace', line: 'Paddles.', by: 'Sails.' });
  await ana.proposeFacts([fact('home', 'boat shed', { valid: { from: START + 9 * DAY } })]);
  const said = async (times = {}) => (await ana.messages(times)).map(({ text }) => text.split(' ')[3]);
  expect(await said()).toHaveLength(3);
  expect(await said({ asOf: START + DAY })).toHaveLength(2);
  expect(await said({ knownAt: START + DAY })).toEqual(['red.']);
  const lines = async (times = {}) => (await ana.core.blocks(times)).flatMap((block) => block.lines);
  expect(await lines()).toEqual(['Sails.']);
  expect(await lines({ knownAt: START + DAY })).toEqual(['Paddles.']);
  expect(await lines({ asOf: START - DAY })).toEqual([]);
  expect(await ana.core.versions({ knownAt: START + DAY })).toHaveLength(1);
  const found = async (times = {}) =>
    (await ana.search('kayak', times)).map((hit) => (hit.kind === 'chunk' ? hit.chunk.text : hit.fact.text));
  expect(await found({ knownAt: START + DAY })).toEqual(
    expect.arrayContaining(['The kayak is red.', 'Ana home kayak house']),
  );
  expect(await found({ knownAt: START + DAY })).toHaveLength(2);
  expect(await found({ asOf: START + DAY })).toEqual(expect.arrayContaining(['Ana home kayak house']));
  expect(await found({ asOf: START + DAY })).not.toContain('The kayak is blue now.');
  expect(await found()).not.toContain('Ana home kayak house');
});
