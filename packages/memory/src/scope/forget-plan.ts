import type {
  BlockChange,
  DocumentId,
  Evidence,
  FactId,
  FactInput,
  MessageId,
  Operation,
  OperationId,
  OperationTarget,
} from '@retentive/core';
import { changeLines } from '../core-blocks/core-blocks.ts';
import { withoutMessages } from '../episodes/forget-episode.ts';
import type { EntryBody } from '../journal/journal.ts';
import { inverseChange } from './core-memory.ts';

/** What is to be forgotten: sources, facts, and operations that are not to stand whatever they rest on. */
export interface ForgetTarget {
  readonly sources?: ReadonlySet<MessageId | DocumentId> | undefined;
  readonly facts?: ReadonlySet<FactId> | undefined;
  readonly isWritten?: ((operation: Operation) => boolean) | undefined;
}

/** An operation as it stands in the journal. */
export interface JournaledOperation {
  readonly sequence: number;
  readonly operation: Operation;
}

/** What becomes of the operations of a scope. */
export interface ForgetPlan {
  /** Entries of operations that go. */
  readonly sequences: readonly number[];
  /** Entries of operations that stay, as they would stand had the forgotten never been. */
  readonly replaced: readonly { readonly sequence: number; readonly body: EntryBody }[];
  /** Facts that are gone. */
  readonly facts: readonly FactId[];
  /** Facts that stay, in the words of another witness. */
  readonly retold: readonly FactId[];
}

type SemanticTarget = Extract<OperationTarget, { store: 'semantic' }>;
type CoreTarget = Extract<OperationTarget, { store: 'core' }>;

/** How a fact that is gone had come in: what tells it again comes in like that. */
interface GoneFact {
  readonly kind: 'add' | 'update' | 'supersede';
  readonly replaces: FactId | undefined;
}

/** An operation without the evidence of sources; undefined when it rested on that alone. */
const withoutSources = (
  operation: Operation,
  gone: ReadonlySet<Evidence['source']>,
): Operation | undefined => {
  const { target } = operation;
  const strip = (sources: readonly Evidence[]): readonly Evidence[] =>
    sources.filter(({ source }) => !gone.has(source));
  const own = strip(operation.sources);
  const input = target.store === 'semantic' ? target.fact : undefined;
  const inputSources = input?.sources && strip(input.sources);
  const isNamed =
    own.length < operation.sources.length || (inputSources?.length ?? 0) < (input?.sources?.length ?? 0);
  if (!isNamed) return operation;
  if (own.length === 0 && (inputSources?.length ?? 0) === 0) return undefined;
  if (target.store !== 'semantic' || input === undefined) return { ...operation, sources: own };
  const fact = inputSources === undefined ? input : { ...input, sources: inputSources };
  return { ...operation, sources: own, target: { ...target, fact } };
};

/**
 * A change of core memory without what is gone of its grounds; undefined when it had some and has none left. A line that
 * was taken out stays out whatever is forgotten: to bring it back would surprise whoever asked for it.
 */
const withoutGrounds = (
  operation: Operation,
  target: CoreTarget,
  goneSources: ReadonlySet<Evidence['source']>,
  gone: ReadonlyMap<FactId, GoneFact>,
): Operation | undefined => {
  const { premises: before = [] } = target;
  const sources = operation.sources.filter((evidence) => !goneSources.has(evidence.source));
  const premises = before.filter((premise) => !gone.has(premise));
  const left = sources.length + premises.length;
  if (left === operation.sources.length + before.length) return operation;
  if (left === 0 && target.change.type !== 'remove') return undefined;
  const { premises: _, ...rest } = target;
  return { ...operation, sources, target: premises.length === 0 ? rest : { ...rest, premises } };
};

const NO_SOURCES: ReadonlySet<Evidence['source']> = new Set();

