import { collect, createManualClock, type FactId, type FactInput, type MessageId } from '@retentive/core';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Memory, type MemoryOptions, openMemory, type ScopedMemory } from '../src/index.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const DAY = 86_400_000;
const START = Date.UTC(2026, 4, 4, 9);

const open: Memory[] = [];
afterEach(async () => {
  for (const memory of open.splice(0)) await memory.close();
});

const begin = async (options: MemoryOptions = {}) => {
  const clock = createManualClock(START);
  const memory = await openMemory({ clock, ...options });
  open.push(memory);
  return { clock, memory, ana: memory.scope(SCOPE) };
};

const say = async (ana: ScopedMemory, content: string, id?: string): Promise<void> => {
  const receipt = await ana.observe({ role: 'user', content, ...(id === undefined ? {} : { id }) });
  await receipt.settled();
};

const fact = (subject: string, attribute: string, value: string): FactInput => ({
  text: `${subject} ${attribute} ${value}`,
  subject,
  attribute,
  value,
  entities: [subject, value],
});

const add = async (ana: ScopedMemory, subject: string, attribute: string, value: string): Promise<FactId> =>
  (await ana.changeFact({ kind: 'add', fact: fact(subject, attribute, value) })).fact.id;

/** Values of an attribute, asked of a name. */
const valuesOf = async (ana: ScopedMemory, about: string, attribute: string, times = {}) =>
  (await ana.facts({ about, attribute, ...times })).map(({ value }) => value);

const namesOf = async (ana: ScopedMemory, about: string): Promise<readonly string[]> =>
  (await ana.entities({ about })).flatMap(({ name, aliases }) => [name, ...aliases]).toSorted();

