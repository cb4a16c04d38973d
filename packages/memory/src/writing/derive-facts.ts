import {
  type CallOptions,
  type Fact,
  type FactId,
  type FactInput,
  factInputSchema,
  type Interval,
  type Operation,
  type OperationId,
} from '@retentive/core';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import type { DerivationRule } from '../semantic/define-rule.ts';
import { overlaps } from '../semantic/fact-record.ts';
import { MAX_SUPPORTS } from '../semantic/fact-supports.ts';
import { sameValue } from '../semantic/same-value.ts';
import type { SemanticStore } from '../semantic/semantic-types.ts';
import { deriveId } from './derive-id.ts';
import { conclusionsWith, type Looking } from './rule-matches.ts';
import { attributeRule } from './rules/vocabulary.ts';

/** Rounds of one change: what is left after them waits for the next change. */
const MAX_ROUNDS = 16;

/** Operations of one round: the next round goes on where this one stopped. */
const MAX_OPERATIONS = 1_000;

/**
 * Steps from what was told to a conclusion, by its shortest derivation. A rule that feeds on its own conclusions ends there
 * for good.
 */
const MAX_STEPS = 16;

/** Looking for one fact: what it would give beyond that is not drawn with it. */
const MAX_LOOKING = 100_000;

/** Looking at one change: facts that it does not come to wait for the next change. */
const MAX_LOOKING_OF_A_CHANGE = 1_000_000;

/** How far one call derives. */
export interface DeriveOptions extends CallOptions {
  /** Most operations; default as many as one change may give. */
  readonly limit?: number | undefined;
  /** Facts to look at before the rest is left to the next call. */
  readonly looking?: number | undefined;
  /** Only from facts at this agent's path. Default all. */
  readonly agent?: string | undefined;
  /** Where what follows goes. Default the journal: `state` has it then. */
  readonly write?: ((operations: readonly Operation[]) => Promise<void>) | undefined;
}

/** What one call derived. */
export interface Derived {
  readonly operations: readonly Operation[];
  /** False where more may follow than this call was allowed to see. */
  readonly done: boolean;
}

/**
 * Writes what follows from the facts of a scope, and goes on where the last call stopped. Runs alone in its scope, after what
 * changed them is durable.
 */
export type DeriveFacts = (key: ScopeKey, state: ScopeState, options?: DeriveOptions) => Promise<Derived>;

/** What the operations of a round know of each other. */
interface Round {
  /** Conclusions that it makes, by what they say. */
  readonly drafts: Map<string, readonly { readonly id: FactId; readonly valid: Interval }[]>;
  /** How many supports it gives to a fact. */
  readonly supports: Map<FactId, number>;
  /** True for what may be a premise: a conclusion from it is not too far from what was told. */
  readonly isNear: (id: FactId) => boolean;
  readonly tried: Set<OperationId>;
}

/** How far the rules have come in a scope. */
interface Reached {
  sequence: number;
  readonly tried: Set<OperationId>;
}

/** What drawing from a fact may take. */
interface Drawing {
  readonly round: Round;
  readonly looking: Looking;
  readonly limit: number;
  readonly agent: string | undefined;
}

/** Tells what is fewer than {@link MAX_STEPS} steps from what was told, as long as nothing changes. */
const createIsNear = (semantic: Pick<SemanticStore, 'fact'>): Round['isNear'] => {
  const known = Array.from({ length: MAX_STEPS }, () => new Map<FactId, boolean>());
  const isWithin = (id: FactId, steps: number): boolean => {
    const before = known[steps]?.get(id);
    if (before !== undefined) return before;
    const fact = semantic.fact(id);
    const ways: readonly Pick<Fact, 'premises'>[] = fact === undefined ? [] : (fact.supports ?? [fact]);
    const within = ways.some(
      ({ premises }) =>
        premises.length === 0 || (steps > 0 && premises.every((premise) => isWithin(premise, steps - 1))),
    );
    known[steps]?.set(id, within);
    return within;
  };
  return (id) => isWithin(id, MAX_STEPS - 1);
};

/** Whether premises hold up a fact in a way that is not known; counted where they do. */
const isSupport = (
  premises: readonly FactId[],
  id: FactId,
  known: Fact | undefined,
  semantic: SemanticStore,
  supports: Round['supports'],
): boolean => {
  const ways: readonly Pick<Fact, 'premises'>[] = known === undefined ? [] : (known.supports ?? [known]);
  const more = supports.get(id) ?? 0;
  if (ways.length + more >= MAX_SUPPORTS) return false;
  if (ways.some((way) => JSON.stringify(way.premises) === JSON.stringify(premises))) return false;
  // What it rests on itself cannot hold it up.
  if (premises.some((premise) => semantic.restsOn(premise, id))) return false;
  supports.set(id, more + 1);
  return true;
};

