import type { Fact, FactId, OperationId } from '@retentive/core';
import {
  expiryOf,
  type FactRecord,
  type FactVersion,
  latestVersion,
  type OwnState,
  overlaps,
  toFact,
  versionAt,
} from './fact-record.ts';
import { holdingOf, type PremiseState } from './fact-supports.ts';
import type { FactChange } from './semantic-types.ts';

/**
 * Records with what follows from what: whether a fact is believed, until when and how far it is trusted is worked out from
 * its own state and its premises, each time one of them changes.
 */
export interface FactBeliefs {
  get(id: FactId | undefined): FactRecord | undefined;
  readonly size: number;
  believed(id: FactId): FactVersion | undefined;
  /** What a believed fact lends to what is derived from it. */
  believedState(id: FactId): PremiseState | undefined;
  /** The record at one of its versions, beside what contradicted it at that time. */
  show(record: FactRecord, version: FactVersion, knownAt?: number): Fact;
  /** Enters a record without a version. */
  enter(record: FactRecord): void;
  /** Gives a record a new state of its own. What rests on it is settled by {@link settle}. */
  set(record: FactRecord, state: OwnState, recordedAt: number): Fact;
  /** Changes the state that a record was just given, in the same moment. */
  amend(record: FactRecord, change: Partial<OwnState>): Fact;
  /** Works out anew what was derived from these facts, whatever lies between. */
  settle(changed: readonly FactId[], operation: OperationId, recordedAt: number): FactChange[];
  /** True where `id` is `of`, or was derived from it in any way. */
  restsOn(id: FactId, of: FactId): boolean;
  /** Two facts that contradict each other, while both are believed. */
  conflict(one: FactId, other: FactId): void;
}