/** Facts that are gone or stand, as the operations are gone through. */
const createFactPlan = (forgotten: ReadonlySet<FactId>) => {
  const gone = new Map<FactId, GoneFact>();
  /** Facts that something took the place of. */
  const replaced = new Set<FactId>();
  const retold = new Set<FactId>();

  /** What a fact that is gone had replaced, and so on: what stands in its place now. */
  const standingFor = (id: FactId | undefined): FactId | undefined => {
    let standing = id;
    while (standing !== undefined && gone.has(standing)) standing = gone.get(standing)?.replaces;
    return standing;
  };

  const makeKind = ({ kind }: Operation): GoneFact['kind'] | undefined =>
    kind === 'add' || kind === 'update' || kind === 'supersede' ? kind : undefined;

  /** `kind` in the place of `replaces`, or an addition where there is nothing to replace. */
  const placed = (
    operation: Operation,
    kind: GoneFact['kind'],
    { id, fact }: { readonly id: FactId; readonly fact: FactInput },
    replaces: FactId | undefined,
  ): Operation => {
    const standing = standingFor(replaces);
    const target = { store: 'semantic', id, fact } as const;
    if (standing === undefined) return { ...operation, kind: 'add', target };
    replaced.add(standing);
    return { ...operation, kind, target: { ...target, replaces: standing } };
  };

  const isFallen = ({ id, fact }: SemanticTarget): boolean =>
    forgotten.has(id) || (fact?.premises ?? []).some((premise) => gone.has(premise));

  /** An operation that makes a fact. */
  const make = (kind: GoneFact['kind'], before: SemanticTarget, kept: Operation | undefined) => {
    const { id, replaces } = before;
    if (kept === undefined || isFallen(before)) {
      gone.set(id, { kind, replaces });
      return undefined;
    }
    return placeMade(kind, before, withoutConflicts(kept));
  };

  /** It contradicts no longer what is gone. */
  const withoutConflicts = (operation: Operation): Operation => {
    const { target } = operation;
    if (target.store !== 'semantic' || target.conflictsWith === undefined) return operation;
    const { conflictsWith, ...rest } = target;
    const left = conflictsWith.filter((other) => !gone.has(other));
    return { ...operation, target: left.length === 0 ? rest : { ...rest, conflictsWith: left } };
  };

  const placeMade = (
    kind: GoneFact['kind'],
    { id, replaces }: SemanticTarget,
    kept: Operation,
  ): Operation => {
    const { target } = kept;
    if (replaces === undefined || target.store !== 'semantic' || target.fact === undefined) return kept;
    if (gone.has(replaces)) return placed(kept, kind, { id, fact: target.fact }, replaces);
    replaced.add(replaces);
    return kept;
  };

  /** Another witness of a fact that is gone: from then on it is known, and in that one's words. */
  const retell = (id: FactId, { kind, replaces }: GoneFact, kept: Operation): Operation | undefined => {
    const { target } = kept;
    if (kept.kind !== 'skip' || forgotten.has(id)) return undefined;
    if (target.store !== 'semantic' || target.fact === undefined || isFallen(target)) return undefined;
    gone.delete(id);
    retold.add(id);
    const standing = standingFor(replaces);
    const isTaken = standing !== undefined && replaced.has(standing);
    return placed(kept, kind, { id, fact: target.fact }, isTaken ? undefined : standing);
  };

  return {
    gone,
    retold,
    /** The operation as it stands now; undefined when it goes. `kept` is it without the forgotten evidence. */
    apply(before: SemanticTarget, operation: Operation, kept: Operation | undefined): Operation | undefined {
      const kind = makeKind(operation);
      if (kind !== undefined) return make(kind, before, kept);
      const fallen = gone.get(before.id);
      // A derivation from what is gone; the fact may have other supports.
      if (kept?.kind === 'skip' && isFallen(before)) return undefined;
      return kept === undefined || fallen === undefined ? kept : retell(before.id, fallen, kept);
    },
  };
};

