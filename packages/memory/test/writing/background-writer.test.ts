import {
  createEstimatingTokenizer,
  createManualClock,
  type FactInput,
  type ManualClock,
  type MessageId,
  RetentiveError,
} from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAnalyzer, createCharacterSurprisal } from '../../src/index.ts';
import { createInMemoryJournal } from '../../src/journal/in-memory-journal.ts';
import type { EntryBody, Journal } from '../../src/journal/journal.ts';
import { createScopeRegistry, type ScopeRegistry } from '../../src/scope/scope-registry.ts';
import { ANNA, BEN, readAll, whole } from '../../src/testing/journal-fixtures.ts';
import { type BackgroundWriter, createBackgroundWriter } from '../../src/writing/background-writer.ts';
import type { Extractor } from '../../src/writing/extractor.ts';
import { createRuleDecider } from '../../src/writing/rule-decider.ts';
import { openArchive } from '../support/scope-resources.ts';

const named = (id: string): MessageId => id as MessageId;

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

  /** Starts a writer over the journal as it is, as another owner would. */
  const start = async (extractor: Extractor, over: Journal = journal): Promise<void> => {
    writer?.close();
    scopes?.close();
    scopes = createScopeRegistry(over, {
      openResources: async () => ({
        analyze: createAnalyzer(),
        tokenizer: createEstimatingTokenizer(),
        surprisal: createCharacterSurprisal(),
        capacity: 200_000,
      }),
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
      wait: async (ms) => {
        waits.push(ms);
        clock.advance(ms);
      },
    });
    await writer.start();
  };

  const say = async (id: string, scope = ANNA): Promise<void> => {
    const entry = whole(id) as Extract<EntryBody, { kind: 'source' }>;
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

  it('tries three times, each pause longer, then gives up and says why', async () => {
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
    expect(tries).toBe(3);
    expect(waits).toEqual([1_000, 4_000]);
    expect(await journal.jobs({ state: 'dead' })).toMatchObject([
      { job: { source: 'a', attempts: 3, error: 'MODEL_FAILED: no answer' } },
    ]);
    expect((await scopes.load(ANNA)).jobs.degraded).toEqual(['extraction:failed']);
  });

  it('counts tries over restarts, and reads what comes later once the first is over', async () => {
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
    expect(seen).toEqual(['a', 'a', 'a', 'b']);
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
    await expect.poll(() => waits).toEqual([1_000, 4_000]);
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
