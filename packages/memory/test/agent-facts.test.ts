import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../src/index.ts';
import { createRuleExtractor } from '../src/writing/rules/rule-extractor.ts';
import { inFolder, inProcess, type TestPlace } from './support/memories.ts';

const ANA = { tenant: 'acme', user: 'ana' };
const extractor = createRuleExtractor();

const tell = async (scope: ScopedMemory, content: string): Promise<void> => {
  const receipt = await scope.observe({ role: 'user', speaker: 'Ana', content });
  await receipt.settled();
};

const textsOf = async (scope: ScopedMemory): Promise<readonly string[]> =>
  (await scope.facts()).map(({ text }) => text).sort();

/** Facts that a scope reaches, by every way there is. */
const reached = async (scope: ScopedMemory, query: string) => {
  const { items } = await scope.context(query, { budget: { tokens: 1_000 } });
  const hits = await scope.search(query, { kind: 'fact' });
  return {
    facts: await textsOf(scope),
    context: items.filter(({ source }) => source.type === 'fact').length,
    search: hits.length,
  };
};

describe.each([
  ['in this process', inProcess],
  ['in a folder', inFolder],
] as const)('facts of agents %s', (_, makePlace) => {
  let place: TestPlace;
  let memory: Memory;
  let app: ScopedMemory;
  let research: ScopedMemory;
  let web: ScopedMemory;
  let planner: ScopedMemory;

  const scopes = (): void => {
    app = memory.scope(ANA);
    research = memory.scope({ ...ANA, agent: 'research' });
    web = memory.scope({ ...ANA, agent: 'research/web' });
    planner = memory.scope({ ...ANA, agent: 'planner' });
  };

  beforeEach(async () => {
    place = await makePlace();
    memory = await place.open({ extractor });
    scopes();
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
  });

  it('carry the path of the message they were read from, and of the scope that wrote them', async () => {
    await tell(web, 'I live in Porto.');
    await tell(app, 'I have a cat.');
    await web.changeFact({ kind: 'add', fact: { text: 'Ana likes tea.' } });
    const paths = (await app.facts()).map(({ text, agent }) => [text, agent]);
    expect(Object.fromEntries(paths)).toEqual({
      'Ana lives in Porto.': 'research/web',
      'Ana has a cat.': undefined,
      'Ana likes tea.': 'research/web',
    });
  });

  it('are not seen by a sibling, a parent or a child without a grant', async () => {
    const query = 'Where does Ana live?';
    await tell(web, 'I live in Porto.');
    const none = { facts: [], context: 0, search: 0 };
    expect(await reached(planner, query)).toEqual(none);
    expect(await reached(research, query)).toEqual(none);
    expect(await reached(memory.scope({ ...ANA, agent: 'research/web/deep' }), query)).toEqual(none);
    const seen = { facts: ['Ana lives in Porto.'], context: 1, search: 1 };
    expect(await reached(web, query)).toEqual(seen);
    expect(await reached(app, query)).toEqual(seen);
    const granted = memory.scope({ ...ANA, agent: 'research/web/deep', grants: ['research/web'] });
    expect(await reached(granted, query)).toEqual(seen);
  });

  it('do not change what another path knows: neither to end it nor to witness it', async () => {
    await tell(app, 'I live in Porto.');
    await tell(web, 'I moved to Lisbon.');
    await tell(planner, 'I live in Porto.');
    expect(await textsOf(memory.scope({ ...ANA, agent: 'x', grants: [''] }))).toEqual([
      'Ana lives in Porto.',
    ]);
    expect(await textsOf(web)).toEqual(['Ana moved to Lisbon.']);
    const [known] = await planner.facts();
    expect(known).toMatchObject({ text: 'Ana lives in Porto.', agent: 'planner' });
    expect(known?.sources).toHaveLength(1);
  });

  it('are changed and undone at their own path only', async () => {
    const added = await web.changeFact({ kind: 'add', fact: { text: 'Ana likes tea.' } });
    const { id } = added.fact;
    const fact = { text: 'Ana likes coffee.' };
    await expect(planner.changeFact({ kind: 'update', id, fact })).rejects.toMatchObject({
      code: 'FACT_NOT_FOUND',
    });
    await expect(planner.changeFact({ kind: 'retract', id })).rejects.toMatchObject({
      code: 'FACT_NOT_FOUND',
    });
    const premised = { kind: 'add', fact: { text: 'Ana drinks.', premises: [id] } } as const;
    await expect(planner.changeFact(premised)).rejects.toMatchObject({ code: 'FACT_NOT_FOUND' });
    await expect(planner.undo(added.operation)).rejects.toThrow(/is unknown/u);
    await expect(planner.forget(id)).rejects.toMatchObject({ code: 'FACT_NOT_FOUND' });

    const deep = memory.scope({ ...ANA, agent: 'research/web/deep', grants: ['research/web'] });
    await expect(deep.changeFact({ kind: 'update', id, fact })).rejects.toThrow(/may read and not change/u);
    await expect(deep.undo(added.operation)).rejects.toThrow(/may read and not change/u);
    const derived = await deep.changeFact(premised);
    expect(derived.fact.agent).toBe('research/web/deep');

    // The application changes what it sees, where it stands.
    const updated = await app.changeFact({ kind: 'update', id, fact });
    expect(updated.fact.agent).toBe('research/web');
    expect(await textsOf(web)).toEqual(['Ana likes coffee.']);
    await app.undo(updated.operation);
    expect(await textsOf(web)).toEqual(['Ana likes tea.']);
  });

  it('keep their path over a replay and an archive', async () => {
    await tell(web, 'I live in Porto.');
    await tell(app, 'I have a cat.');
    const lines: string[] = [];
    for await (const line of app.export()) lines.push(line);
    const before = await app.facts();
    const other = await (await inProcess()).open({ extractor });
    const copy = other.scope(ANA);
    await copy.import(async function* () {
      yield* lines;
    });
    expect(await copy.facts()).toEqual(before);
    await other.close();
    if (makePlace === inProcess) return;
    await memory.close();
    memory = await place.open({ extractor });
    scopes();
    expect(await app.facts()).toEqual(before);
    expect(await textsOf(planner)).toEqual([]);
  });

  it('quote nothing that another path said', async () => {
    await tell(planner, 'I live in Porto.');
    await tell(web, 'Sorry, I meant Lisbon, not Porto.');
    const sources = (await web.facts()).flatMap((fact) => fact.sources.map(({ quote = '' }) => quote));
    expect(sources.join(' ')).not.toContain('I live in Porto');
    expect(await textsOf(planner)).toEqual(['Ana lives in Porto.']);
  });
});