/** Blocks as they stand without what is gone, as the operations are gone through. */
const createCorePlan = () => {
  const blocks = new Map<string, readonly string[]>();
  /** Lines that are gone, and the line that they had replaced. */
  const gone = new Map<string, string | undefined>();
  const rewritten = new Map<OperationId, BlockChange>();

  const nameOf = (label: string, line: string): string => JSON.stringify([label, line]);

  const changeNow = (
    change: BlockChange,
    label: string,
    undoes: OperationId | undefined,
  ): BlockChange | undefined => {
    const undone = undoes === undefined ? undefined : rewritten.get(undoes);
    if (undone !== undefined) return inverseChange(undone);
    const lines = blocks.get(label) ?? [];
    if (change.type === 'append' || lines.includes(change.line)) return change;
    if (!gone.has(nameOf(label, change.line))) return change;
    if (change.type === 'remove') return undefined;
    const standing = gone.get(nameOf(label, change.line));
    return standing !== undefined && lines.includes(standing)
      ? { type: 'replace', line: standing, by: change.by }
      : { type: 'append', line: change.by };
  };

  return {
    /** As in the plan of facts. */
    apply(target: CoreTarget, { undoes }: Operation, kept: Operation | undefined): Operation | undefined {
      const { label, change } = target;
      const now = kept === undefined ? undefined : changeNow(change, label, undoes);
      if (kept === undefined || now === undefined) {
        if (change.type === 'append') gone.set(nameOf(label, change.line), undefined);
        if (change.type === 'replace') gone.set(nameOf(label, change.by), change.line);
        return undefined;
      }
      const lines = blocks.get(label) ?? [];
      blocks.set(label, changeLines(lines, now) ?? lines);
      if (now === change) return kept;
      rewritten.set(kept.id, now);
      return { ...kept, target: { ...(kept.target as CoreTarget), change: now } };
    },
  };
};

/**
 * Goes through the operations of a scope in order, and says what each would be had sources, or facts, never been:
 * - what rests on the sources alone goes, and what rests on others too loses its evidence;
 * - a fact goes with what changed it and with what was derived from it. What took its place stays, in the place of what
 *   it had replaced itself. If another source had told of it, it stays in that one's words, from that moment on;
 * - a line of core memory goes with the last of its sources and premises, if it named any;
 * - what takes back something that is gone goes too.
 * Every operation keeps its id, its place and its time. Linear in the number of operations.
 */
export const planForgetting = (
  operations: Iterable<JournaledOperation>,
  { sources, facts: forgotten = new Set(), isWritten }: ForgetTarget,
): ForgetPlan => {
  const facts = createFactPlan(forgotten);
  const core = createCorePlan();
  const dropped = new Set<OperationId>();
  const sequences: number[] = [];
  const replaced: ForgetPlan['replaced'][number][] = [];

  const apply = (operation: Operation): Operation | undefined => {
    const { undoes } = operation;
    if (undoes !== undefined && dropped.has(undoes)) return undefined;
    const isKept = isWritten?.(operation) !== true;
    const { target } = operation;
    if (target.store === 'core') {
      const grounded = withoutGrounds(operation, target, sources ?? NO_SOURCES, facts.gone);
      return core.apply(target, operation, isKept ? grounded : undefined);
    }
    if (target.store === 'episode') {
      // It is gone with its last message: what only an agent wrote of it is no reason to keep or drop it.
      return withoutMessages(operation, target, sources ?? NO_SOURCES);
    }
    const kept = isKept && sources !== undefined ? withoutSources(operation, sources) : operation;
    return place(operation, isKept ? kept : undefined);
  };

  const place = (operation: Operation, kept: Operation | undefined): Operation | undefined => {
    const { target, undoes } = operation;
    switch (target.store) {
      case 'semantic':
        return undoes === undefined ? facts.apply(target, operation, kept) : kept;
      default:
        return kept;
    }
  };

  for (const { sequence, operation } of operations) {
    const now = apply(operation);
    if (now === undefined) {
      dropped.add(operation.id);
      sequences.push(sequence);
    } else if (JSON.stringify(now) !== JSON.stringify(operation)) {
      replaced.push({ sequence, body: { kind: 'operation', operation: now } });
    }
  }
  return { sequences, replaced, facts: [...facts.gone.keys()], retold: [...facts.retold] };
};
