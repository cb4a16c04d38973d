import { isRetentiveError, type JobId } from '@retentive/core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createInMemoryJournal } from '../journal/in-memory-journal.ts';
import type {
  EntryBody,
  Journal,
  JournalBatch,
  JournalEntry,
  JournalErasure,
  ScopeKey,
} from '../journal/journal.ts';
import { ended, job, more, opened, readAll, resumed, sourceId, whole } from './journal-fixtures.ts';
import type { JournalBench } from './journal-write-suite.ts';

/** Command sequences that a journal runs beside the in-memory one. */
const SEQUENCES = 100;

interface Step {
  readonly kind:
    | 'whole'
    | 'opened'
    | 'more'
    | 'complete'
    | 'torn'
    | 'resumed'
    | 'access'
    | 'erased'
    | 'queued'
    | 'done'
    | 'dead';
  readonly id: string;
  readonly text: string;
  /** Distance from the right offset: mostly none. */
  readonly slip: number;
}

interface Command {
  readonly user: string;
  readonly steps: readonly Step[];
  readonly keys: readonly { readonly key: string; readonly hash: string }[];
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    ...(['whole', 'opened', 'opened', 'more', 'more', 'complete', 'torn', 'resumed', 'access'] as const),
    ...(['queued', 'queued', 'done', 'dead', 'erased'] as const),
  ),
  id: fc.constantFrom('a', 'b', 'c'),
  text: fc.string({ unit: fc.constantFrom('x', 'é', '\u0000', '\ud83d', '\u{1f600}'), maxLength: 4 }),
  slip: fc.constantFrom(0, 0, 0, 0, 1, -1),
});

const command: fc.Arbitrary<Command> = fc.record({
  user: fc.constantFrom('anna', 'anna', 'ben'),
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
  keys: fc.array(
    fc.record({ key: fc.constantFrom('k', 'l', 'id:a', 'id:b'), hash: fc.constantFrom('h', 'h', 'i') }),
    { maxLength: 2 },
  ),
});

/** Groups of commands that are sent without waiting for each other. */
const groups = fc.array(fc.array(command, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });

type AppendedStep = Step & { readonly kind: Exclude<Step['kind'], 'erased'> };

const bodyOf = ({ kind, id, text, slip }: AppendedStep, length: number, tenant: string): EntryBody => {
  switch (kind) {
    case 'whole':
      return whole(id, text);
    case 'opened':
      return opened(id, text);
    case 'more':
      return more(id, Math.max(0, length + slip), text);
    case 'resumed':
      return resumed(id);
    case 'access':
      return { kind, items: [id] };
    case 'queued':
    case 'done':
    case 'dead':
      // Few ids, so that jobs of two scopes and two sources meet.
      return job(id, kind, { id: `${tenant} ${text.length}` as JobId, error: text });
    default:
      return ended(id, kind, Math.max(0, length + slip));
  }
};

/** Sources to erase, and of the entries that stood there some accesses. */
const erasureOf = async (twin: Journal, scope: ScopeKey, steps: readonly Step[]): Promise<JournalErasure> => {
  const accesses: number[] = [];
  for await (const { sequence, body } of twin.read({ scope }))
    if (body.kind === 'access') accesses.push(sequence);
  const named = new Set(steps.map(({ text }) => accesses[text.length]));
  const [replaced, ...sequences] = [...named].filter((sequence) => sequence !== undefined);
  const body = { kind: 'access', items: ['another'] } as const;
  return {
    scope,
    ids: ['some'],
    // A slip names what may be missing or named twice.
    sources: steps.filter(({ slip }) => slip >= 0).map(({ id }) => sourceId(id)),
    sequences,
    replaced: replaced === undefined ? [] : [{ sequence: replaced, body }],
  };
};

const batchOf = async (
  twin: Journal,
  tenant: string,
  { user, steps, keys }: Command,
): Promise<JournalBatch | JournalErasure> => {
  const scope: ScopeKey = { tenant, user };
  const erased = steps.filter(({ kind }) => kind === 'erased');
  if (erased.length > 0) return erasureOf(twin, scope, erased);
  const lengths = new Map<string, number>();
  const entries: EntryBody[] = [];
  for (const item of steps as readonly AppendedStep[]) {
    const states = await twin.sources({ id: sourceId(item.id) });
    const stored = states.find((state) => state.scope.tenant === tenant && state.scope.user === user)?.length;
    const length = lengths.get(item.id) ?? stored ?? 0;
    entries.push(bodyOf(item, length, tenant));
    if (item.kind === 'more') lengths.set(item.id, length + item.text.length);
    if (item.kind === 'opened' || item.kind === 'whole') lengths.set(item.id, item.text.length);
  }
  return { scope, entries, keys: entries[0]?.kind === 'source' ? keys : [] };
};

const outcomeOf = async (journal: Journal, batch: JournalBatch | JournalErasure): Promise<unknown> => {
  try {
    if ('ids' in batch) return await journal.erase(batch);
    return await journal.append(batch);
  } catch (error) {
    return isRetentiveError(error) ? { code: error.code, message: error.message } : error;
  }
};

const stateOf = async (journal: Journal, tenant: string): Promise<unknown> => ({
  all: await readAll(journal),
  scoped: await readAll(journal, { scope: { tenant, user: 'anna' } }),
  source: await readAll(journal, { source: sourceId('a') }),
  both: await readAll(journal, { source: sourceId('b'), scope: { tenant, user: 'ben' } }),
  part: await readAll(journal, { after: 2, until: 5 }),
  open: await journal.sources({ state: 'open' }),
  torn: await journal.sources({ state: 'torn' }),
  complete: await journal.sources({ state: 'complete' }),
  queued: await journal.jobs({ state: 'queued' }),
  dead: await journal.jobs({ state: 'dead' }),
  ids: await journal.sources({ id: sourceId('c') }),
  scopes: await journal.scopes(),
  faults: await journal.check(),
});

/** The same commands give the same results as on the in-memory journal, step by step and at the end. */
export const describeTwin = ({ journal, clock }: JournalBench): void => {
  it(`answers ${SEQUENCES} random command sequences as the in-memory journal does`, async () => {
    const twin = createInMemoryJournal({ clock: clock() });
    const heard: JournalEntry[] = [];
    const heardByTwin: JournalEntry[] = [];
    journal().subscribe((entry) => heard.push(entry));
    twin.subscribe((entry) => heardByTwin.push(entry));
    let run = 0;
    const check = fc.asyncProperty(groups, async (sequence) => {
      // A tenant a run: opening a new journal for each would take longer than the commands.
      run += 1;
      const tenant = `tenant ${run}`;
      for (const group of sequence) {
        clock().advance(1);
        const batches = await Promise.all(group.map((item) => batchOf(twin, tenant, item)));
        const [expected, given] = await Promise.all(
          [twin, journal()].map((target) => Promise.all(batches.map((batch) => outcomeOf(target, batch)))),
        );
        expect(given).toEqual(expected);
      }
      const until = heard.length;
      expect(heardByTwin).toHaveLength(until);
    });
    await fc.assert(check, { numRuns: SEQUENCES });
    expect(heard).toEqual(heardByTwin);
    expect(
      (await journal().check()).filter(({ check: name }) => name === 'job' || name === 'sequence'),
    ).toEqual([]);
    expect(await stateOf(journal(), 'tenant 1')).toEqual(await stateOf(twin, 'tenant 1'));
  });
};
