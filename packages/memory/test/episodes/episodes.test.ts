import { collect, type Episode, type MessageId, type OperationId } from '@retentive/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../../src/index.ts';
import { codeOf } from '../../src/testing/journal-fixtures.ts';
import { createCaller, histories, live } from '../support/histories.ts';
import { inFolder, inProcess, type TestPlace } from '../support/memories.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const HOUR = 3_600_000;
/** What these tests look at needs no facts. */
const OPTIONS = { extractor: false, episodes: true } as const;

const talk = [
  ['Ana', 'I bought a red kayak for 1,200 euros in Porto last week.'],
  ['Ben', 'Nice. How long is it?'],
  ['Ana', 'It is four metres long. My brother Tom helped me carry it home.'],
  ['Ben', 'I never learned to paddle, but my sister Helena did.'],
  ['Ana', 'We leave for the Douro on Saturday, with two tents.'],
] as const;

const idsOf = (episodes: readonly Episode[]): readonly MessageId[] =>
  episodes.flatMap(({ messages }) => messages);

describe.each([
  ['in this process', inProcess],
  ['in a folder', inFolder],
] as const)('episodes %s', (_, makePlace) => {
  let place: TestPlace;
  let memory: Memory;
  let ana: ScopedMemory;
  const open = async () => {
    memory = await place.open(OPTIONS);
    ana = memory.scope(SCOPE);
  };
  const say = async (speaker: string, content: string, more = {}) => {
    const receipt = await ana.observe({ role: 'user', speaker, content, ...more });
    await receipt.settled();
    place.clock.advance(60_000);
    return receipt.id;
  };
  const sayAll = async (more = {}): Promise<readonly MessageId[]> => {
    const ids: MessageId[] = [];
    for (const [speaker, content] of talk) ids.push(await say(speaker, content, more));
    return ids;
  };
  const endSession = async () => {
    place.clock.advance(5 * HOUR);
    return say('Ana', 'Good morning.');
  };

  beforeEach(async () => {
    place = await makePlace();
    await open();
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
  });

  it('closes a session when the next one begins, with a summary in its own words', async () => {
    const closed: unknown[] = [];
    memory.events.on('episode:closed', ({ thread, messages }) => closed.push([thread, messages]));
    const ids = await sayAll();
    expect(closed).toEqual([]);
    expect(await ana.episodes()).toMatchObject([{ state: 'open', messages: ids }]);
    const last = await endSession();
    expect(closed).toEqual([['default', 5]]);
    const [first, second] = await ana.episodes();
    expect(first).toMatchObject({
      state: 'closed',
      thread: 'default',
      messages: ids,
      participants: ['Ana', 'Ben'],
    });
    expect(second).toMatchObject({ state: 'open', messages: [last] });
    const messages = new Map((await ana.messages()).map((message) => [message.id, message]));
    for (const { text, sources, verbatim, speaker, time } of first?.summary ?? []) {
      const source = messages.get(sources[0] as MessageId);
      expect(source?.text).toContain(text);
      expect({ verbatim, speaker, time }).toEqual({
        verbatim: true,
        speaker: source?.speaker,
        time: source?.time,
      });
    }
    const { summary, messages: all } = first?.tokens ?? { summary: 0, messages: 0 };
    expect(summary).toBeGreaterThan(0);
    expect(summary).toBeLessThan(all / 2);
    expect(first?.title).not.toBe('');
  });

  it('cuts a session that goes on, and leaves its last part open', async () => {
    for (let turn = 0; turn < 60; turn += 1) {
      const subject = ['the kayak', 'the garden', 'the library'][Math.floor(turn / 20)];
      await say(
        turn % 2 === 0 ? 'Ana' : 'Ben',
        `About ${subject}, number ${turn}: ${'it is as it was before. '.repeat(8)}`,
      );
    }
    const episodes = await ana.episodes();
    expect(episodes.filter(({ state }) => state === 'closed').length).toBeGreaterThan(2);
    expect(episodes.at(-1)?.state).toBe('open');
    expect(idsOf(episodes)).toEqual((await ana.messages()).map(({ id }) => id));
    for (const { tokens } of episodes) expect(tokens.messages).toBeLessThanOrEqual(1_024 + 256);
  });

  it('finds by words, names, thread and time', async () => {
    const ids = await sayAll({ thread: 'boats' });
    place.clock.advance(48 * HOUR);
    const noon = place.clock.now();
    await say('Ana', 'The garden needs water.', { thread: 'home' });
    const found = async (options: Parameters<ScopedMemory['episodes']>[0]) =>
      (await ana.episodes(options)).map(({ thread }) => thread);
    expect(await found({ about: 'kayak tents' })).toEqual(['boats']);
    expect(await found({ about: 'Ben' })).toEqual(['boats']);
    expect(await found({ about: 'kayak garden' })).toEqual([]);
    expect(await found({ thread: 'home' })).toEqual(['home']);
    expect(await found({ from: noon })).toEqual(['home']);
    expect(await found({ to: noon })).toEqual(['boats']);
    expect(await found({ asOf: noon - HOUR })).toEqual(['boats']);
    expect(await found({ limit: 1 })).toEqual(['home']);
    const known = await ana.episodes({ knownAt: noon - HOUR });
    expect(idsOf(known)).toEqual(ids);
    expect(await codeOf(ana.episodes({ limit: -1 }))).toBe('OPTION_INVALID');
    expect(await codeOf(ana.episodes({ about: '' }))).toBe('OPTION_INVALID');
  });

  it('loses a forgotten message from episode and summary, and an episode with its last', async () => {
    const ids = await sayAll();
    await endSession();
    const [before] = await ana.episodes();
    const named = before?.summary[0]?.sources[0] as MessageId;
    await ana.forget(named);
    const [after] = await ana.episodes();
    expect(after?.messages).toEqual(ids.filter((id) => id !== named));
    expect(after?.summary).toEqual(before?.summary.filter(({ sources }) => !sources.includes(named)));
    for (const id of after?.messages ?? []) await ana.forget(id);
    expect((await ana.episodes()).map(({ state }) => state)).toEqual(['open']);
    expect((await memory.doctor()).faults).toEqual([]);
  });

  it('goes with its thread and its user', async () => {
    await sayAll({ thread: 'boats' });
    await endSession();
    await ana.consolidate();
    await memory.erase({ ...SCOPE, thread: 'boats' });
    expect((await ana.episodes()).map(({ thread }) => thread)).toEqual(['default']);
    await memory.erase(SCOPE);
    expect(await ana.episodes()).toEqual([]);
  });

  it('hides what has expired, and what another agent heard', async () => {
    await sayAll({ expiresAt: place.clock.now() + 24 * HOUR });
    const helper = memory.scope({ ...SCOPE, agent: 'helper' });
    await helper.observe({ role: 'user', content: 'For the helper alone.' });
    const other = memory.scope({ ...SCOPE, agent: 'other' });
    const agentsOf = async (scope: ScopedMemory) => (await scope.episodes()).map(({ agent }) => agent);
    expect(await agentsOf(ana)).toEqual([undefined, 'helper']);
    expect(await agentsOf(helper)).toContain('helper');
    expect(await agentsOf(other)).not.toContain('helper');
    place.clock.advance(30 * HOUR);
    expect(await agentsOf(ana)).toEqual(['helper']);
  });

  it('goes through an archive, into this scope or another', async () => {
    await sayAll();
    await endSession();
    const plain = (episodes: readonly Episode[]) => episodes.map(({ id: _id, ...episode }) => episode);
    const lines = await collect(ana.export());
    const open = async function* () {
      yield* lines;
    };
    const before = await ana.episodes();
    await ana.import(open);
    expect(await ana.episodes()).toEqual(before);
    const ben = memory.scope({ tenant: 'acme', user: 'ben' });
    await ben.import(open, { rescope: true });
    await ben.consolidate();
    expect(plain(await ben.episodes())).toEqual(plain(before));
    await ben.import(open, { rescope: true });
    expect(plain(await ben.episodes())).toEqual(plain(before));
    expect((await memory.doctor()).faults).toEqual([]);
  });

  it('does not take back that something was said', async () => {
    await sayAll();
    await endSession();
    const operations: OperationId[] = [];
    const ending = new AbortController();
    for await (const { body } of memory.changes({ signal: ending.signal })) {
      if (body.kind === 'operation') operations.push(body.operation.id);
      if (operations.length > 0) break;
    }
    expect(await codeOf(ana.undo(operations[0] as OperationId))).toBe('OPTION_INVALID');
  });

  it('closes what nobody goes on with when it is told to put things in order', async () => {
    const ids = await sayAll();
    expect((await ana.consolidate()).operations).toEqual([]);
    place.clock.advance(5 * HOUR);
    const planned = await ana.consolidate({ dryRun: true });
    expect((await ana.episodes())[0]?.state).toBe('open');
    const done = await ana.consolidate();
    expect(done.operations).toEqual(planned.operations);
    expect(await ana.episodes()).toMatchObject([{ state: 'closed', messages: ids }]);
    expect((await ana.consolidate()).operations).toEqual([]);
  });
});

