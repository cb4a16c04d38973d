import {
  assertNever,
  type Fact,
  type FactId,
  type FactInput,
  type Operation,
  type OperationId,
} from '@retentive/core';
import { createFactBeliefs } from './fact-beliefs.ts';
import { createFactLookup } from './fact-lookup.ts';
import { createFactReads } from './fact-reads.ts';
import { DEFAULT_TRUST, type FactRecord, latestVersion, type OwnState } from './fact-record.ts';
import { endAt, holdingOf, MAX_SUPPORTS, type StoredSupport } from './fact-supports.ts';
import { createReplacement } from './replacement.ts';
import type { FactChange, SemanticStore } from './semantic-types.ts';

export type { FactChange, SemanticStore } from './semantic-types.ts';

interface AppliedOperation {
  readonly operation: Operation;
  /** Facts whose own state it changed. */
  readonly touched: readonly FactId[];
  undone: boolean;
}

/** One more witness than this changes nothing about a fact. */
const MAX_SOURCES = 16;

const supportOf = ({ premises = [], trust, expiresAt }: FactInput): StoredSupport => ({
  premises,
  // A conclusion is worth what its premises are, unless somebody thinks less of it.
  trust: trust ?? (premises.length === 0 ? DEFAULT_TRUST : 1),
  ...(expiresAt === undefined ? {} : { expiresAt }),
});

