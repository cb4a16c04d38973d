import { type Clock, collect, createManualClock, isRetentiveError } from '@retentive/core';
import { describe, expect, it } from 'vitest';
import { createInMemoryJournal } from '../journal/in-memory-journal.ts';
import type { EntryBody, Journal, JournalEntry, ScopeKey } from '../journal/journal.ts';
import { countDown, FAULT_VARIANTS, type Fault, type FaultVariant, nameOfVariant } from './fault.ts';
import { ANNA, append, BEN, ended, job, more, opened, readAll, sourceId, whole } from './journal-fixtures.ts';

/** How a journal is brought under test over storage that fails. */
export interface JournalFaultSubject {
  /** A new journal over storage with this fault; what it rejects with counts as refused. */
  readonly open: (fault: Fault, clock: Clock) => Promise<Journal>;
  /** The journal opened last, whether or not that succeeded, over storage that works again. */
  readonly reopen: (clock: Clock) => Promise<Journal>;
  /** Fewer calls than this in a run would mean that the fault is not in the way. */
  readonly leastCalls: number;
  /** Makes errors as the storage does. */
  readonly errorOf?: FaultVariant['errorOf'];
  /** Default {@link FAULT_VARIANTS}. */
  readonly variants?: readonly FaultVariant[] | undefined;
}

/** Codes with which a call may be refused when the storage fails. */
const HONEST: ReadonlySet<string> = new Set([
  'STORE_WRITE_FAILED',
  'STORE_FULL',
  'STORE_OPEN_FAILED',
  'STORE_READ_FAILED',
  'STORE_CORRUPT',
  'STORE_CLOSED',
  // Of what builds on a write that failed, or was carried out and not acknowledged.
  'MESSAGE_NOT_FOUND',
  'MESSAGE_CLOSED',
  'OFFSET_INVALID',
  'IDEMPOTENCY_CONFLICT',
  'OPTION_INVALID',
]);

/** True when the call was carried out; false when it was refused as failing storage does. */
export const succeeds = async (call: Promise<unknown>): Promise<boolean> => {
  try {
    await call;
    return true;
  } catch (error) {
    if (isRetentiveError(error) && HONEST.has(error.code)) return false;
    throw error;
  }
};

/** A third user, who is erased at the end. */
const CLEO: ScopeKey = { tenant: 'acme', user: 'cleo' };

/** A command, and whether a journal shows that it was carried out. */
interface Command {
  readonly name: string;
  readonly isErasure?: boolean;
  readonly run: (journal: Journal) => Promise<unknown>;
  readonly isDone: (entries: readonly JournalEntry[]) => boolean;
}

const has = (entries: readonly JournalEntry[], is: (body: EntryBody) => boolean): boolean =>
  entries.some(({ body }) => is(body));

const isForgotten = (entries: readonly JournalEntry[]): boolean =>
  has(entries, (body) => body.kind === 'forgotten');

const say = (id: string, scope: ScopeKey): Command => ({
  name: `say ${id}`,
  run: (journal) =>
    journal.append({ scope, entries: [whole(id, `text of ${id}`)], keys: [{ key: `key-${id}`, hash: id }] }),
  isDone: (entries) => has(entries, (body) => body.kind === 'source' && body.source.id === id),
});

const work = (state: 'queued' | 'done'): Command => ({
  name: `job ${state}`,
  run: (journal) => append(journal, BEN, job('b', state)),
  isDone: (entries) => has(entries, (body) => body.kind === 'job' && body.job.state === state),
});

const FIRST: Command = {
  ...say('a', ANNA),
  isDone: (entries) => say('a', ANNA).isDone(entries) || isForgotten(entries),
};

/** Commands, those of a line at once: messages, a stream, a job from its beginning to its end, and erasures. */
const COMMANDS: readonly (readonly Command[])[] = [
  [FIRST],
  [say('b', BEN), say('c', BEN)],
  [
    {
      name: 'open s',
      run: (journal) => append(journal, ANNA, opened('s', 'one ')),
      isDone: (entries) => say('s', ANNA).isDone(entries),
    },
  ],
  [
    {
      name: 'end s',
      run: (journal) => append(journal, ANNA, more('s', 4, 'two'), ended('s', 'complete', 7)),
      isDone: (entries) => has(entries, (body) => body.kind === 'closed'),
    },
  ],
  // Alone: where a transaction of several is done and said to have failed, what has no key may come twice.
  [work('queued')],
  [
    {
      name: 'erase a',
      isErasure: true,
      run: (journal) =>
        journal.erase({ scope: ANNA, ids: ['a'], sources: [sourceId('a')], sequences: [], replaced: [] }),
      isDone: isForgotten,
    },
  ],
  [work('done')],
  [say('e', ANNA)],
];

