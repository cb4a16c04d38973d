import {
  assertNever,
  type Fact,
  type FactId,
  type Interval,
  type Operation,
  type OperationId,
} from '@retentive/core';
import type { JournalEntry } from '../journal/journal.ts';
import { contains, type FactRecord, type FactVersion, factAt, toFact, versionAt } from './fact-record.ts';

/** What happened to a fact. */
export type FactChange =
  | { readonly type: 'added'; readonly fact: Fact; readonly operation: OperationId }
  | {
      readonly type: 'updated' | 'superseded';
      readonly from: Fact;
      readonly to: Fact;
      readonly because: string;
      readonly operation: OperationId;
    }
  | {
      readonly type: 'retracted';
      readonly fact: Fact;
      readonly because: string;
      readonly operation: OperationId;
    };

/** Which facts to list. */
export interface FactQuery {
  /** A subject or entity, whatever its case. */
  readonly about?: string | undefined;
  readonly attribute?: string | undefined;
  /** Valid time, ms since epoch: what held then. Without it: what has not ended by `now`. */
  readonly asOf?: number | undefined;
  /** Recorded time, ms since epoch: what was believed then. Default now. */
  readonly knownAt?: number | undefined;
  /** The present, for what is no longer valid or has expired. */
  readonly now: number;
}

/**
 * Facts with two times: when they hold in the world, and when they were believed here. A projection of the journal's
 * operations; the same entries give the same facts. `apply` ignores an operation that no longer fits (its fact is gone):
 * at every replay alike.
 */
export interface SemanticStore {
  apply(entry: JournalEntry): readonly FactChange[];
  /** The latest version, believed or not. */
  fact(id: FactId): Fact | undefined;
  /** Newest recorded first. */
  facts(query: FactQuery): readonly Fact[];
  /** Facts believed now, in order of their recording. */
  believed(): Iterable<Fact>;
  /** Whether the operation is known, and not undone. */
  operation(id: OperationId): Operation | undefined;
}

const normalise = (text: string): string => text.normalize('NFKC').toLowerCase().trim();