/** Makes an empty {@link SemanticStore}. */
export const createSemanticStore = (): SemanticStore => {
  const beliefs = createFactBeliefs();
  const lookup = createFactLookup();
  const operations = new Map<OperationId, AppliedOperation>();
  /** Ids of facts, and of whatever else was asked for: ids of all kinds differ. */
  const forgotten = new Set<string>();

  /** What an operation did to facts themselves; what follows from it is settled afterwards. */
  interface Effect {
    readonly changes: readonly FactChange[];
    readonly touched: readonly FactId[];
  }
  const NOTHING: Effect = { changes: [], touched: [] };

  /** Takes a fact out of belief. */
  const retract = (id: FactId, because: string, operation: OperationId, recordedAt: number): Effect => {
    const record = beliefs.get(id);
    if (record === undefined || beliefs.believed(id) === undefined) return NOTHING;
    const fact = beliefs.set(
      record,
      { ...latestVersion(record), own: undefined, ownStatus: 'retracted', operation },
      recordedAt,
    );
    return { changes: [{ type: 'retracted', fact, because, operation }], touched: [id] };
  };

  const addRecord = (
    operation: Operation,
    recordedAt: number,
    otherwise: Partial<Pick<OwnState, 'own' | 'ownStatus' | 'replacedBy'>> & {
      readonly begins?: number;
    } = {},
  ): Fact | undefined => {
    const { target, agent } = operation;
    if (target.store !== 'semantic' || target.fact === undefined || beliefs.get(target.id)) return undefined;
    const { fact: input, id, conflictsWith = [] } = target;
    const { begins = recordedAt, own = {}, ownStatus = 'current', replacedBy } = otherwise;
    const supports = [supportOf(input)];
    const interval = input.valid ?? own;
    // A conclusion from what is not believed is not known.
    if (holdingOf(interval, supports, beliefs.believedState) === undefined) return undefined;
    const record: FactRecord = {
      id,
      ordinal: beliefs.size,
      agent,
      input,
      begins: input.valid?.from ?? begins,
      versions: [],
    };
    beliefs.enter(record);
    lookup.add(record);
    for (const other of conflictsWith) if (beliefs.get(other) !== undefined) beliefs.conflict(id, other);
    const sources = input.sources ?? operation.sources;
    const state = { own: interval, ownStatus, supports, sources, operation: operation.id };
    return beliefs.set(record, replacedBy === undefined ? state : { ...state, replacedBy }, recordedAt);
  };

  const add = (operation: Operation, recordedAt: number): Effect => {
    const fact = addRecord(operation, recordedAt);
    if (fact === undefined) return NOTHING;
    return { changes: [{ type: 'added', fact, operation: operation.id }], touched: [fact.id] };
  };

  const { updatedTo, placeFor } = createReplacement(beliefs);

  /** The record was wrong: the new one takes over its interval, and its place among those that replace each other. */
  const update = (operation: Operation, replaces: FactId, recordedAt: number): Effect => {
    const { because, id } = operation;
    const old = updatedTo(replaces);
    if (old === undefined || beliefs.believed(old.id) === undefined) return add(operation, recordedAt);
    const before = latestVersion(old);
    const to = addRecord(operation, recordedAt, {
      own: before.own,
      ownStatus: before.ownStatus,
      replacedBy: before.replacedBy,
      begins: old.begins,
    });
    if (to === undefined) return NOTHING;
    const gone = {
      ...before,
      own: undefined,
      ownStatus: 'updated',
      replacedBy: to.id,
      operation: id,
    } as const;
    const from = beliefs.set(old, gone, recordedAt);
    return { changes: [{ type: 'updated', from, to, because, operation: id }], touched: [old.id, to.id] };
  };

  /** The world changed: the new one begins now unless it says when, and ends where the next one had begun already. */
  const supersede = (operation: Operation, replaces: FactId, recordedAt: number): Effect => {
    const { because, id, target } = operation;
    if (target.store !== 'semantic') return NOTHING;
    const begins = target.fact?.valid?.from ?? recordedAt;
    const { before: old, after } = placeFor(replaces, { begins, id: target.id });
    if (old === undefined) return add(operation, recordedAt);
    const given = target.fact?.valid ?? { from: recordedAt };
    const to = addRecord(operation, recordedAt, { own: given, begins });
    if (to === undefined) return NOTHING;
    const record = beliefs.get(to.id) as FactRecord;
    const shown =
      after === undefined
        ? to
        : beliefs.amend(record, {
            own: endAt(given, after.begins),
            ownStatus: 'superseded',
            replacedBy: after.id,
          });
    const { own, ...before } = latestVersion(old);
    const wasBelieved = beliefs.believed(old.id) !== undefined;
    const ended: OwnState = {
      ...before,
      own: own && endAt(own, given.from ?? recordedAt),
      ownStatus: own === undefined ? before.ownStatus : 'superseded',
      replacedBy: to.id,
      operation: id,
    };
    const from = beliefs.set(old, ended, recordedAt);
    const change: FactChange = wasBelieved
      ? { type: 'superseded', from, to: shown, because, operation: id }
      : { type: 'added', fact: shown, operation: id };
    return { changes: [change], touched: [old.id, to.id] };
  };

  const replace = (operation: Operation, recordedAt: number): Effect => {
    const { target, kind } = operation;
    if (target.store !== 'semantic') return NOTHING;
    if (target.replaces === undefined) return NOTHING;
    return kind === 'update'
      ? update(operation, target.replaces, recordedAt)
      : supersede(operation, target.replaces, recordedAt);
  };

  /** The supports with what a witness adds to them. */
  const supportsWith = (
    record: FactRecord,
    witness: FactInput,
    isFresh: boolean,
  ): readonly StoredSupport[] => {
    const { supports } = latestVersion(record);
    const premises = witness.premises ?? [];
    if (premises.length > 0) {
      const key = JSON.stringify(premises);
      const isKnown = supports.some((support) => JSON.stringify(support.premises) === key);
      const holds = premises.every(
        (id) => beliefs.believed(id) !== undefined && !beliefs.restsOn(id, record.id),
      );
      if (isKnown || !holds || supports.length >= MAX_SUPPORTS) return supports;
      return [...supports, { ...supportOf(witness), valid: witness.valid ?? {} }];
    }
    if (!isFresh) return supports;
    const told = supports.findIndex((support) => support.premises.length === 0);
    if (told < 0) return [...supports, supportOf(witness)];
    const before = supports[told] as StoredSupport;
    return supports.with(told, { ...before, trust: Math.max(before.trust, witness.trust ?? 0) });
  };

  /** Another source for what is known, or another way to derive it. */
  const support = ({ target, sources, id }: Operation, recordedAt: number): Effect => {
    if (target.store !== 'semantic') return NOTHING;
    const record = beliefs.get(target.id);
    if (record === undefined || beliefs.believed(target.id) === undefined) return NOTHING;
    const before = latestVersion(record);
    const known = new Set(before.sources.map(({ source }) => source));
    const room = MAX_SOURCES - before.sources.length;
    const fresh = room > 0 ? sources.filter(({ source }) => !known.has(source)) : [];
    const supports = supportsWith(record, target.fact ?? { text: '' }, fresh.length > 0);
    if (fresh.length === 0 && supports === before.supports) return NOTHING;
    beliefs.set(
      record,
      { ...before, sources: [...before.sources, ...fresh], supports, operation: id },
      recordedAt,
    );
    return { changes: [], touched: [target.id] };
  };

  const laterThan = (id: OperationId): OperationId | undefined =>
    operations
      .get(id)
      ?.touched.map((touched) => latestVersion(beliefs.get(touched) as FactRecord).operation)
      .find((operation) => operation !== id);

  /** Gives a fact the state of its own that it had before operations which are undone, as a new version. */
  const restore = (id: FactId, by: Operation, recordedAt: number): readonly FactChange[] => {
    const record = beliefs.get(id) as FactRecord;
    const before = record.versions.findLast(({ operation }) => operations.get(operation)?.undone !== true);
    if (before === undefined) return retract(id, by.because, by.id, recordedAt).changes;
    const now = beliefs.believed(id);
    // It keeps the name of the operation that made it: with this one gone, that one is the latest again.
    const fact = beliefs.set(record, before, recordedAt);
    if (fact.recorded.until !== undefined) {
      return now === undefined ? [] : [{ type: 'retracted', fact, because: by.because, operation: by.id }];
    }
    const isAsItWas = now !== undefined && now.status === fact.status;
    return isAsItWas ? [] : [{ type: 'added', fact, operation: by.id }];
  };

  /** Takes back what an operation did to facts: all of them, or none. */
  const undo = (undone: OperationId, by: Operation, recordedAt: number): readonly FactChange[] => {
    const known = operations.get(undone);
    if (known === undefined || known.undone || known.operation.undoes !== undefined) return [];
    if (laterThan(undone) !== undefined) return [];
    known.undone = true;
    const own = known.touched.flatMap((id) => restore(id, by, recordedAt));
    return [...own, ...beliefs.settle(known.touched, by.id, recordedAt)];
  };

  const effectOf = (operation: Operation, recordedAt: number): Effect => {
    const { target, kind, because, id } = operation;
    if (target.store !== 'semantic') return NOTHING;
    switch (kind) {
      case 'add':
        return add(operation, recordedAt);
      case 'update':
      case 'supersede':
        return replace(operation, recordedAt);
      case 'retract':
        return retract(target.id, because, id, recordedAt);
      case 'skip':
        return support(operation, recordedAt);
      default:
        return assertNever(kind);
    }
  };

  return {
    apply({ body, recordedAt }) {
      if (body.kind === 'forgotten') for (const id of body.ids) forgotten.add(id);
      if (body.kind !== 'operation' || operations.has(body.operation.id)) return [];
      const { operation } = body;
      if (operation.undoes !== undefined) {
        const changes = undo(operation.undoes, operation, recordedAt);
        operations.set(operation.id, { operation, touched: [], undone: false });
        return changes;
      }
      const { changes, touched } = effectOf(operation, recordedAt);
      operations.set(operation.id, { operation, touched, undone: false });
      return [...changes, ...beliefs.settle(touched, operation.id, recordedAt)];
    },
    isBelieved: (id) => beliefs.believed(id) !== undefined,
    wasForgotten: (id) => forgotten.has(id),
    restsOn: beliefs.restsOn,
    ...createFactReads(beliefs, lookup),
    operation(id) {
      const known = operations.get(id);
      return known === undefined || known.undone ? undefined : known.operation;
    },
    laterThan,
  };
};
