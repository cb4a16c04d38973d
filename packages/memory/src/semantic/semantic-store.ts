import {
  assertNever,
  type Fact,
  type FactId,
  type FactInput,
  type Interval,
  type Operation,
  type OperationId,
} from '@retentive/core';
import { createFactLookup } from './fact-lookup.ts';
import {
  contains,
  DEFAULT_TRUST,
  endAt,
  type FactRecord,
  type FactVersion,
  factAt,
  latestVersion,
  toFact,
} from './fact-record.ts';
import type { FactChange, FactQuery, SemanticStore } from './semantic-types.ts';

export type { FactChange, SemanticStore } from './semantic-types.ts';

interface AppliedOperation {
  readonly operation: Operation;
  readonly touched: readonly FactId[];
  undone: boolean;
}

/** One more witness than this changes nothing about a fact. */
const MAX_SOURCES = 16;

/** Makes an empty {@link SemanticStore}. */
export const createSemanticStore = (): SemanticStore => {
  const records = new Map<FactId, FactRecord>();
  const lookup = createFactLookup();
  const dependents = new Map<FactId, FactId[]>();
  const operations = new Map<OperationId, AppliedOperation>();

  const believedVersion = (id: FactId): FactVersion | undefined => {
    const record = records.get(id);
    const version = record === undefined ? undefined : latestVersion(record);
    return version?.valid === undefined ? undefined : version;
  };

  const put = (record: FactRecord, version: FactVersion): Fact => {
    record.versions.push(version);
    return toFact(record, version);
  };

  /** Takes a fact out of belief, and with it whatever was derived from it. */
  const retract = (id: FactId, because: string, operation: OperationId, recordedAt: number): FactChange[] => {
    const record = records.get(id);
    const before = believedVersion(id);
    if (record === undefined || before === undefined) return [];
    const { replacedBy: _, ...rest } = before;
    const fact = put(record, { ...rest, valid: undefined, status: 'retracted', recordedAt, operation });
    return [{ type: 'retracted', fact, because, operation }, ...retractDerived(id, operation, recordedAt)];
  };

  const retractDerived = (id: FactId, operation: OperationId, recordedAt: number): FactChange[] =>
    (dependents.get(id) ?? []).flatMap((dependent) =>
      retract(dependent, `it was derived from ${id}, which no longer holds`, operation, recordedAt),
    );

  /** A premise ended, but was true before: so were the conclusions. */
  const endDerived = (id: FactId, until: number, by: OperationId, recordedAt: number): FactChange[] =>
    (dependents.get(id) ?? []).flatMap((dependent) => {
      const record = records.get(dependent);
      const before = believedVersion(dependent);
      if (record === undefined || before?.valid === undefined) return [];
      const valid = endAt(before.valid, until);
      if (valid.until === before.valid.until) return [];
      const fact = put(record, { ...before, valid, status: 'superseded', recordedAt, operation: by });
      const because = `it was derived from ${id}, which ended`;
      return [
        { type: 'retracted', fact, because, operation: by },
        ...endDerived(dependent, until, by, recordedAt),
      ];
    });

  /**
   * The interval that the premises of a fact leave it: a conclusion from something that is not believed is not believed
   * either, and ends with what it rests on.
   */
  const supportedInterval = ({ premises = [] }: FactInput, interval: Interval): Interval | undefined => {
    let valid = interval;
    for (const premise of premises) {
      const premised = believedVersion(premise)?.valid;
      if (premised === undefined) return undefined;
      if (premised.until !== undefined) valid = endAt(valid, premised.until);
    }
    return valid;
  };

  const addRecord = (
    operation: Operation,
    recordedAt: number,
    otherwise: Interval = {},
  ): Fact | undefined => {
    const { target } = operation;
    if (target.store !== 'semantic' || target.fact === undefined || records.has(target.id)) return undefined;
    const { fact: input, id } = target;
    const valid = supportedInterval(input, input.valid ?? otherwise);
    if (valid === undefined) return undefined;
    const record: FactRecord = { id, ordinal: records.size, agent: operation.agent, input, versions: [] };
    records.set(id, record);
    lookup.add(record);
    for (const premise of input.premises ?? []) {
      dependents.set(premise, [...(dependents.get(premise) ?? []), id]);
    }
    return put(record, {
      valid,
      status: 'current',
      sources: input.sources ?? operation.sources,
      trust: input.trust ?? DEFAULT_TRUST,
      recordedAt,
      operation: operation.id,
    });
  };

  /** The newest successor of a fact: itself while nothing replaced it. */
  const headOf = (id: FactId): FactId => {
    let head = id;
    for (
      let next = records.get(id);
      next !== undefined;
      next = records.get(latestVersion(next).replacedBy as FactId)
    ) {
      head = next.id;
    }
    return head;
  };

  const replace = (operation: Operation, recordedAt: number): readonly FactChange[] => {
    const { target, because, id } = operation;
    if (target.store !== 'semantic' || target.replaces === undefined) return [];
    const old = records.get(headOf(target.replaces));
    const before = old === undefined ? undefined : believedVersion(old.id);
    const isUpdate = operation.kind === 'update';
    // The record was wrong: the new one takes over its interval. The world changed: the new one begins now. Unless said.
    const to = addRecord(operation, recordedAt, isUpdate ? before?.valid : { from: recordedAt });
    if (to === undefined) return [];
    if (old === undefined || before?.valid === undefined) return [{ type: 'added', fact: to, operation: id }];
    const replaced = { ...before, replacedBy: to.id, recordedAt, operation: id };
    if (isUpdate) {
      const from = put(old, { ...replaced, valid: undefined, status: 'updated' });
      return [
        { type: 'updated', from, to, because, operation: id },
        ...retractDerived(old.id, id, recordedAt),
      ];
    }
    const until = to.valid.from ?? recordedAt;
    const from = put(old, { ...replaced, valid: endAt(before.valid, until), status: 'superseded' });
    return [
      { type: 'superseded', from, to, because, operation: id },
      ...endDerived(old.id, until, id, recordedAt),
    ];
  };

  /** Another source for what is known. Trust is the maximum over independent supports. */
  const support = ({ target, sources, id }: Operation, recordedAt: number): readonly FactId[] => {
    if (target.store !== 'semantic') return [];
    const record = records.get(target.id);
    const before = believedVersion(target.id);
    if (record === undefined || before === undefined) return [];
    const known = new Set(before.sources.map(({ source }) => source));
    const fresh = sources.filter(({ source }) => !known.has(source));
    if (fresh.length === 0 || before.sources.length >= MAX_SOURCES) return [];
    const trust = Math.max(before.trust, target.fact?.trust ?? 0);
    put(record, { ...before, sources: [...before.sources, ...fresh], trust, recordedAt, operation: id });
    return [target.id];
  };

  const laterThan = (id: OperationId): OperationId | undefined =>
    operations
      .get(id)
      ?.touched.map((touched) => latestVersion(records.get(touched) as FactRecord).operation)
      .find((operation) => operation !== id);

  /** Gives every fact that the operation touched the version before it, as a new version. All of them, or none. */
  const undo = (undone: OperationId, by: Operation, recordedAt: number): readonly FactChange[] => {
    const known = operations.get(undone);
    if (known === undefined || known.undone || known.operation.undoes !== undefined) return [];
    if (laterThan(undone) !== undefined) return [];
    known.undone = true;
    return known.touched.flatMap((id): readonly FactChange[] => {
      const record = records.get(id) as FactRecord;
      const before = record.versions.findLast(({ operation }) => operations.get(operation)?.undone !== true);
      if (before === undefined) return retract(id, by.because, by.id, recordedAt);
      const now = believedVersion(id);
      const valid = before.valid && supportedInterval(record.input, before.valid);
      const isGone = before.valid !== undefined && valid === undefined;
      // It keeps the name of the operation that made it: with this one gone, that one is the latest again.
      const status = isGone ? 'retracted' : before.status;
      const fact = put(record, { ...before, valid, status, recordedAt });
      if (valid === undefined) {
        return now === undefined ? [] : [{ type: 'retracted', fact, because: by.because, operation: by.id }];
      }
      const isAsItWas = now !== undefined && now.status === before.status;
      return isAsItWas ? [] : [{ type: 'added', fact, operation: by.id }];
    });
  };

  const changesOf = (operation: Operation, recordedAt: number): readonly FactChange[] => {
    const { target, kind } = operation;
    if (operation.undoes !== undefined) return undo(operation.undoes, operation, recordedAt);
    if (target.store !== 'semantic') return [];
    switch (kind) {
      case 'add': {
        const fact = addRecord(operation, recordedAt);
        return fact === undefined ? [] : [{ type: 'added', fact, operation: operation.id }];
      }
      case 'update':
      case 'supersede':
        return replace(operation, recordedAt);
      case 'retract':
        return retract(target.id, operation.because, operation.id, recordedAt);
      case 'skip':
        return [];
      default:
        return assertNever(kind);
    }
  };

  const idsOf = (change: FactChange): readonly FactId[] =>
    change.type === 'added' || change.type === 'retracted'
      ? [change.fact.id]
      : [change.from.id, change.to.id];

  const isWanted = ({ input }: FactRecord, { attribute, now }: FactQuery): boolean =>
    (attribute === undefined || input.attribute === attribute) &&
    (input.expiresAt === undefined || input.expiresAt > now);

  const holds = ({ valid }: Fact, { asOf, now }: FactQuery): boolean =>
    asOf === undefined ? valid.until === undefined || valid.until > now : contains(valid, asOf);

  return {
    apply({ body, recordedAt }) {
      if (body.kind !== 'operation' || operations.has(body.operation.id)) return [];
      const { operation } = body;
      const changes = changesOf(operation, recordedAt);
      const supported = operation.kind === 'skip' ? support(operation, recordedAt) : [];
      const touched = [...new Set([...changes.flatMap(idsOf), ...supported])];
      operations.set(operation.id, { operation, touched, undone: false });
      return changes;
    },
    fact(id) {
      const record = records.get(id);
      return record === undefined ? undefined : toFact(record, latestVersion(record));
    },
    isBelieved: (id) => believedVersion(id) !== undefined,
    facts(query) {
      const { about, knownAt = Number.POSITIVE_INFINITY } = query;
      const candidates = about === undefined ? records.values() : lookup.named(about);
      const found: Fact[] = [];
      for (const record of candidates) {
        const fact = isWanted(record, query) ? factAt(record, knownAt) : undefined;
        if (fact !== undefined && holds(fact, query)) found.push(fact);
      }
      return found.reverse();
    },
    *believed() {
      for (const record of records.values()) {
        const version = latestVersion(record);
        if (version.valid !== undefined) yield toFact(record, version);
      }
    },
    same: (subject, attribute) =>
      lookup.slot(subject, attribute).flatMap((record) => factAt(record, Number.POSITIVE_INFINITY) ?? []),
    operation(id) {
      const known = operations.get(id);
      return known === undefined || known.undone ? undefined : known.operation;
    },
    laterThan,
  };
};
