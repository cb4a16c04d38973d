import {
  createEstimatingTokenizer,
  createManualClock,
  createSeededRandom,
  type FactInput,
  type ManualClock,
  type MessageId,
  RetentiveError,
} from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAnalyzer, createCharacterSurprisal } from '../../src/index.ts';
import { createInMemoryJournal } from '../../src/journal/in-memory-journal.ts';
import type { EntryBody, Journal, ScopeKey, SourceHeader } from '../../src/journal/journal.ts';
import { createScopeRegistry, type ScopeRegistry } from '../../src/scope/scope-registry.ts';
import { ANNA, BEN, readAll, whole } from '../../src/testing/journal-fixtures.ts';
import {
  type BackgroundWriter,
  type BackgroundWriterParts,
  createBackgroundWriter,
} from '../../src/writing/background-writer.ts';
import type { BatchExtractor, ProposedChange } from '../../src/writing/batch-extractor.ts';
import type { Decider } from '../../src/writing/decider.ts';
import type { Extractor } from '../../src/writing/extractor.ts';
import { createRuleDecider } from '../../src/writing/rule-decider.ts';
import { createTimeLimit } from '../../src/writing/time-limit.ts';
import { openArchive } from '../support/scope-resources.ts';

const ZEBRA = 'zebra';

const named = (id: string): MessageId => id as MessageId;

const header = (id: string): SourceHeader => (whole(id) as Extract<EntryBody, { kind: 'source' }>).source;

/** Finds one fact in each message: that it was said. */
const echo = (more: Partial<Extractor> = {}): Extractor => ({
  id: 'echo-1',
  extract: async ({ message }) => ({ facts: [{ text: `${message.id} was said.` }], degraded: [] }),
  ...more,
});