describe('every message is in exactly one episode', () => {
  it('whatever happens, live and after reopening, settled at once or in the end', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const place = await inFolder();
        try {
          const memory = await place.open(OPTIONS);
          await live(memory, place.clock, createCaller(), history);
          const read = async (of: Memory) => {
            const user = of.scope(SCOPE);
            await user.consolidate({ limit: 1_000 });
            return user.episodes({ limit: 1_000 });
          };
          const episodes = await read(memory);
          const now = place.clock.now();
          const said = (await memory.scope(SCOPE).messages()).filter(
            ({ expiresAt = now + 1 }) => expiresAt > now,
          );
          expect(idsOf(episodes).toSorted()).toEqual(said.map(({ id }) => id).toSorted());
          expect((await memory.doctor()).faults).toEqual([]);
          await memory.close();
          const again = await place.open(OPTIONS);
          expect(await read(again)).toEqual(episodes);
          await again.close();
        } finally {
          await place.remove();
        }
      }),
      { numRuns: Number(process.env['RETENTIVE_TRIALS'] ?? 4), interruptAfterTimeLimit: 30_000 },
    );
  });

  it('and where they are cut follows from what was said, not from when it was looked at', {
    timeout: 60_000,
  }, async () => {
    const turns = fc.array(
      fc.record({
        text: fc.constantFrom(
          'The kayak is red. ',
          'Where is the ferry? ',
          'I live in Porto with two cats. ',
          'In March we met near the pier! ',
        ),
        times: fc.integer({ min: 1, max: 60 }),
        hours: fc.constantFrom(0, 0, 0, 0, 0, 0, 5),
      }),
      { minLength: 5, maxLength: 40, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(turns, async (said) => {
        const [slow, fast] = await Promise.all(
          [true, false].map(async (isSettled) => {
            const place = await inProcess();
            const memory = await place.open(OPTIONS);
            const ana = memory.scope(SCOPE);
            for (const [index, { text, times, hours }] of said.entries()) {
              place.clock.advance(1_000 + hours * HOUR);
              const receipt = await ana.observe({
                role: 'user',
                content: text.repeat(times),
                id: `m${index}`,
              });
              if (isSettled) await receipt.settled();
            }
            await ana.consolidate({ limit: 1_000 });
            const episodes = await ana.episodes({ limit: 1_000 });
            await memory.close();
            return episodes;
          }),
        );
        expect(slow).toEqual(fast);
      }),
      { numRuns: 5, interruptAfterTimeLimit: 30_000 },
    );
  });
});

it('closes after a crash what it would have closed without one', async () => {
  const tell = async (place: TestPlace, isInterrupted: boolean) => {
    let memory = await place.open(OPTIONS);
    for (let session = 0; session < 3; session += 1) {
      for (const [index, [speaker, content]] of talk.entries()) {
        const id = `m${session}-${index}`;
        const receipt = await memory.scope(SCOPE).observe({ role: 'user', speaker, content, id });
        if (!isInterrupted) await receipt.settled();
        place.clock.advance(60_000);
      }
      place.clock.advance(5 * HOUR);
      if (!isInterrupted) continue;
      // Nothing waits for the background: it ends with the memory, wherever it was.
      await memory.close();
      memory = await place.open(OPTIONS);
    }
    await memory.scope(SCOPE).consolidate();
    const episodes = await memory.scope(SCOPE).episodes();
    await memory.close();
    await place.remove();
    return episodes;
  };
  const [whole, broken] = [await tell(await inFolder(), false), await tell(await inFolder(), true)];
  expect(whole).toHaveLength(3);
  expect(broken).toEqual(whole);
});
