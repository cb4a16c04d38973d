import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../src/index.ts';
import { createRuleExtractor } from '../src/writing/rules/rule-extractor.ts';
import { createMeaningEmbedder } from './support/embedders.ts';
import { createCaller, histories, live } from './support/histories.ts';
import { inProcess, type TestPlace } from './support/memories.ts';

const ANA = { tenant: 'acme', user: 'ana' };
const DAY = 86_400_000;
const extractor = createRuleExtractor();
const QUERIES = ['Where is my red kayak?', 'word boat pier rules', 'ferry in March'] as const;

const contextsOf = async (scope: ScopedMemory, now: number, knownAt?: number) => {
  const contexts: unknown[] = [];
  for (const query of QUERIES) {
    for (const archive of [false, true]) {
      const options = { now, archive, access: false, budget: { tokens: 300 } };
      const { id: _, ...context } = await scope.context(
        query,
        knownAt === undefined ? options : { ...options, knownAt },
      );
      contexts.push(context);
    }
  }
  return contexts;
};

it('the context of a recorded time is, byte for byte, the one that stood there then', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories,
      histories,
      fc.constantFrom(undefined, 400),
      fc.boolean(),
      async (first, second, capacity, isMeant) => {
        const place = await inProcess();
        // What has left the working set since has no vector any more: then words are all that is left of then.
        const more = isMeant ? { embedder: createMeaningEmbedder().embedder } : { capacity };
        const memory = await place.open({ extractor: false, ...more });
        const ana = memory.scope(ANA);
        const caller = createCaller();
        await live(memory, place.clock, caller, first);
        const now = place.clock.now();
        const before = await contextsOf(ana, now);
        place.clock.advance(1);
        await live(memory, place.clock, caller, second);
        expect(await contextsOf(ana, now, now)).toEqual(before);
        await memory.close();
      },
    ),
    { numRuns: 10, interruptAfterTimeLimit: 30_000 },
  );
}, 60_000);

describe('contexts of another time', () => {
  let place: TestPlace;
  let memory: Memory;
  let ana: ScopedMemory;
  const say = async (content: string): Promise<void> => {
    await (await ana.observe({ role: 'user', speaker: 'Ana', content })).settled();
  };
  const home = async (options: object): Promise<string> =>
    (await ana.context('Where does Ana live?', { budget: { tokens: 400 }, ...options })).text;

  beforeEach(async () => {
    place = await inProcess();
    memory = await place.open({ extractor });
    ana = memory.scope(ANA);
  });
  afterEach(() => memory.close());

  it('tell what was known then, also where it was wrong', async () => {
    await say('I live in Porto.');
    const then = place.clock.now();
    place.clock.advance(DAY);
    await say('Sorry, I meant Lisbon, not Porto.');
    await ana.core.change({ type: 'append', line: 'From Lisbon.' });
    const known = await home({ knownAt: then });
    expect(known).toContain('- Ana lives in Porto.');
    expect(known).not.toContain('Lisbon');
    const now = await home({});
    expect(now).toContain('- Ana lives in Lisbon.');
    expect(now).toContain('From Lisbon.');
    expect(await home({ knownAt: then - 1 })).toBe('');
    expect(await home({ knownAt: new Date(place.clock.now()) })).toBe(now);
  });

  it('show what had been said, and what held, as of a moment', async () => {
    await say('I live in Porto.');
    const then = place.clock.now();
    place.clock.advance(60 * DAY);
    await say('I moved from Porto to Lisbon yesterday.');
    const before = await home({ asOf: then });
    expect(before).toContain('- Ana lives in Porto.');
    expect(before).toContain('Ana: I live in Porto.');
    expect(before).not.toContain('Ana: I moved');
    expect(await home({})).toContain('Ana: I moved');
  });

  it('show nothing that was forgotten since, and count as no access', async () => {
    const { id } = await ana.observe({ role: 'user', content: 'The kayak is red.' });
    const then = place.clock.now();
    const options = { knownAt: then, budget: { tokens: 200 } };
    expect((await ana.context('kayak', options)).text).toContain('red');
    await ana.forget(id);
    expect((await ana.context('kayak', options)).text).toBe('');
    const lines: string[] = [];
    for await (const line of ana.export()) lines.push(line);
    expect(lines.join('')).not.toContain('"access"');
  });

  it('keep to the walls of the scope', async () => {
    await say('I live in Porto.');
    const knownAt = place.clock.now();
    expect((await memory.scope({ ...ANA, user: 'ben' }).context('Porto', { knownAt })).text).toBe('');
    expect((await memory.scope({ ...ANA, agent: 'web' }).context('Porto', { knownAt })).text).toBe('');
  });

  it.each([[{ knownAt: 'soon' }], [{ asOf: Number.NaN }]])('refuse %j', async (options) => {
    await expect(ana.context('x', options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
