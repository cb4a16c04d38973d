import type { Embedder } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Extractor, Memory, ScopedMemory } from '../src/index.ts';
import { createMeaningEmbedder } from './support/embedders.ts';
import { inFolder, inProcess, type TestPlace } from './support/memories.ts';
import { say, textOf } from './support/say.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
describe.each([
  ['in this process', inProcess],
  ['in a folder', inFolder],
] as const)('vectors %s', (_, makePlace) => {
  let place: TestPlace;
  let memory: Memory;
  let ana: ScopedMemory;
  const open = async (embedder?: Embedder): Promise<void> => {
    memory = await place.open({ embedder });
    ana = memory.scope(SCOPE);
  };
  const found = async (query: string, options = {}) => (await ana.search(query, options)).map(textOf);

  beforeEach(async () => {
    place = await makePlace();
    await open();
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
  });

  it('find chunks and facts, and only the kind that is asked for', async () => {
    await say(ana, 'I live in Porto.');
    await say(ana, 'The market was full today.');
    expect(await found('Where does Ana live?')).toEqual(
      expect.arrayContaining(['Ana lives in Porto.', 'I live in Porto.']),
    );
    expect(await found('Where does Ana live?', { kind: 'fact' })).toEqual(['Ana lives in Porto.']);
    expect(await found('Where does Ana live?', { kind: 'chunk' })).toContain('I live in Porto.');
    expect(await found('Where does Ana live?', { limit: 1 })).toHaveLength(1);
  });

  it('put the near-duplicate before a long text with the same words', async () => {
    await say(
      ana,
      'Kayak, lake, sunny, weekend, friends: words of which I dreamt while the plumber mended pipes in the cellar.',
    );
    await say(ana, 'We paddled a kayak over the sunny lake.');
    for (let line = 0; line < 20; line += 1) await say(ana, `Line ${line} about nothing at all.`);
    const [best] = await found('Paddling the kayak over a sunny lake', { kind: 'chunk' });
    expect(best).toBe('We paddled a kayak over the sunny lake.');
  });

  it('find what only means the same, with an embedder that knows it', async () => {
    await memory.close();
    await place.remove();
    place = await makePlace();
    const { embedder } = createMeaningEmbedder();
    await open(embedder);
    await say(ana, 'Rex is a lovely hound.');
    await say(ana, 'The market was full today.');
    expect(await found('puppy')).toEqual(['Rex is a lovely hound.']);
    const context = await ana.context('puppy');
    expect(context.text).toContain('Rex is a lovely hound.');
    expect(context.text).not.toContain('market');
    expect(context.items[0]?.why.parts).toMatchObject({ vector: expect.any(Number) });
    expect(context.items[0]?.why.reason).toContain('meaning');
    expect(context.degraded).toEqual([]);
  });

  it('give nothing for what nobody said', async () => {
    await say(ana, 'I live in Porto.');
    expect(await found('quantum chromodynamics')).toEqual([]);
    expect(await found('  ')).toEqual([]);
  });

  it('know replaced and retracted facts no more, and an undone retraction again', async () => {
    await say(ana, 'I live in Porto.');
    const [porto] = await ana.facts();
    const moved = await ana.changeFact({
      kind: 'supersede',
      id: porto?.id as never,
      fact: { text: 'Ana lives in Lisbon.' },
    });
    expect(await found('Where does Ana live?', { kind: 'fact' })).toEqual(['Ana lives in Lisbon.']);
    const { operation } = await ana.changeFact({ kind: 'retract', id: moved.fact.id });
    expect(await found('Where does Ana live?', { kind: 'fact' })).toEqual([]);
    await ana.undo(operation);
    expect(await found('Where does Ana live?', { kind: 'fact' })).toEqual(['Ana lives in Lisbon.']);
  });

  it('keep one fact of what is said twice in nearly the same words', async () => {
    for (const text of ['The boiler code is 4711.', 'the boiler code is 4711!']) {
      await ana.changeFact({ kind: 'add', fact: { text } });
    }
    const hits = await ana.search('The boiler code is 4711.', { kind: 'fact' });
    expect(hits).toHaveLength(2);
    expect(hits[0]?.score).toBeCloseTo(hits[1]?.score as number);
  });

  it('show no user another one, and no agent what it may not read', async () => {
    const ben = memory.scope({ ...SCOPE, user: 'ben' });
    await say(ana, 'The kayak is red.');
    await say(ben, 'The kayak is blue.', { speaker: 'Ben' });
    expect(await found('kayak')).toEqual(['The kayak is red.']);
    expect((await ben.search('kayak')).map(textOf)).toEqual(['The kayak is blue.']);
    const web = memory.scope({ ...SCOPE, agent: 'research/web' });
    expect(await web.search('kayak')).toEqual([]);
    const granted = memory.scope({ ...SCOPE, agent: 'research/web', grants: [''] });
    expect((await granted.search('kayak')).map(textOf)).toEqual(['The kayak is red.']);
  });

  it('forget what has expired, and find what lies in the archive', async () => {
    await memory.close();
    await place.remove();
    place = await makePlace();
    memory = await place.open({ capacity: 20 });
    ana = memory.scope(SCOPE);
    await say(ana, 'The first kayak was red.');
    await say(ana, 'A kayak for a day.', { expiresAt: place.clock.now() + 1_000 });
    for (let line = 0; line < 20; line += 1) await say(ana, `Line ${line} about nothing at all.`);
    place.clock.advance(2_000);
    expect((await ana.retention()).archivedTokens).toBeGreaterThan(0);
    const texts = await found('kayak', { kind: 'chunk' });
    expect(texts[0]).toBe('The first kayak was red.');
    expect(texts).not.toContain('A kayak for a day.');
  });

  it('follow a message that is torn and goes on', async () => {
    const writer = ana.ingest({ role: 'user', speaker: 'Ana' });
    await writer.write('My kayak ');
    await writer.tear();
    expect(await found('kayak')).toEqual(['My kayak ']);
    const again = await ana.resume(writer.id, 9);
    await again.write('is called Moby.');
    await again.complete();
    expect(await found('kayak Moby', { kind: 'chunk' })).toEqual(['My kayak is called Moby.']);
  });

  it.each([
    ['a query that is none', 7, {}, 'QUERY_INVALID'],
    ['limit 0', 'x', { limit: 0 }, 'OPTION_INVALID'],
    ['limit 101', 'x', { limit: 101 }, 'OPTION_INVALID'],
    ['limit 1.5', 'x', { limit: 1.5 }, 'OPTION_INVALID'],
    ['an unknown kind', 'x', { kind: 'block' }, 'OPTION_INVALID'],
    ['an aborted signal', 'x', { signal: AbortSignal.abort() }, 'ABORTED'],
  ])('refuse %s', async (_name, query, options, code) => {
    await expect(ana.search(query as string, options as never)).rejects.toMatchObject({ code });
  });

  it('are no more to be asked once the memory is closed', async () => {
    await say(ana, 'I live in Porto.');
    await memory.close();
    await expect(ana.search('Porto')).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await expect(memory.reembed()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await open();
  });

  it.each([null, {}, { id: 'x', dimensions: 0, fusionWeight: 0, embedDocuments() {}, embedQuery() {} }])(
    'refuse what is no embedder: %j',
    async (embedder) => {
      const other = await makePlace();
      await expect(other.open({ embedder: embedder as never })).rejects.toMatchObject({
        code: 'OPTION_INVALID',
      });
      await other.remove();
    },
  );

  it('find a fact that another witness tells, after the first one was forgotten', async () => {
    const extractor: Extractor = {
      id: 'verbatim',
      extract: async ({ message }) => ({ facts: [{ text: message.text }], degraded: [] }),
    };
    await memory.close();
    const other = await place.open({ embedder: createMeaningEmbedder().embedder, extractor });
    const cara = other.scope({ tenant: 'acme', user: 'cara' });
    const first = await say(cara, 'Rex is a hound.');
    await say(cara, 'Rex is a hound.');
    await say(cara, 'The market was full.');
    expect(await cara.search('puppy', { kind: 'fact', limit: 1 })).toHaveLength(1);
    await cara.forget(first.id);
    const [best] = await cara.search('puppy', { kind: 'fact' });
    expect(best === undefined ? undefined : textOf(best)).toBe('Rex is a hound.');
    await other.close();
  });
});
