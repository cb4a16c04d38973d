import type {
  Evidence,
  FactId,
  FactInput,
  Interval,
  MessageId,
  Operation,
  OperationId,
} from '@retentive/core';
import fc from 'fast-check';
import type { JournalEntry } from '../journal/journal.ts';
import type { SemanticStore } from '../semantic/semantic-types.ts';

/** A fact id out of any text. */
export const factId = (name: string): FactId => name as FactId;

/** What a message of the user gives as evidence. */
export const said = (message: string): Evidence => ({ source: message as MessageId, origin: 'user' });

/** A store under test and the entries that it was given. */
export interface Recorder {
  readonly store: SemanticStore;
  readonly entries: JournalEntry[];
  /** Applies an operation at the next moment, one ms after the last. */
  record(
    kind: Operation['kind'],
    id: string,
    more?: Partial<FactInput> & {
      replaces?: string;
      from?: string;
      undoes?: string;
      conflictsWith?: readonly string[];
    },
  ): OperationId;
}

/** Records operations in `store`, one ms after the other. */
export const createRecorder = (store: SemanticStore): Recorder => {
  const entries: JournalEntry[] = [];
  return {
    store,
    entries,
    record(kind, id, { replaces, from = 'm1', undoes, conflictsWith, ...fact } = {}) {
      const sequence = entries.length + 1;
      const operation: Operation = {
        id: `op${sequence}` as OperationId,
        kind,
        target: {
          store: 'semantic',
          id: factId(id),
          ...(kind === 'retract' ? {} : { fact: { text: id, subject: 'Ana', attribute: 'home', ...fact } }),
          ...(replaces === undefined ? {} : { replaces: factId(replaces) }),
          ...(conflictsWith === undefined ? {} : { conflictsWith: conflictsWith.map(factId) }),
        },
        because: 'a test',
        sources: [said(from)],
        ...(undoes === undefined ? {} : { undoes: undoes as OperationId }),
      };
      const entry: JournalEntry = {
        sequence,
        scope: { tenant: 'acme', user: 'ana' },
        recordedAt: sequence * 10,
        body: { kind: 'operation', operation },
      };
      entries.push(entry);
      store.apply(entry);
      return operation.id;
    },
  };
};

/** The texts of the facts that a query finds. */
export const texts = (
  store: SemanticStore,
  query: { asOf?: number; knownAt?: number; now?: number } = {},
): readonly string[] => store.facts({ now: 1_000, ...query }).map(({ text }) => text);

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const interval: fc.Arbitrary<Interval> = fc.oneof(
  fc.constant({}),
  fc.nat({ max: 200 }).map((from) => ({ from })),
  fc
    .tuple(fc.nat({ max: 100 }), fc.nat({ max: 100 }))
    .map(([from, length]) => ({ from, until: from + length })),
);
/** Any operation on five facts. */
export const step = fc.record({
  kind: fc.constantFrom<Operation['kind']>('add', 'add', 'update', 'supersede', 'retract', 'skip'),
  id: fc.constantFrom(...NAMES),
  replaces: fc.constantFrom(...NAMES),
  premises: fc.subarray(NAMES, { maxLength: 2 }),
  hasValid: fc.boolean(),
  valid: interval,
  from: fc.constantFrom('m1', 'm2', 'm3'),
  /** Undoes an operation so many back; mostly none. */
  undoes: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 4 }),
});
/** One of {@link step}. */
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type Commuting = Parameters<Recorder['record']>[2] & { kind: Operation['kind']; id: string };

/** Writes of several writers at once, in two orders: replacements of `start` at times of their own, witnesses, a retraction. */
export const commuting = fc
  .record({
    begins: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
    retracts: fc.boolean(),
    seed: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
  })
  .map(({ begins, retracts, seed }) => {
    const writes: Commuting[] = [
      ...begins.map((from, index) => ({
        kind: 'supersede' as const,
        id: `s${index}`,
        replaces: 'start',
        valid: { from: from * 10 },
      })),
      { kind: 'skip', id: 'premise', from: 'm7', trust: 0.7 },
      ...(retracts ? [{ kind: 'retract' as const, id: 'start' }] : []),
    ];
    const shuffled = writes
      .map((write, index) => ({ write, at: seed[index] ?? 0 }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ write }) => write);
    return { first: writes, second: shuffled };
  });

/** Records steps in `store`. */
export const play = (store: SemanticStore, steps: readonly Step[]): Recorder => {
  const recorder = createRecorder(store);
  for (const { kind, id, replaces, premises, hasValid, valid, from, undoes } of steps) {
    const undone = undoes === null ? undefined : recorder.entries.at(-undoes)?.body;
    recorder.record(kind, id, {
      from,
      ...(kind === 'update' || kind === 'supersede' ? { replaces } : {}),
      ...(hasValid ? { valid } : {}),
      premises: premises.filter((premise) => premise !== id).map(factId),
      ...(undone?.kind === 'operation' ? { undoes: undone.operation.id } : {}),
    });
  }
  return recorder;
};

/** Everything a reader can see, now and at every valid time. */
export const view = (store: SemanticStore, knownAt?: number): unknown => {
  const at = (asOf: number | undefined) =>
    store.facts({
      now: 50,
      ...(asOf === undefined ? {} : { asOf }),
      ...(knownAt === undefined ? {} : { knownAt }),
    });
  return [undefined, 0, 60, 120, 250].map(at);
};