/** Makes empty {@link FactBeliefs}. */
export const createFactBeliefs = (): FactBeliefs => {
  const records = new Map<FactId, FactRecord>();
  const dependents = new Map<FactId, Set<FactId>>();
  const conflicts = new Map<FactId, Set<FactId>>();

  const link = (links: Map<FactId, Set<FactId>>, from: FactId, to: FactId): void => {
    const known = links.get(from);
    if (known === undefined) links.set(from, new Set([to]));
    else known.add(to);
  };

  const believed = (id: FactId): FactVersion | undefined => {
    const record = records.get(id);
    const version = record === undefined ? undefined : latestVersion(record);
    return version?.valid === undefined ? undefined : version;
  };

  const premise = (id: FactId): PremiseState | undefined => {
    const record = records.get(id);
    const version = record === undefined ? undefined : latestVersion(record);
    if (record === undefined || version?.valid === undefined) return undefined;
    return { valid: version.valid, trust: version.trust, expiresAt: expiryOf(record, version) };
  };

  const workOut = (state: OwnState, before: FactVersion | undefined, recordedAt: number): FactVersion => {
    const { own, ownStatus, replacedBy, supports, sources, operation } = state;
    const holding = holdingOf(own, supports, premise);
    const ended =
      holding?.valid.until !== undefined && holding.valid.until < (own?.until ?? Number.POSITIVE_INFINITY);
    const fallen = own !== undefined && holding === undefined;
    return {
      own,
      ownStatus,
      ...(replacedBy === undefined ? {} : { replacedBy }),
      supports,
      sources,
      operation,
      valid: holding?.valid,
      status: fallen ? 'retracted' : ended ? 'superseded' : ownStatus,
      trust: holding?.trust ?? before?.trust ?? 0,
      held: holding?.held ?? [],
      expiresAt: holding?.expiresAt ?? before?.expiresAt ?? Number.POSITIVE_INFINITY,
      recordedAt,
      shown: undefined,
    };
  };

  const conflictsOf = (id: FactId, version: FactVersion, knownAt: number): readonly FactId[] => {
    const { valid } = version;
    if (valid === undefined) return [];
    return [...(conflicts.get(id) ?? [])].filter((other) => {
      const record = records.get(other);
      const beside = record === undefined ? undefined : versionAt(record, knownAt);
      return beside?.valid !== undefined && overlaps(beside.valid, valid);
    });
  };

  const show = (record: FactRecord, version: FactVersion, knownAt = Number.POSITIVE_INFINITY): Fact => {
    // What contradicts it may change while it does not.
    if (conflicts.size > 0 && conflicts.has(record.id)) {
      return toFact(record, version, conflictsOf(record.id, version, knownAt));
    }
    version.shown ??= toFact(record, version);
    return version.shown;
  };

  /** These facts and everything derived from them, premises before conclusions: derivations have no circle. */
  const derivedFrom = (changed: readonly FactId[]): readonly FactId[] => {
    const seen = new Set<FactId>();
    const order: FactId[] = [];
    // A path of its own rather than calls within calls: chains are as long as callers make them.
    const path: { readonly id: FactId; readonly rest: Iterator<FactId> }[] = [];
    const enter = (id: FactId): void => {
      if (seen.has(id)) return;
      seen.add(id);
      path.push({ id, rest: (dependents.get(id) ?? new Set<FactId>()).values() });
    };
    for (const start of changed) {
      enter(start);
      for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
        const next = at.rest.next();
        if (next.done !== true) {
          enter(next.value);
          continue;
        }
        order.push(at.id);
        path.pop();
      }
    }
    return order.reverse();
  };

  const isSame = (a: FactVersion, b: FactVersion): boolean =>
    a.valid?.from === b.valid?.from &&
    a.valid?.until === b.valid?.until &&
    (a.valid === undefined) === (b.valid === undefined) &&
    a.status === b.status &&
    a.trust === b.trust &&
    a.expiresAt === b.expiresAt &&
    JSON.stringify(a.held) === JSON.stringify(b.held);

  const changeOf = (
    record: FactRecord,
    before: FactVersion,
    after: FactVersion,
    moved: ReadonlySet<FactId>,
    operation: OperationId,
  ): FactChange | undefined => {
    const until = after.valid?.until ?? Number.POSITIVE_INFINITY;
    const untilBefore = before.valid?.until ?? Number.POSITIVE_INFINITY;
    const from =
      after.supports.flatMap(({ premises }) => premises).find((id) => moved.has(id)) ?? 'a premise';
    if (before.valid !== undefined && after.valid === undefined) {
      const because = `it was derived from ${from}, which no longer holds`;
      return { type: 'retracted', fact: show(record, after), because, operation };
    }
    if (before.valid !== undefined && until < untilBefore) {
      return {
        type: 'retracted',
        fact: show(record, after),
        because: `it was derived from ${from}, which ended`,
        operation,
      };
    }
    const returned = after.valid !== undefined && (before.valid === undefined || until > untilBefore);
    return returned ? { type: 'added', fact: show(record, after), operation } : undefined;
  };

  return {
    get: (id) => (id === undefined ? undefined : records.get(id)),
    get size() {
      return records.size;
    },
    believed,
    believedState: premise,
    show,
    enter(record) {
      records.set(record.id, record);
    },
    set(record, state, recordedAt) {
      for (const { premises } of state.supports) for (const id of premises) link(dependents, id, record.id);
      const version = workOut(state, record.versions.at(-1), recordedAt);
      record.versions.push(version);
      return show(record, version);
    },
    amend(record, change) {
      const last = record.versions.pop() as FactVersion;
      const version = workOut({ ...last, ...change }, record.versions.at(-1), last.recordedAt);
      record.versions.push(version);
      return show(record, version);
    },
    settle(changed, operation, recordedAt) {
      const moved = new Set(changed);
      return derivedFrom(changed).flatMap((id) => {
        const record = records.get(id);
        if (record === undefined) return [];
        const before = latestVersion(record);
        const after = workOut(before, before, recordedAt);
        if (isSame(before, after)) return [];
        record.versions.push(after);
        const change = changeOf(record, before, after, moved, operation);
        moved.add(id);
        return change ?? [];
      });
    },
    restsOn(id, of) {
      const seen = new Set<FactId>([id]);
      // Grows while it is gone through.
      for (const at of seen) {
        if (at === of) return true;
        const record = records.get(at);
        if (record === undefined) continue;
        for (const { premises } of latestVersion(record).supports)
          for (const each of premises) seen.add(each);
      }
      return false;
    },
    conflict(one, other) {
      link(conflicts, one, other);
      link(conflicts, other, one);
    },
  };
};