/** The operation that a conclusion comes to; undefined where it says nothing new. */
const operationOf = (
  key: ScopeKey,
  rule: DerivationRule,
  fact: FactInput,
  agent: string | undefined,
  { semantic }: ScopeState,
  { drafts, supports, isNear, tried }: Round,
): Operation | undefined => {
  const premises: readonly FactId[] = fact.premises ?? [];
  const parts = ['rule', rule.id, ...premises, fact.subject ?? '', fact.value ?? ''];
  const operation = deriveId('operation', key, ...parts);
  // Journaled before, in this run or an earlier one.
  if (tried.has(operation) || semantic.operation(operation) !== undefined) return undefined;
  if (!factInputSchema.safeParse(fact).success || !premises.every(isNear)) return undefined;
  const id = deriveId('fact', key, ...parts);
  const beside = semantic
    .same(fact.subject ?? '', fact.attribute ?? '')
    .filter((other) => other.agent === agent && overlaps(other.valid, fact.valid ?? {}));
  const known = beside.find(
    ({ negated, value }) => negated === (fact.negated ?? false) && sameValue(value, fact.value),
  );
  const shared = {
    id: operation,
    ...(agent === undefined ? {} : { agent }),
    because: `it follows by the rule "${rule.id}"`,
    sources: [],
  };
  const name = JSON.stringify([
    agent ?? '',
    fact.subject,
    fact.attribute,
    fact.value ?? '',
    fact.negated ?? false,
  ]);
  const draft = (drafts.get(name) ?? []).find(({ valid }) => overlaps(valid, fact.valid ?? {}));
  const supported = known ?? draft;
  if (supported !== undefined) {
    if (!isSupport(premises, supported.id, known, semantic, supports)) return undefined;
    return { ...shared, kind: 'skip', target: { store: 'semantic', id: supported.id, fact } };
  }
  // It was derived before, and fell, was taken back or forgotten: it comes back with its premises, or not.
  if (semantic.fact(id) !== undefined || semantic.wasForgotten(id)) return undefined;
  drafts.set(name, [...(drafts.get(name) ?? []), { id, valid: fact.valid ?? {} }]);
  supports.set(id, 1);
  const rivals = attributeRule(fact.attribute).values === 'one' && fact.negated !== true ? beside : [];
  const conflictsWith = rivals.filter(({ negated }) => !negated).map((other) => other.id);
  const target = { store: 'semantic', id, fact } as const;
  return {
    ...shared,
    kind: 'add',
    target: conflictsWith.length === 0 ? target : { ...target, conflictsWith },
  };
};

/** Makes what carries out rules: over new facts, and over all of a scope at its first call, should an earlier one have died. */
export const createDeriveFacts = (rules: readonly DerivationRule[], journal: Journal): DeriveFacts => {
  /** By agent's path, and without one for calls that look at all. */
  const scopes = new WeakMap<ScopeState, Map<string | undefined, Reached>>();

  const reachedIn = (state: ScopeState, agent: string | undefined): Reached => {
    const known = scopes.get(state) ?? new Map<string | undefined, Reached>();
    scopes.set(state, known);
    const reached = known.get(agent) ?? { sequence: 0, tried: new Set<OperationId>() };
    known.set(agent, reached);
    return reached;
  };

  /** Adds what follows with a fact to `operations`, as far as there is room. */
  const drawFrom = (
    id: FactId,
    key: ScopeKey,
    state: ScopeState,
    { round, looking, limit, agent }: Drawing,
    operations: Operation[],
  ): void => {
    const fact = state.semantic.isBelieved(id) ? state.semantic.fact(id) : undefined;
    if (fact === undefined || (agent !== undefined && fact.agent !== agent)) return;
    const own: Looking = { left: MAX_LOOKING };
    for (const { rule, conclusion } of conclusionsWith(fact, rules, state, own)) {
      const operation = operationOf(key, rule, conclusion, fact.agent, state, round);
      if (operation === undefined) continue;
      round.tried.add(operation.id);
      operations.push(operation);
      if (operations.length >= limit) break;
    }
    looking.left -= MAX_LOOKING - own.left;
  };

  const roundOf = (
    key: ScopeKey,
    state: ScopeState,
    reached: Reached,
    { looking, limit, agent }: Omit<Drawing, 'round'>,
  ): readonly Operation[] => {
    const operations: Operation[] = [];
    const round: Round = {
      drafts: new Map(),
      supports: new Map(),
      isNear: createIsNear(state.semantic),
      tried: reached.tried,
    };
    // Facts of one entry stay together: the next round begins with the entry that this one did not come through.
    let last = reached.sequence;
    for (const { id, sequence } of state.factTerms.addedAfter(reached.sequence)) {
      if (sequence !== last) {
        reached.sequence = last;
        last = sequence;
        if (looking.left <= 0) return operations;
      }
      drawFrom(id, key, state, { round, looking, limit, agent }, operations);
      if (operations.length >= limit) return operations;
    }
    reached.sequence = last;
    return operations;
  };

  return async (key, state, options = {}) => {
    const { signal, agent, limit = MAX_ROUNDS * MAX_OPERATIONS } = options;
    if (rules.length === 0) return { operations: [], done: true };
    const journaled = async (operations: readonly Operation[]): Promise<void> => {
      const entries = operations.map((operation) => ({ kind: 'operation', operation }) as const);
      await journal.append({ scope: key, entries }, { signal });
    };
    const { write = journaled, looking: most = MAX_LOOKING_OF_A_CHANGE } = options;
    const reached = reachedIn(state, agent);
    const looking: Looking = { left: most };
    const all: Operation[] = [];
    for (let round = 0; round < MAX_ROUNDS && all.length < limit; round += 1) {
      const before = reached.sequence;
      const room = Math.min(MAX_OPERATIONS, limit - all.length);
      const operations = roundOf(key, state, reached, { looking, limit: room, agent });
      if (operations.length > 0) {
        await write(operations).catch((error: unknown) => {
          // What was not written is drawn again.
          for (const { id } of operations) reached.tried.delete(id);
          throw error;
        });
      } else if (reached.sequence === before) return { operations: all, done: true };
      all.push(...operations);
      // The next round would come no further.
      if (looking.left <= 0) break;
    }
    return { operations: all, done: false };
  };
};
