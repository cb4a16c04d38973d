import { createIdSource, createManualClock, createSeededRandom } from '@retentive/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createInMemoryScopeArchive } from '../../src/episodic/in-memory-scope-archive.ts';
import type { ScopeArchive } from '../../src/episodic/scope-archive.ts';
import { createInMemoryJournal } from '../../src/journal/in-memory-journal.ts';
import type { EntryBody, Journal, JournalEntry } from '../../src/journal/journal.ts';
import { createScopeRegistry } from '../../src/scope/scope-registry.ts';
import { messageHeader } from '../../src/writing/headers.ts';
import { openArchive, openScopeResources } from '../support/scope-resources.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const OTHER = { tenant: 'acme', user: 'bo' };

const createWorld = () => {
  const clock = createManualClock();
  const ids = createIdSource(clock, createSeededRandom(5));
  const journal = createInMemoryJournal({ clock });
  let count = 0;
  const bodyOf = (index: number): EntryBody => {
    const text = `Kayak number ${index} is red.`;
    if (index % 3 === 2) {
      const change = { type: 'append', line: text } as const;
      const id = ids.create('operation');
      const target = { store: 'core', label: 'profile', change } as const;
      return { kind: 'operation', operation: { id, kind: 'add', target, because: 'a test', sources: [] } };
    }
    const source = messageHeader({ role: 'user', id: `m${index}` }, { scope: SCOPE, clock, ids });
    return { kind: 'source', source, state: 'complete', text, cuts: [[text.length, 8]] };
  };
  return {
    journal,
    /** Appends one entry, as another writer of the same scope would, and one of somebody else. */
    async append(): Promise<void> {
      const entry = bodyOf(count);
      count += 1;
      await journal.append({ scope: SCOPE, entries: [entry] });
      await journal.append({ scope: OTHER, entries: [bodyOf(count)] });
    },
  };
};

/** The journal, with `pause` awaited before a read begins and after each entry that it gives. */
const withPauses = (journal: Journal, pause: (given: number) => Promise<void>): Journal => ({
  ...journal,
  async *read(options) {
    let given = 0;
    await pause(given);
    for await (const entry of journal.read(options)) {
      yield entry;
      given += 1;
      await pause(given);
    }
  },
});

it('loses no entry that is written while a scope is read, and applies none twice', async () => {
  const counts = fc.array(fc.nat(3), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(5),
      counts,
      fc.nat(3),
      fc.integer({ min: 1, max: 3 }),
      async (before, during, after, callers) => {
        const { journal, append } = createWorld();
        const appendTimes = async (times: number): Promise<void> => {
          for (let time = 0; time < times; time += 1) await append();
        };
        await appendTimes(before);
        const applied: JournalEntry[] = [];
        const failures: unknown[] = [];
        const registry = createScopeRegistry(
          withPauses(journal, (given) => appendTimes(during[given] ?? 0)),
          {
            openResources: openScopeResources,
            clock: createManualClock(),
            openArchive,
            onApplied: (entry) => applied.push(entry),
            onArchived: () => {},
            onBroken: (error: unknown) => failures.push(error),
          },
        );
        const states = await Promise.all(Array.from({ length: callers }, () => registry.load(SCOPE)));
        await appendTimes(after);
        const state = await registry.load(SCOPE);
        expect(new Set([...states, state]).size).toBe(1);

        // A scope that is read when nothing happens any more.
        const fresh = createScopeRegistry(journal, {
          openResources: openScopeResources,
          clock: createManualClock(),
          openArchive,
          onApplied: () => {},
          onArchived: () => {},
          onBroken: () => {},
        });
        const quiet = await fresh.load(SCOPE);
        expect(state.episodic.sequence).toBe(quiet.episodic.sequence);
        expect(state.episodic.messages()).toEqual(quiet.episodic.messages());
        expect(state.core.blocks()).toEqual(quiet.core.blocks());
        expect(state.lexical.size).toBe(quiet.lexical.size);

        // Told once of each entry that the read itself had not seen, in order.
        const sequences = applied.map(({ sequence }) => sequence);
        expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
        expect(sequences.length).toBeGreaterThanOrEqual(after);
        expect(applied.every(({ scope }) => scope.user === SCOPE.user)).toBe(true);
        expect(failures).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

it('reads a scope again when the first read failed', async () => {
  const { journal, append } = createWorld();
  await append();
  let failing = true;
  const registry = createScopeRegistry(
    withPauses(journal, async () => {
      if (failing) throw new Error('the disk is away');
    }),
    {
      openResources: openScopeResources,
      clock: createManualClock(),
      openArchive,
      onApplied: () => {},
      onArchived: () => {},
      onBroken: () => {},
    },
  );
  await expect(registry.load(SCOPE)).rejects.toThrow('the disk is away');
  failing = false;
  await append();
  expect((await registry.load(SCOPE)).episodic.messages()).toHaveLength(2);
});

it('reads no more again than came since the checkpoint, and every fact and block', async () => {
  const { journal, append } = createWorld();
  const archive = createInMemoryScopeArchive();
  // As one that outlives the registry.
  const kept: ScopeArchive = { ...archive, isDurable: true, close: () => {} };
  const given: JournalEntry['body']['kind'][] = [];
  const watched: Journal = {
    ...journal,
    async *read(options) {
      for await (const entry of journal.read(options)) {
        given.push(entry.body.kind);
        yield entry;
      }
    },
  };
  const openRegistry = () =>
    createScopeRegistry(watched, {
      openResources: openScopeResources,
      clock: createManualClock(),
      openArchive: async () => kept,
      onApplied: () => {},
      onArchived: () => {},
      onBroken: (error) => {
        throw error;
      },
    });
  for (let count = 0; count < 300; count += 1) await append();
  const first = openRegistry();
  await first.load(SCOPE);
  first.close();
  for (let count = 0; count < 6; count += 1) await append();
  given.length = 0;
  const second = openRegistry();
  const state = await second.load(SCOPE);
  // The entry of the checkpoint, a hundred operations up to it, and what came since.
  expect(given.filter((kind) => kind === 'source').length).toBeLessThanOrEqual(5);
  expect(given.filter((kind) => kind === 'operation').length).toBeGreaterThanOrEqual(102);
  expect(state.episodic.messages()).toHaveLength(204);
  second.close();
});