describe('an entity', () => {
  it('goes by its name and by the relation that it was told of by, in whichever order', async () => {
    const { ana } = await begin();
    await say(ana, 'My sister lives in Porto.');
    expect(await valuesOf(ana, 'my sister', 'home')).toEqual(['Porto']);
    expect(await valuesOf(ana, 'Mia', 'home')).toEqual([]);
    await say(ana, 'My sister is called Mia.');
    for (const name of ['Mia', 'mia', 'my sister', "user's sister", "Ana's sister", 'my sis']) {
      expect(await valuesOf(ana, name, 'home')).toEqual(['Porto']);
    }
    expect(await ana.known({ about: 'my sister', attribute: 'city' })).toMatchObject({ status: 'known' });
  });

  it('has no relation for a name where several stand in it', async () => {
    const { ana } = await begin({ extractor: false });
    const mia = await add(ana, 'user', 'family:sister', 'Mia');
    await add(ana, 'user', 'family:sister', 'Zoe');
    await add(ana, 'Mia', 'home', 'Porto');
    expect(await valuesOf(ana, 'my sister', 'home')).toEqual([]);
    expect(await namesOf(ana, 'Zoe')).toEqual(['Zoe']);
    await ana.changeFact({ kind: 'retract', id: mia });
    expect(await namesOf(ana, 'Zoe')).toEqual(["ana's sister", "user's sister", 'Zoe'].toSorted());
  });

  it('is not another one who is called the same', async () => {
    const { ana } = await begin({ extractor: false });
    await add(ana, 'Kim', 'nickname', 'Ace');
    await add(ana, 'Lou', 'nickname', 'Ace');
    await add(ana, 'Kim', 'home', 'Porto');
    expect(await valuesOf(ana, 'Lou', 'home')).toEqual([]);
  });

  it('is listed with its relations, each with the fact that says so', async () => {
    const { ana } = await begin({ extractor: false });
    const id = await add(ana, 'Mia', 'employer', 'Vestel');
    await add(ana, 'Vestel', 'seat', 'Graz');
    expect(await ana.entities({ about: 'mia' })).toEqual([
      { name: 'Mia', aliases: [], facts: 1, relations: [{ attribute: 'employer', to: 'Vestel', fact: id }] },
    ]);
    expect((await ana.entities()).map(({ name }) => name)).toEqual(['Vestel', 'Graz', 'Mia']);
    expect(await ana.entities({ limit: 1 })).toHaveLength(1);
    expect(await ana.entities({ about: 'nobody' })).toEqual([]);
  });

  it.each([{ limit: -1 }, { limit: 0.5 }, { about: '' }, { about: 3 }, { asOf: 'then' }, { knownAt: null }])(
    'is not listed by %j',
    async (options) => {
      const { ana } = await begin();
      await expect(ana.entities(options as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    },
  );
});

describe('two names', () => {
  it('are merged and split by operations, which are undone, dated, exported and forgotten as others', async () => {
    const { ana, memory, clock } = await begin({ extractor: false });
    await add(ana, 'Bob', 'home', 'Porto');
    await add(ana, 'Robert', 'job', 'baker');
    const before = clock.now();
    clock.advance(DAY);
    const merged = await ana.mergeEntities('Bob', 'Robert', { because: 'they told me' });
    expect(await valuesOf(ana, 'robert', 'home')).toEqual(['Porto']);
    expect(await valuesOf(ana, 'Bob', 'job')).toEqual(['baker']);
    expect(await valuesOf(ana, 'Robert', 'home', { knownAt: before })).toEqual([]);
    expect(await namesOf(ana, 'Bob')).toEqual(['Bob', 'Robert']);

    await ana.undo(merged.operation);
    expect(await valuesOf(ana, 'Robert', 'home')).toEqual([]);
    const again = await ana.mergeEntities('Robert', 'Bob');
    expect(await valuesOf(ana, 'Robert', 'home')).toEqual(['Porto']);

    const { operations } = await ana.splitEntities('Bob', 'Robert');
    expect(await valuesOf(ana, 'Robert', 'home')).toEqual([]);
    for (const operation of operations) await ana.undo(operation);
    expect(await valuesOf(ana, 'Robert', 'home')).toEqual(['Porto']);

    const archive = await collect(ana.export());
    const copy = memory.scope({ tenant: 'acme', user: 'copy' });
    await copy.import(
      async function* () {
        yield* archive;
      },
      { rescope: true },
    );
    expect(await valuesOf(copy, 'Robert', 'home')).toEqual(['Porto']);

    await ana.forget(again.fact.id);
    expect(await valuesOf(ana, 'Robert', 'home')).toEqual([]);
  });

  it('are refused where they are one already, no names, or not merged', async () => {
    const { ana } = await begin({ extractor: false });
    await add(ana, 'user', 'family:sister', 'Mia');
    await ana.mergeEntities('Bob', 'Robert');
    const refused = { code: 'OPTION_INVALID' };
    await expect(ana.mergeEntities('robert', 'Bob')).rejects.toMatchObject(refused);
    await expect(ana.mergeEntities('Bob', 'Bob')).rejects.toMatchObject(refused);
    await expect(ana.mergeEntities('', 'Bob')).rejects.toMatchObject(refused);
    await expect(ana.splitEntities('Bob', 'Kim')).rejects.toMatchObject(refused);
    await expect(ana.splitEntities('my sister', 'Mia')).rejects.toMatchObject(refused);
  });

  it('lose what joins them with the message that said so, and with the scope', async () => {
    const { ana, memory } = await begin();
    await say(ana, 'My sister lives in Porto.');
    await say(ana, 'My sister is called Mia.', 'naming');
    expect(await valuesOf(ana, 'Mia', 'home')).toEqual(['Porto']);
    await ana.forget('naming' as MessageId);
    expect(await valuesOf(ana, 'Mia', 'home')).toEqual([]);
    expect(JSON.stringify([await ana.entities(), await collect(ana.export())])).not.toContain('Mia');
    await memory.erase(SCOPE);
    expect(await memory.scope(SCOPE).entities()).toEqual([]);
  });

  it('are one exactly where a path of merges joins them, whatever was merged and taken back', async () => {
    const { memory } = await begin({ extractor: false });
    let users = 0;
    const pair = fc.tuple(fc.nat(5), fc.nat(5));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), pair), { maxLength: 8 }), async (steps) => {
        users += 1;
        const scope = memory.scope({ tenant: 'acme', user: `u${users}` });
        const links = new Set<string>();
        for (const [isMerge, [a, b]] of steps) {
          const link = JSON.stringify([a, b].toSorted());
          const done = isMerge
            ? scope.mergeEntities(`n${a}`, `n${b}`).then(() => links.add(link))
            : scope.splitEntities(`n${a}`, `n${b}`).then(() => links.delete(link));
          await done.catch(() => {});
        }
        const reach = (from: number): readonly string[] => {
          const seen = new Set([from]);
          for (const at of seen) {
            for (const link of links) {
              const [a, b] = JSON.parse(link) as [number, number];
              if (a === at) seen.add(b);
              if (b === at) seen.add(a);
            }
          }
          return [...seen].map((n) => `n${n}`).toSorted();
        };
        for (let n = 0; n < 6; n += 1) {
          const all = await namesOf(scope, `n${n}`);
          expect(all.length === 0 ? [`n${n}`] : all).toEqual(reach(n));
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('a context over two hops', () => {
  const item = async (ana: ScopedMemory, query: string, words: string, options = {}) => {
    const { items } = await ana.context(query, { access: false, ...options });
    return items.find(({ text }) => text.includes(words));
  };

  it('has what was said of whom the question only describes, and says why', async () => {
    const { ana } = await begin();
    for (const content of [
      'My sister is called Mia.',
      'Mia is terrified of thunder.',
      'Nora is terrified of clowns.',
      'It rains.',
    ]) {
      await say(ana, content);
    }
    const query = "What is Ana's sister afraid of?";
    const found = await item(ana, query, 'thunder');
    expect(found?.why.parts).toHaveProperty('entity');
    expect(found?.why.reason).toContain('the query leads to');
    expect((await item(ana, query, 'clowns'))?.why.parts ?? {}).not.toHaveProperty('entity');
    const without = await item(ana, query, 'thunder', { related: false });
    expect(without?.why.parts ?? {}).not.toHaveProperty('entity');
    await expect(ana.context('x', { related: 1 as never })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('has what was said of whom the question names by another name', async () => {
    const { ana } = await begin({ extractor: false });
    await add(ana, 'user', 'family:sister', 'Mia');
    await add(ana, "user's sister", 'job', 'baker');
    await ana.mergeEntities('the chief', 'Zoe');
    await say(ana, 'Mia won a prize for poems. It rains.');
    await say(ana, 'Zoe got a boat.');
    const sister = await item(ana, "What did user's sister get an award for?", 'poems');
    expect(sister?.why.parts).toHaveProperty('entity');
    expect((await item(ana, 'What does the chief own?', 'boat'))?.why.parts).toHaveProperty('entity');
  });

  it('follows two relations, and aliases on the way', async () => {
    const { ana } = await begin({ extractor: false });
    await add(ana, 'user', 'family:sister', 'Mia');
    await add(ana, 'Maria', 'dog', 'Rex');
    await say(ana, 'Rex chewed the sofa.');
    expect(
      (await item(ana, "What did my sister's dog destroy?", 'sofa'))?.why.parts ?? {},
    ).not.toHaveProperty('entity');
    await ana.mergeEntities('Mia', 'Maria');
    expect((await item(ana, "What did my sister's dog destroy?", 'sofa'))?.why.parts).toHaveProperty(
      'entity',
    );
  });

  it('ends in circles', async () => {
    const { ana } = await begin({ extractor: false });
    await add(ana, 'Mia', 'friend', 'Zoe');
    await add(ana, 'Zoe', 'friend', 'Mia');
    await add(ana, 'Mia', 'friend', 'Mia');
    await say(ana, 'Zoe sings.');
    expect(
      (await item(ana, 'What does the friend of the friend of Mia do?', 'sings'))?.why.parts,
    ).toHaveProperty('entity');
  });

  it('follows only what the scope may read, and what holds', async () => {
    const { ana, memory, clock } = await begin({ extractor: false });
    const research = memory.scope({ ...SCOPE, agent: 'research' });
    const writing = memory.scope({ ...SCOPE, agent: 'writing' });
    await add(research, 'Mia', 'employer', 'Vestel');
    const id = await add(ana, 'Mia', 'dentist', 'Falk');
    await say(writing, 'Vestel is in Graz. Falk is in Turin.');
    await say(research, 'Vestel is in Graz. Falk is in Turin.');
    const query = "Where is Mia's employer?";
    expect((await item(research, query, 'Graz'))?.why.parts).toHaveProperty('entity');
    expect((await item(writing, query, 'Graz'))?.why.parts ?? {}).not.toHaveProperty('entity');
    expect((await item(ana, "Where is Mia's dentist?", 'Turin'))?.why.parts).toHaveProperty('entity');
    clock.advance(DAY);
    await ana.changeFact({ kind: 'supersede', id, fact: fact('Mia', 'dentist', 'Kern') });
    expect((await item(ana, "Where is Mia's dentist?", 'Turin'))?.why.parts ?? {}).not.toHaveProperty(
      'entity',
    );
  });
});
