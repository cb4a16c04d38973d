import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CallOptions, Fact, FactId, FactInput, Operation } from '@retentive/core';
import type { ScopeKey } from '../journal/journal.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { endAt } from '../semantic/fact-supports.ts';
import type { Decider, Decision, KnownFacts } from './decider.ts';
import { deriveId } from './derive-id.ts';
import { createDraftedFacts } from './drafted-facts.ts';

/** Facts that are decided before everything else that waits in this process goes on. */
const FACTS_AT_ONCE = 16;

/** What facts are decided with. */
export interface DecidingParts {
  readonly scope: ScopeKey;
  readonly state: ScopeState;
  readonly decider: Decider;
  /**
   * The agent path that the facts are written at: they are compared with what stands there, and with nothing else, so
   * that no agent changes what another one reads.
   */
  readonly agent?: string | undefined;
  /** Facts nearest to a text; default {@link nearestByWords}. */
  readonly nearest?: NearestFacts | undefined;
}

/** Makes what finds the believed facts of a path that are nearest to a text. */
export type NearestFacts = (
  state: ScopeState,
  scope: ScopeKey,
  agent: string | undefined,
) => KnownFacts['nearest'];

/** The fact of an id, where it is believed and stands at the path. */
export const believedAt = (
  { semantic }: ScopeState,
  id: FactId,
  agent: string | undefined,
): Fact | undefined => {
  const fact = semantic.isBelieved(id) ? semantic.fact(id) : undefined;
  return fact?.agent === agent ? fact : undefined;
};

/** Nearest by their words. */
export const nearestByWords: NearestFacts = (state, _scope, agent) => async (text, limit) => {
  const found = state.factTerms.nearest(text, limit, (id) => believedAt(state, id, agent) !== undefined);
  return found.map(({ id, score }) => ({ fact: state.semantic.fact(id) as Fact, score }));
};

/** A fact as it will stand once it is written. */
const asFact = (id: FactId, input: FactInput, now: number, agent: string | undefined): Fact => ({
  id,
  ...(agent === undefined ? {} : { agent }),
  text: input.text,
  subject: input.subject,
  attribute: input.attribute,
  value: input.value,
  negated: input.negated ?? false,
  entities: input.entities ?? [],
  valid: input.valid ?? {},
  recorded: { from: now },
  sources: input.sources ?? [],
  trust: input.trust ?? 0,
  premises: input.premises ?? [],
  status: 'current',
});

const operationOf = (
  decision: Decision,
  fact: FactInput,
  ids: { readonly operation: Operation['id']; readonly fact: FactId },
  agent: string | undefined,
): Operation | undefined => {
  const { kind, existing, because, conflictsWith = [] } = decision;
  const at = agent === undefined ? {} : { agent };
  const shared = { id: ids.operation, ...at, because, sources: fact.sources ?? [] };
  const target = {
    store: 'semantic',
    id: ids.fact,
    fact,
    ...(conflictsWith.length === 0 ? {} : { conflictsWith }),
  } as const;
  switch (kind) {
    case 'add':
      return { ...shared, kind, target };
    case 'update':
    case 'supersede':
      return { ...shared, kind, target: { ...target, replaces: existing } };
    case 'retract':
      return existing && { ...shared, kind, target: { store: 'semantic', id: existing } };
    default: {
      // In full: should the fact's first source be forgotten, this one tells it.
      const { sources: _, ...witness } = fact;
      return (
        existing && { ...shared, kind: 'skip', target: { store: 'semantic', id: existing, fact: witness } }
      );
    }
  }
};

/**
 * The operations that a list of proposed facts comes to, each decided as if those before it were written already. Their
 * ids follow from `origin`, so that the same work gives the same operations.
 */
export const decideFacts = async (
  proposed: readonly FactInput[],
  origin: readonly string[],
  now: number,
  { scope, state, decider, agent, nearest = nearestByWords }: DecidingParts,
  options: CallOptions = {},
): Promise<readonly Operation[]> => {
  const draft = createDraftedFacts(state, agent);
  const known: KnownFacts = {
    same: draft.same,
    valued: draft.valued,
    nearest: nearest(state, scope, agent),
  };
  const operations: Operation[] = [];
  for (const [index, input] of proposed.entries()) {
    // Other people's turns come in between: a thousand facts are seconds of work.
    if (index % FACTS_AT_ONCE === FACTS_AT_ONCE - 1) await nextTurn();
    const decision = await decider.decide(input, known, options);
    const fact = decision.fact ?? input;
    const ids = {
      operation: deriveId('operation', scope, ...origin, index),
      fact: deriveId('fact', scope, ...origin, index),
    };
    const operation = operationOf(decision, fact, ids, agent);
    if (operation === undefined) continue;
    operations.push(operation);
    if (decision.kind === 'skip') continue;
    const old =
      decision.existing && (draft.drafted(decision.existing) ?? state.semantic.fact(decision.existing));
    if (old !== undefined) {
      const until = fact.valid?.from ?? now;
      if (decision.kind === 'supersede') draft.put({ ...old, valid: endAt(old.valid, until) });
      else draft.remove(old);
    }
    if (decision.kind !== 'retract') draft.put(asFact(ids.fact, fact, now, agent));
  }
  return operations;
};