/** Makes an empty {@link SemanticStore}. */
export const createSemanticStore = (): SemanticStore => {
  const records = new Map<FactId, FactRecord>();
  const dependents = new Map<FactId, FactId[]>();
  const operations = new Map<
    OperationId,
    { readonly operation: Operation; readonly touched: readonly FactId[] }
  >();
  const latest = (record: FactRecord): FactVersion => record.versions.at(-1) as FactVersion;
  const isBelieved = (id: FactId): boolean => {
    const record = records.get(id);
    return record !== undefined && latest(record).valid !== undefined;
  };

  const put = (record: FactRecord, version: FactVersion): Fact => {
    record.versions.push(version);
    return toFact(record, version);
  };

  /** Takes a fact out of belief, and with it whatever was derived from it. */
  const retract = (id: FactId, because: string, operation: OperationId, recordedAt: number): FactChange[] => {
    const record = records.get(id);
    if (record === undefined || !isBelieved(id)) return [];
    const fact = put(record, { valid: undefined, status: 'retracted', recordedAt, operation });
    return [{ type: 'retracted', fact, because, operation }, ...cascade(id, operation, recordedAt)];
  };

  const cascade = (id: FactId, operation: OperationId, recordedAt: number): FactChange[] =>
    (dependents.get(id) ?? []).flatMap((dependent) =>
      retract(dependent, `it was derived from ${id}, which no longer holds`, operation, recordedAt),
    );

  const addRecord = (operation: Operation, recordedAt: number, inherited?: Interval): Fact | undefined => {
    const { target } = operation;
    if (target.store !== 'semantic' || target.fact === undefined || records.has(target.id)) return undefined;
    const { fact: input, id } = target;
    // A conclusion from something no longer believed is not believed either.
    if ((input.premises ?? []).some((premise) => !isBelieved(premise))) return undefined;
    const record: FactRecord = {
      id,
      agent: undefined,
      input,
      sources: input.sources ?? operation.sources,
      versions: [],
    };
    records.set(id, record);
    for (const premise of input.premises ?? []) {
      dependents.set(premise, [...(dependents.get(premise) ?? []), id]);
    }
    return put(record, {
      valid: input.valid ?? inherited ?? {},
      status: 'current',
      recordedAt,
      operation: operation.id,
    });
  };

  const replace = (operation: Operation, recordedAt: number): readonly FactChange[] => {
    const { target, because, id } = operation;
    if (target.store !== 'semantic' || target.replaces === undefined) return [];
    const old = records.get(target.replaces);
    const before = old === undefined ? undefined : latest(old);
    // The record was wrong: the new one takes over its interval unless it brings its own.
    const inherited = operation.kind === 'update' ? before?.valid : undefined;
    const to = addRecord(operation, recordedAt, inherited);
    if (to === undefined) return [];
    if (old === undefined || before?.valid === undefined) return [{ type: 'added', fact: to, operation: id }];
    if (operation.kind === 'update') {
      const from = put(old, {
        valid: undefined,
        status: 'updated',
        replacedBy: to.id,
        recordedAt,
        operation: id,
      });
      return [{ type: 'updated', from, to, because, operation: id }, ...cascade(old.id, id, recordedAt)];
    }
    // The world changed: it was so until the new one began.
    const until = to.valid.from ?? recordedAt;
    const valid = { ...before.valid, until: Math.max(until, before.valid.from ?? until) };
    const from = put(old, { valid, status: 'superseded', replacedBy: to.id, recordedAt, operation: id });
    return [{ type: 'superseded', from, to, because, operation: id }, ...cascade(old.id, id, recordedAt)];
  };

  /** Gives every fact that the operation touched the version before it, as a new version. */
  const undo = (undone: OperationId, by: Operation, recordedAt: number): readonly FactChange[] => {
    const known = operations.get(undone);
    if (known === undefined) return [];
    operations.delete(undone);
    const changes: FactChange[] = [];
    for (const id of known.touched) {
      const record = records.get(id);
      if (record === undefined || latest(record).operation !== undone) continue;
      const before = record.versions.findLast(({ operation }) => operation !== undone);
      if (before === undefined) changes.push(...retract(id, by.because, by.id, recordedAt));
      else {
        const fact = put(record, { ...before, recordedAt, operation: by.id });
        if (before.valid !== undefined) changes.push({ type: 'added', fact, operation: by.id });
      }
    }
    return changes;
  };

  const applyOperation = (operation: Operation, recordedAt: number): readonly FactChange[] => {
    const { target } = operation;
    if (operation.undoes !== undefined) return undo(operation.undoes, operation, recordedAt);
    if (target.store !== 'semantic') return [];
    switch (operation.kind) {
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
        return assertNever(operation.kind);
    }
  };

  const idsOf = (change: FactChange): readonly FactId[] =>
    change.type === 'added' || change.type === 'retracted'
      ? [change.fact.id]
      : [change.from.id, change.to.id];

  const matches = ({ input }: FactRecord, { about, attribute, now }: FactQuery): boolean => {
    if (attribute !== undefined && input.attribute !== attribute) return false;
    if (input.expiresAt !== undefined && input.expiresAt <= now) return false;
    if (about === undefined) return true;
    const wanted = normalise(about);
    return [input.subject ?? '', ...(input.entities ?? [])].some((name) => normalise(name) === wanted);
  };

  const holds = ({ valid }: Fact, { asOf, now }: FactQuery): boolean =>
    asOf === undefined ? valid.until === undefined || valid.until > now : contains(valid, asOf);

  return {
    apply({ body, recordedAt }) {
      if (body.kind !== 'operation' || operations.has(body.operation.id)) return [];
      const changes = applyOperation(body.operation, recordedAt);
      operations.set(body.operation.id, {
        operation: body.operation,
        touched: [...new Set(changes.flatMap(idsOf))],
      });
      return changes;
    },
    fact(id) {
      const record = records.get(id);
      return record === undefined ? undefined : toFact(record, latest(record));
    },
    facts(query) {
      const found: Fact[] = [];
      for (const record of records.values()) {
        const fact = matches(record, query)
          ? factAt(record, query.knownAt ?? Number.POSITIVE_INFINITY)
          : undefined;
        if (fact !== undefined && holds(fact, query)) found.push(fact);
      }
      return found.reverse();
    },
    *believed() {
      for (const record of records.values()) {
        const version = versionAt(record, Number.POSITIVE_INFINITY);
        if (version?.valid !== undefined) yield toFact(record, version);
      }
    },
    operation: (id) => operations.get(id)?.operation,
  };
};