/** Last, so that the place that it takes in the order is nobody's before. */
const LAST = {
  said: say('f', CLEO),
  erase: (journal: Journal) => journal.eraseScopes(CLEO),
};

/** What a caller knows after a run: what was said to be done. */
export interface CallersView {
  readonly acknowledged: Set<Command>;
  erased: boolean;
}

/** Carries the commands out, whatever fails. */
export const runCommands = async (journal: Journal): Promise<CallersView> => {
  const acknowledged = new Set<Command>();
  for (const commands of [...COMMANDS, [LAST.said]]) {
    await Promise.all(
      commands.map(async (command) => {
        if (await succeeds(command.run(journal))) acknowledged.add(command);
      }),
    );
  }
  return { acknowledged, erased: await succeeds(LAST.erase(journal)) };
};

/** Everything that a journal gives, of every scope. */
const contentsOf = async (journal: Journal): Promise<unknown> => {
  const scopes = await journal.scopes();
  const keys = await Promise.all(scopes.map((scope) => collect(journal.keys(scope))));
  return {
    entries: await readAll(journal),
    scopes,
    keys: keys.map((found) => found.map(({ key, source }) => `${key} ${source}`).toSorted()),
    jobs: await journal.jobs({ state: 'queued' }),
    open: await journal.sources({ state: 'open' }),
    complete: await journal.sources({ state: 'complete' }),
  };
};

/** A journal in memory that carried out just those commands, one after the other in the order of their entries. */
const modelOf = async (done: readonly Command[], clock: Clock): Promise<unknown> => {
  const model = createInMemoryJournal({ clock });
  for (const command of done) await command.run(model);
  const contents = await contentsOf(model);
  await model.close();
  return contents;
};

/** Nothing was said to be done. */
export const createCallersView = (): CallersView => ({ acknowledged: new Set(), erased: false });

/** Compares a journal that was opened again with what a caller knows; `isNeverDone`: what was refused is not there. */
export const expectHonest = async (
  journal: Journal,
  { acknowledged, erased }: CallersView,
  isNeverDone: boolean,
): Promise<void> => {
  expect(await journal.check()).toEqual([]);
  const entries = await readAll(journal);
  const done = COMMANDS.flat().filter(({ isDone }) => isDone(entries));
  for (const command of acknowledged) {
    if (command !== LAST.said) expect(done, `"${command.name}" was acknowledged`).toContain(command);
  }
  if (isNeverDone) {
    const refused = done.filter((command) => !acknowledged.has(command) && command.isErasure !== true);
    expect(
      refused.map(({ name }) => name),
      'was refused and is there',
    ).toEqual([]);
  }
  const isLastThere = LAST.said.isDone(entries);
  // An erasure that was refused may have been carried out, but for bytes that are left.
  if (erased) expect(isLastThere, 'the scope was erased').toBe(false);
  const expected = await modelOf(isLastThere ? [...done, LAST.said] : done, createManualClock());
  expect(await contentsOf(journal)).toEqual(expected);
  // It works again.
  await append(journal, ANNA, whole('afterwards'));
};

/**
 * Runs a workload over storage whose k-th call fails, for every k, as tests for vitest: call it at the top level of a test file. What was
 * acknowledged is there after reopening, and everything that is there is what a journal in memory has after the same commands; what was refused before
 * anything was done is not there.
 */
export const describeJournalFaults = (name: string, subject: JournalFaultSubject): void => {
  const { open, reopen, leastCalls, errorOf, variants = FAULT_VARIANTS } = subject;
  describe(`journal over storage that fails: ${name}`, () => {
    it.each(variants.map((variant) => [nameOfVariant(variant), variant] as const))(
      'acknowledges nothing that is not durable, whichever call fails (%s)',
      { timeout: 120_000 },
      async (_, variant) => {
        const calls = await countDown({ ...variant, errorOf }, async (fault) => {
          const opening = open(fault, createManualClock());
          let view = createCallersView();
          if (await succeeds(opening)) {
            const journal = await opening;
            view = await runCommands(journal);
            await succeeds(journal.close());
          }
          const again = await reopen(createManualClock());
          try {
            await expectHonest(again, view, variant.when !== 'after' && variant.kind !== 'short');
          } finally {
            await again.close();
          }
        });
        expect(calls).toBeGreaterThanOrEqual(leastCalls);
      },
    );
  });
};