describe('the background writer', () => {
  let clock: ManualClock;
  let journal: Journal;
  let scopes: ScopeRegistry;
  let writer: BackgroundWriter;
  let waits: number[];
  let owners = 0;

  /** Starts a writer over the journal as it is, as another owner would. */
  const start = async (
    extractor: Extractor | BatchExtractor,
    over: Journal = journal,
    more: Partial<BackgroundWriterParts> = {},
  ): Promise<void> => {
    owners += 1;
    writer?.close();
    scopes?.close();
    scopes = createScopeRegistry(over, {
      openResources: async () => ({
        analyze: createAnalyzer(),
        tokenizer: createEstimatingTokenizer(),
        surprisal: createCharacterSurprisal(),
        capacity: 200_000,
      }),
      clock: createManualClock(),
      openArchive,
      onApplied: () => {},
      onArchived: () => {},
      onBroken: () => {},
    });
    writer = createBackgroundWriter({
      journal: over,
      scopes,
      clock,
      extractor,
      decider: createRuleDecider(),
      // The longest pauses that chance can give.
      random: { next: () => 1 },
      owner: `owner ${owners}`,
      timeLimit: createTimeLimit,
      ...more,
      wait: async (ms) => {
        waits.push(ms);
        clock.advance(ms);
      },
    });
    await writer.start();
  };

  const say = async (id: string, scope = ANNA, text = 'hello'): Promise<void> => {
    const entry = whole(id, text) as Extract<EntryBody, { kind: 'source' }>;
    await journal.append({ scope, entries: [entry, ...writer.entriesFor(scope, entry.source)] });
  };

  const facts = async (scope = ANNA): Promise<readonly string[]> =>
    [...(await scopes.load(scope)).semantic.believed()].map(({ text }) => text);

  const count = async (kind: EntryBody['kind'], state?: string): Promise<number> =>
    (await readAll(journal)).filter(
      ({ body }) =>
        body.kind === kind && (state === undefined || (body.kind === 'job' && body.job.state === state)),
    ).length;

  beforeEach(() => {
    clock = createManualClock();
    waits = [];
    journal = createInMemoryJournal({ clock });
  });
  afterEach(async () => {
    writer.close();
    await journal.close();
  });

  it('reads messages in order, each once, in every scope', async () => {
    await start(echo());
    for (const id of ['a', 'b', 'c']) await say(id);
    await say('a', BEN);
    await Promise.all([writer.settled(ANNA, named('c')), writer.settled(BEN, named('a'))]);
    expect(await facts()).toEqual(['a was said.', 'b was said.', 'c was said.']);
    expect(await facts(BEN)).toEqual(['a was said.']);
    expect(await journal.jobs({ state: 'queued' })).toEqual([]);
    expect(await count('job', 'done')).toBe(4);
  });

  it('writes the operations of a job and its end in one batch', async () => {
    await start(echo());
    const batches: string[][] = [];
    const watched: Journal = {
      ...journal,
      append: (batch, options) => {
        batches.push(batch.entries.map(({ kind }) => kind));
        return journal.append(batch, options);
      },
    };
    await start(echo(), watched);
    await say('a');
    await writer.settled(ANNA, named('a'));
    expect(batches).toEqual([['operation', 'job']]);
  });

  it('ends jobs that come to nothing together', async () => {
    await start(echo({ extract: async () => ({ facts: [], degraded: ['extraction:language'] }) }));
    const appends: Promise<void>[] = [];
    for (let index = 0; index < 10; index += 1) appends.push(say(`m${index}`));
    await Promise.all(appends);
    await writer.settled(ANNA, named('m9'));
    expect(await count('job', 'done')).toBe(10);
    expect((await scopes.load(ANNA)).jobs.degraded).toEqual(['extraction:language']);
  });

  it('tries eight times, each pause longer, then gives up and says why', async () => {
    let tries = 0;
    const failing = echo({
      extract: async () => {
        tries += 1;
        throw new RetentiveError('MODEL_FAILED', 'no answer');
      },
    });
    await start(failing);
    await say('a');
    await writer.settled(ANNA, named('a'));
    expect(tries).toBe(8);
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000]);
    expect(await journal.jobs({ state: 'dead' })).toMatchObject([
      { job: { source: 'a', attempts: 8, error: 'MODEL_FAILED: no answer' } },
    ]);
    expect((await scopes.load(ANNA)).jobs.degraded).toEqual(['extraction:failed']);
  });

  it('lets chance shorten each pause, down to nothing', async () => {
    const failing = echo({ extract: async () => Promise.reject(new Error('no')) });
    await start(failing, journal, { random: createSeededRandom(3) });
    await say('a');
    await writer.settled(ANNA, named('a'));
    expect(waits).toHaveLength(7);
    expect(waits.every((ms, index) => ms >= 0 && ms <= 1_000 * 2 ** index)).toBe(true);
    expect(new Set(waits.map((ms, index) => ms / 2 ** index)).size).toBe(7);
  });

  it('reads what comes later while one message waits for its next try', async () => {
    const seen: string[] = [];
    const failing = echo({
      extract: async ({ message }) => {
        seen.push(message.id);
        if (message.id === 'a') throw new Error('not this one');
        return { facts: [], degraded: [] };
      },
    });
    await start(failing);
    await say('a');
    await say('b');
    await writer.settled(ANNA, named('b'));
    expect(seen).toEqual(['a', 'b']);
    await writer.settled(ANNA, named('a'));
    expect(seen).toEqual(['a', 'b', ...Array.from({ length: 7 }, () => 'a')]);
  });

  it('reads 999 of 1,000 messages though one can never be read, and says which', async () => {
    let tries = 0;
    const poisoned = echo({
      extract: async ({ message }) => {
        if (message.id !== 'm500') return echo().extract({ message, previous: [] });
        tries += 1;
        throw new Error('poison');
      },
    });
    await start(poisoned);
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => say(`m${index}`)));
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => writer.settled(ANNA, named(`m${index}`))));
    expect(await facts()).toHaveLength(999);
    expect(await count('operation')).toBe(999);
    expect(await count('job', 'done')).toBe(999);
    expect(tries).toBe(8);
    expect(await journal.jobs({ state: 'dead' })).toMatchObject([
      { job: { source: 'm500', attempts: 8, error: 'Error: poison' } },
    ]);
    expect(await journal.check()).toEqual([]);
  });

  it('rests when five messages fail in a row, tries one now and then, and loses none of them', async () => {
    let down = true;
    const calls: number[] = [];
    const failing = echo({
      extract: async (input) => {
        calls.push(clock.elapsed());
        if (calls.length === 9) down = false;
        if (down) throw new RetentiveError('MODEL_FAILED', 'down');
        return echo().extract(input);
      },
    });
    await start(failing);
    for (let index = 0; index < 20; index += 1) await say(`m${index}`);
    await Promise.all(Array.from({ length: 20 }, (_, index) => writer.settled(ANNA, named(`m${index}`))));
    // Five at once; then probes, each after a rest twice as long as the one before.
    expect(calls.slice(0, 8)).toEqual([0, 0, 0, 0, 0, 30_000, 90_000, 210_000]);
    expect(calls[8]).toBe(450_000);
    expect(await facts()).toHaveLength(20);
    expect(await journal.jobs({ state: 'dead' })).toEqual([]);
  });

  it('gives up on an extractor that hangs, and reads what comes after', async () => {
    const hanging = echo({
      extract: ({ message }) =>
        message.id === 'a' ? new Promise(() => {}) : echo().extract({ message, previous: [] }),
    });
    // Its time is over at once.
    const timeLimit: BackgroundWriterParts['timeLimit'] = (_, signal) => ({
      signal: AbortSignal.any([signal, AbortSignal.abort()]),
      isOver: true,
      stop() {},
    });
    await start(hanging, journal, { timeLimit });
    await say('a');
    await writer.settled(ANNA, named('a'));
    expect(await journal.jobs({ state: 'dead' })).toMatchObject([
      { job: { error: 'DEADLINE_EXCEEDED: the extractor echo-1 took too long' } },
    ]);
  });

  it('waits for a job that another worker holds, and takes it when its lease has run out', async () => {
    const seen: number[] = [];
    await start(
      echo({
        extract: async (input) => {
          seen.push(clock.elapsed());
          return echo().extract(input);
        },
      }),
    );
    const release = await writer.hold(ANNA);
    await say('a');
    const [{ job } = { job: undefined }] = await journal.jobs({ state: 'queued' });
    await journal.lease({
      scope: ANNA,
      jobs: job === undefined ? [] : [job.id],
      owner: 'another',
      until: clock.now() + 12_000,
    });
    release();
    await writer.settled(ANNA, named('a'));
    expect(waits).toEqual([5_000, 5_000, 5_000]);
    expect(seen).toEqual([15_000]);
    expect(await facts()).toEqual(['a was said.']);
  });

  it('lets go of the job of a message that is erased before it is read', async () => {
    await start(echo());
    const release = await writer.hold(ANNA);
    await say('a');
    await say('b');
    await journal.erase({ scope: ANNA, ids: ['a'], sources: [named('a')], sequences: [], replaced: [] });
    release();
    await Promise.all([writer.settled(ANNA, named('a')), writer.settled(ANNA, named('b'))]);
    expect(await facts()).toEqual(['b was said.']);
    expect(waits).toEqual([]);
  });

  it('asks a model once for a message, whatever fails afterwards', async () => {
    let asked = 0;
    const model = echo({
      asksModel: true,
      extract: async (input) => {
        asked += 1;
        return echo().extract(input);
      },
    });
    let failures = 3;
    const failing: Decider = {
      ...createRuleDecider(),
      decide: (...input) => {
        failures -= 1;
        if (failures >= 0) throw new Error('not yet');
        return createRuleDecider().decide(...input);
      },
    };
    await start(model, journal, { decider: failing });
    await say('a');
    await writer.settled(ANNA, named('a'));
    expect(asked).toBe(1);
    expect(await facts()).toEqual(['a was said.']);
    expect(await count('output')).toBe(1);
    // Another owner, after the effects were lost with a crash, say: the answer is in the journal.
    const output = (await readAll(journal)).filter(({ body }) => body.kind === 'output');
    const entries = [whole('a'), ...output.map(({ body }) => body), ...writer.entriesFor(ANNA, header('a'))];
    writer.close();
    journal = createInMemoryJournal({ clock });
    await journal.append({ scope: ANNA, entries });
    await start(model);
    await writer.settled(ANNA, named('a'));
    expect(asked).toBe(1);
    expect(await facts()).toEqual(['a was said.']);
  });

  /** Reads all that waits in one go: one fact of each message, in its own words. */
  const reading = (asked: string[][], more: Partial<BatchExtractor> = {}): BatchExtractor => ({
    id: 'batch-1',
    batch: { tokens: 1_000_000, idleMs: 60_000 },
    extractBatch: async ({ messages }) => {
      asked.push(messages.map(({ id }) => id));
      const changes = messages.map(
        ({ id, origin, text }): ProposedChange => ({
          store: 'semantic',
          fact: { text: `${id} says ${text}`, sources: [{ source: id, origin, quote: text }] },
        }),
      );
      return { changes, degraded: [] };
    },
    ...more,
  });

  it('reads a batch once, whatever fails afterwards, and each message of it from the journal after a crash', async () => {
    const asked: string[][] = [];
    let failures = 3;
    const failing: Decider = {
      ...createRuleDecider(),
      decide: (...input) => {
        failures -= 1;
        if (failures >= 0) throw new Error('not yet');
        return createRuleDecider().decide(...input);
      },
    };
    await start(reading(asked), journal, { decider: failing });
    await Promise.all(['a', 'b', 'c'].map((id) => say(id, ANNA, ZEBRA)));
    await Promise.all(['a', 'b', 'c'].map((id) => writer.settled(ANNA, named(id))));
    expect(asked).toEqual([['a', 'b', 'c']]);
    expect(await facts()).toHaveLength(3);
    expect(await count('output')).toBe(3);
    // Another owner, after the effects were lost with a crash, and with one message more.
    const outputs = (await readAll(journal)).map(({ body }) => body).filter(({ kind }) => kind === 'output');
    const entries = ['a', 'b', 'c', 'd'].flatMap((id) => [
      whole(id, ZEBRA),
      ...writer.entriesFor(ANNA, header(id)),
    ]);
    writer.close();
    journal = createInMemoryJournal({ clock });
    await journal.append({ scope: ANNA, entries: [...entries, ...outputs] });
    await start(reading(asked));
    await writer.settled(ANNA, named('d'));
    expect(asked).toEqual([['a', 'b', 'c'], ['d']]);
    expect(await facts()).toHaveLength(4);
  });

  it('writes all of a batch and the ends of its jobs at once, and nothing of it when a message is gone', async () => {
    const asked: string[][] = [];
    const batches: string[][] = [];
    let isErasing = true;
    const watched: Journal = {
      ...journal,
      async append(batch, options) {
        const kinds = batch.entries.map(({ kind }) => kind);
        if (kinds.includes('operation') && isErasing) {
          isErasing = false;
          const ids = { ids: ['b'], sources: [named('b')], sequences: [], replaced: [] };
          await journal.erase({ scope: ANNA, ...ids });
        }
        const result = await journal.append(batch, options);
        if (kinds.includes('operation')) batches.push(kinds);
        return result;
      },
    };
    await start(reading(asked), watched);
    await Promise.all(['a', 'b', 'c'].map((id) => say(id, ANNA, ZEBRA)));
    await Promise.all(['a', 'c'].map((id) => writer.settled(ANNA, named(id))));
    expect(batches).toEqual([['operation', 'operation', 'job', 'job']]);
    expect((await facts()).map((text) => text[0])).toEqual(['a', 'c']);
    // What was answered about the others is still there.
    expect(asked).toEqual([['a', 'b', 'c']]);
    expect(await journal.jobs({ state: 'queued' })).toEqual([]);
  });

  it('refuses evidence outside of the batch, and takes origins from the store', async () => {
    const asked: string[][] = [];
    const lying = reading(asked, {
      extractBatch: async ({ messages }) => ({
        changes: messages.flatMap(({ id, text }): ProposedChange[] => [
          {
            store: 'semantic',
            fact: {
              text: `${id} says zebra`,
              trust: 1,
              sources: [{ source: id, origin: 'system', quote: text }],
            },
          },
          {
            store: 'semantic',
            fact: {
              text: 'It is so',
              sources: [{ source: named('elsewhere'), origin: 'user', quote: text }],
            },
          },
        ]),
        degraded: [],
      }),
    });
    await start(lying);
    await say('a', ANNA, ZEBRA);
    await writer.settled(ANNA, named('a'));
    const found = [...(await scopes.load(ANNA)).semantic.believed()];
    expect(found).toMatchObject([{ text: 'a says zebra', trust: 0.6, sources: [{ origin: 'user' }] }]);
  });

  it('holds so many jobs of a tenant, says that it is behind, and takes up the rest from the journal', async () => {
    await start(echo(), journal, { maxBacklog: 10 });
    const other: ScopeKey = { tenant: 'other', user: 'eve' };
    const releases = await Promise.all([writer.hold(ANNA), writer.hold(BEN)]);
    for (let index = 0; index < 20; index += 1) {
      await say(`a${index}`);
      await say(`b${index}`, BEN);
    }
    await say('e', other);
    expect(writer.isBehind('acme')).toBe(true);
    expect(writer.isBehind('other')).toBe(false);
    // Nobody else waits for them.
    await writer.settled(other, named('e'));
    for (const release of releases) release();
    await Promise.all([writer.settled(ANNA, named('a19')), writer.settled(BEN, named('b19'))]);
    expect(await facts()).toEqual(Array.from({ length: 20 }, (_, index) => `a${index} was said.`));
    expect(await facts(BEN)).toHaveLength(20);
    expect(await journal.jobs({ state: 'queued' })).toEqual([]);
    expect(writer.isBehind('acme')).toBe(false);
  });

  it.each([
    ['no list', { facts: 'none', degraded: [] }],
    ['nothing', undefined],
    ['a fact without text', { facts: [{ value: 'x' }], degraded: [] }],
    [
      'an interval that ends before it begins',
      { facts: [{ text: 'x', valid: { from: 2, until: 1 } }], degraded: [] },
    ],
    ['a made-up field', { facts: [{ text: 'x', admin: true }], degraded: [] }],
  ])('takes %s for a failure, never for an empty success', async (_, answer) => {
    await start(echo({ extract: async () => answer as never }));
    await say('a');
    await writer.settled(ANNA, named('a'));
    expect(await facts()).toEqual([]);
    expect(await journal.jobs({ state: 'dead' })).toHaveLength(1);
  });

  it('goes on where the last owner stopped', async () => {
    const hanging = echo({
      extract: (_, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    });
    await start(hanging);
    await say('a');
    await say('b');
    const waiting = writer.settled(ANNA, named('a'));
    writer.close();
    await expect(waiting).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await start(echo());
    await Promise.all([writer.settled(ANNA, named('a')), writer.settled(ANNA, named('b'))]);
    expect(await facts()).toEqual(['a was said.', 'b was said.']);
    expect(await count('operation')).toBe(2);
  });

  it('tries again when the journal fails, and writes nothing twice', async () => {
    await start(echo());
    let failures = 2;
    const flaky: Journal = {
      ...journal,
      append: async (batch, options) => {
        const result = failures === 1 ? await journal.append(batch, options) : undefined;
        failures -= 1;
        // Once before it was written, once after: the caller cannot tell which.
        if (failures >= 0) throw new RetentiveError('STORE_FULL', 'full', { retryable: true });
        return result ?? journal.append(batch, options);
      },
    };
    await start(echo(), flaky);
    await say('a');
    await writer.settled(ANNA, named('a'));
    // The second failure comes after the entry was written, and is heard of a moment later.
    await expect.poll(() => waits).toEqual([1_000, 2_000]);
    expect(await facts()).toEqual(['a was said.']);
    expect(await count('operation')).toBe(1);
  });

  it('leaves the work of another extractor alone', async () => {
    await start(echo({ id: 'echo-2' }));
    await say('a');
    writer.close();
    await start(echo());
    await writer.settled(ANNA, named('a'));
    expect(await journal.jobs({ state: 'queued' })).toMatchObject([{ job: { type: 'extract:echo-2' } }]);
    expect(await facts()).toEqual([]);
  });

  it('lets go of who waits when the wait is aborted', async () => {
    await start(echo({ extract: () => new Promise(() => {}) }));
    await say('a');
    const controller = new AbortController();
    const waiting = writer.settled(ANNA, named('a'), { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('gives the same ids for the same work', async () => {
    const ids = async (): Promise<readonly string[]> => {
      journal = createInMemoryJournal({ clock });
      await start(echo());
      await say('a');
      await writer.settled(ANNA, named('a'));
      return (await readAll(journal)).flatMap(({ body }) =>
        body.kind === 'operation' ? [JSON.stringify(body)] : [],
      );
    };
    expect(await ids()).toEqual(await ids());
  });

  it('decides each fact as if those before it were written', async () => {
    const home = (value: string): FactInput => ({
      text: `Home: ${value}`,
      subject: 'Ana',
      attribute: 'home',
      value,
    });
    await start(
      echo({
        extract: async () => ({ facts: [home('Porto'), home('Lisbon'), home('Lisbon')], degraded: [] }),
      }),
    );
    await say('a');
    await writer.settled(ANNA, named('a'));
    const { semantic } = await scopes.load(ANNA);
    expect(semantic.facts({ now: clock.now() }).map(({ text }) => text)).toEqual(['Home: Lisbon']);
  });
});
