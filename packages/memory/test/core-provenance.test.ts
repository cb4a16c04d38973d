import type { MessageId } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../src/index.ts';
import { inFolder, inProcess, type TestPlace } from './support/memories.ts';

const ANA = { tenant: 'acme', user: 'ana' };

describe.each([
  ['in this process', inProcess],
  ['in a folder', inFolder],
] as const)('core memory %s', (_, makePlace) => {
  let place: TestPlace;
  let memory: Memory;
  let ana: ScopedMemory;
  const say = async (content: string, role: 'user' | 'tool' = 'user', to = ana): Promise<MessageId> =>
    (await to.observe({ role, content })).id;
  const linesOf = async () => (await ana.core.blocks()).flatMap(({ lines }) => lines);

  beforeEach(async () => {
    place = await makePlace();
    memory = await place.open({ extractor: false });
    ana = memory.scope(ANA);
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
  });

  it('says of each version which change made it, why, and by which words', async () => {
    const source = await say('I like tea.');
    const { fact } = await ana.changeFact({
      kind: 'add',
      fact: { text: 'Ana likes tea.', sources: [{ source, origin: 'user' }] },
    });
    await ana.core.change({ type: 'append', line: 'Short answers.' });
    place.clock.advance(1_000);
    await ana.core.change(
      { type: 'append', line: 'Likes tea.' },
      {
        because: 'she said so',
        sources: [{ source, origin: 'user', quote: 'I like tea' }],
        premises: [fact.id],
      },
    );
    const versions = await ana.core.versions();
    expect(versions).toMatchObject([
      {
        version: 1,
        lines: ['Short answers.'],
        because: 'asked for by the caller',
        sources: [],
        premises: [],
      },
      {
        label: 'profile',
        version: 2,
        lines: ['Short answers.', 'Likes tea.'],
        change: { type: 'append', line: 'Likes tea.' },
        because: 'she said so',
        sources: [{ source, origin: 'user', quote: 'I like tea' }],
        premises: [fact.id],
        recordedAt: place.clock.now(),
      },
    ]);
    await ana.undo(versions[1]?.operation as never);
    expect((await ana.core.versions({ label: 'profile' })).at(-1)).toMatchObject({
      version: 3,
      lines: ['Short answers.'],
      undoes: versions[1]?.operation,
    });
    expect(await ana.core.versions({ label: 'plans' })).toEqual([]);
  });

  it('takes the origin from the stored message, not from the caller', async () => {
    const source = await say('Ana is a spy.', 'tool');
    await ana.core.change(
      { type: 'append', line: 'A spy.' },
      { sources: [{ source, origin: 'user', quote: 'a spy' }] },
    );
    expect((await ana.core.versions())[0]?.sources).toEqual([{ source, origin: 'tool', quote: 'a spy' }]);
  });

  it('refuses grounds that are not there, or at the path of another agent', async () => {
    const web = memory.scope({ ...ANA, agent: 'web' });
    const far = await say('Secret.', 'user', web);
    const planner = memory.scope({ ...ANA, agent: 'planner' });
    const change = { type: 'append', line: 'Likes tea.' } as const;
    for (const source of [far, 'msg_none' as MessageId]) {
      const sources = [{ source, origin: 'user' as const }];
      await expect(planner.core.change(change, { sources })).rejects.toMatchObject({
        code: 'MESSAGE_NOT_FOUND',
      });
    }
    await expect(ana.core.change(change, { premises: ['fac_none' as never] })).rejects.toMatchObject({
      code: 'FACT_NOT_FOUND',
    });
    for (const wrong of [{ sources: 'x' }, { premises: 'x' }, { because: ' ' }, { sources: [{}] }]) {
      await expect(ana.core.change(change, wrong as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    }
    expect(await linesOf()).toEqual([]);
    // What one agent was told stands in core memory for all; its words do not.
    await web.core.change(change, { sources: [{ source: far, origin: 'user', quote: 'Secret.' }] });
    expect((await planner.core.versions())[0]).toMatchObject({
      agent: 'web',
      sources: [{ source: far, origin: 'user' }],
    });
    expect(JSON.stringify(await planner.core.versions())).not.toContain('Secret');
    expect(JSON.stringify(await ana.core.versions())).toContain('Secret');
  });

  it('forgets a line with the last of what it rests on', async () => {
    const [first, second, third] = [await say('Tea.'), await say('Tea again.'), await say('Coffee.')];
    const on = (...ids: readonly MessageId[]) => ({
      sources: ids.map((source) => ({ source, origin: 'user' as const })),
    });
    const { fact } = await ana.changeFact({ kind: 'add', fact: { text: 'Ana likes coffee.', ...on(third) } });
    await ana.core.change({ type: 'append', line: 'Likes tea.' }, on(first, second));
    await ana.core.change({ type: 'append', line: 'Likes coffee.' }, { premises: [fact.id] });
    await ana.core.change({ type: 'append', line: 'Short answers.' });
    await ana.core.change({ type: 'append', line: 'Old.' });
    await ana.core.change({ type: 'remove', line: 'Old.' }, on(third));
    await ana.forget(first);
    expect(await linesOf()).toEqual(['Likes tea.', 'Likes coffee.', 'Short answers.']);
    expect((await ana.core.versions())[0]?.sources).toEqual([{ source: second, origin: 'user' }]);
    await ana.forget(second);
    expect(await linesOf()).toEqual(['Likes coffee.', 'Short answers.']);
    // With the message its fact goes, and with the fact the line; what was taken out stays out.
    await ana.forget(third);
    expect(await linesOf()).toEqual(['Short answers.']);
  });

  it('keeps its versions over a reopening', async () => {
    const source = await say('I like tea.');
    await ana.core.change({ type: 'append', line: 'Likes tea.' }, { sources: [{ source, origin: 'user' }] });
    const before = await ana.core.versions();
    if (makePlace === inProcess) return;
    await memory.close();
    memory = await place.open({ extractor: false });
    ana = memory.scope(ANA);
    expect(await ana.core.versions()).toEqual(before);
  });
});
