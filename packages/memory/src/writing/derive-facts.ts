import type { Fact, FactId, FactInput, Interval, Operation, OperationId } from '@retentive/core';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import {
  type Bindings,
  type DerivationRule,
  type FactPattern,
  fillIn,
  isVariable,
} from '../semantic/define-rule.ts';
import { normaliseName } from '../semantic/fact-lookup.ts';
import { overlaps } from '../semantic/fact-record.ts';
import { sameValue } from '../semantic/same-value.ts';
import { deriveId } from './derive-id.ts';
import { attributeRule } from './rules/vocabulary.ts';

/** Rounds of one call: a chain of conclusions longer than this waits for the next change. */
const MAX_ROUNDS = 16;

/** Operations of one round: rules that multiply are slowed, not stopped. */
const MAX_OPERATIONS = 1_000;

/** Writes what follows from the facts of a scope. Runs alone in its scope, after what changed them is durable. */
export type DeriveFacts = (
  key: ScopeKey,
  state: ScopeState,
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<void>;

interface Match {
  readonly bindings: Bindings;
  readonly facts: readonly Fact[];
}

/** Conclusions that the same round makes, by what they say. */
type Drafts = Map<string, readonly { readonly id: FactId; readonly valid: Interval }[]>;

/** How far the rules have come in a scope. */
interface Reached {
  sequence: number;
  readonly tried: Set<OperationId>;
}

/** The time in which all hold; undefined where there is none. */
const together = (facts: readonly Fact[]): Interval | undefined => {
  const from = Math.max(...facts.map(({ valid }) => valid.from ?? Number.NEGATIVE_INFINITY));
  const until = Math.min(...facts.map(({ valid }) => valid.until ?? Number.POSITIVE_INFINITY));
  if (from >= until) return undefined;
  return {
    ...(from === Number.NEGATIVE_INFINITY ? {} : { from }),
    ...(until === Number.POSITIVE_INFINITY ? {} : { until }),
  };
};

const bind = (bindings: Map<string, string>, term: string, text: string): boolean => {
  const known = isVariable(term) ? bindings.get(term) : term;
  if (known !== undefined) return sameValue(known, text);
  bindings.set(term, text);
  return true;
};

const matchOne = (pattern: FactPattern, fact: Fact, before: Bindings): Bindings | undefined => {
  const { subject, attribute, value, negated } = fact;
  if (subject === undefined || attribute === undefined || negated !== (pattern.negated ?? false))
    return undefined;
  if (normaliseName(attribute) !== normaliseName(pattern.attribute)) return undefined;
  const bindings = new Map(before);
  if (!bind(bindings, pattern.subject, subject)) return undefined;
  if (pattern.value === undefined) return bindings;
  return value !== undefined && bind(bindings, pattern.value, value) ? bindings : undefined;
};

/** Every way to fit the patterns with `fact` at the place `at`. */
const matchesWith = (
  { when }: DerivationRule,
  at: number,
  fact: Fact,
  { semantic }: ScopeState,
): readonly Match[] => {
  const first = matchOne(when[at] as FactPattern, fact, new Map());
  if (first === undefined) return [];
  let matches: readonly Match[] = [{ bindings: first, facts: [fact] }];
  for (const [place, pattern] of when.entries()) {
    if (place === at) continue;
    matches = matches.flatMap(({ bindings, facts }) => {
      const subject = isVariable(pattern.subject) ? bindings.get(pattern.subject) : pattern.subject;
      const found =
        subject === undefined
          ? semantic.having(pattern.attribute)
          : semantic.same(subject, pattern.attribute);
      return found.flatMap((other) => {
        const more = other.agent === fact.agent ? matchOne(pattern, other, bindings) : undefined;
        return more === undefined ? [] : [{ bindings: more, facts: [...facts, other] }];
      });
    });
  }
  return matches;
};

const conclusionOf = (
  { conclude, text }: DerivationRule,
  { bindings, facts }: Match,
): FactInput | undefined => {
  const valid = together(facts);
  if (valid === undefined) return undefined;
  const subject = fillIn(conclude.subject, bindings);
  const value = conclude.value === undefined ? undefined : fillIn(conclude.value, bindings);
  const plain = [subject, conclude.negated === true ? 'not' : '', conclude.attribute, value ?? ''];
  return {
    text: text === undefined ? plain.filter((word) => word !== '').join(' ') : fillIn(text, bindings),
    subject,
    attribute: conclude.attribute,
    ...(value === undefined ? {} : { value }),
    ...(conclude.negated === true ? { negated: true } : {}),
    valid,
    premises: [...new Set(facts.map(({ id }) => id))].toSorted(),
  };
};

/** The operation that a conclusion comes to; undefined where it says nothing new. */
const operationOf = (
  key: ScopeKey,
  rule: DerivationRule,
  fact: FactInput,
  agent: string | undefined,
  { semantic }: ScopeState,
  drafted: Drafts,
): Operation | undefined => {
  const premises: readonly FactId[] = fact.premises ?? [];
  const parts = ['rule', rule.id, ...premises, fact.subject ?? '', fact.value ?? ''];
  const id = deriveId('fact', key, ...parts);
  const beside = semantic
    .same(fact.subject ?? '', fact.attribute ?? '')
    .filter((other) => other.agent === agent && overlaps(other.valid, fact.valid ?? {}));
  const known = beside.find(
    ({ negated, value }) => negated === (fact.negated ?? false) && sameValue(value, fact.value),
  );
  const shared = {
    id: deriveId('operation', key, ...parts),
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
  const draft = (drafted.get(name) ?? []).find(({ valid }) => overlaps(valid, fact.valid ?? {}));
  if (known === undefined && draft !== undefined) {
    return { ...shared, kind: 'skip', target: { store: 'semantic', id: draft.id, fact } };
  }
  if (known !== undefined) {
    // What it rests on itself cannot hold it up.
    if (premises.some((premise) => semantic.restsOn(premise, known.id))) return undefined;
    return { ...shared, kind: 'skip', target: { store: 'semantic', id: known.id, fact } };
  }
  // It was derived before, and fell or was taken back: it comes back with its premises, or not.
  if (semantic.fact(id) !== undefined) return undefined;
  drafted.set(name, [...(drafted.get(name) ?? []), { id, valid: fact.valid ?? {} }]);
  const rivals = attributeRule(fact.attribute).values === 'one' && fact.negated !== true ? beside : [];
  const conflictsWith = rivals.filter(({ negated }) => !negated).map((other) => other.id);
  const target = { store: 'semantic', id, fact } as const;
  return {
    ...shared,
    kind: 'add',
    target: conflictsWith.length === 0 ? target : { ...target, conflictsWith },
  };
};

/** Every conclusion that rules draw with a fact. */
const conclusionsWith = (
  fact: Fact,
  rules: readonly DerivationRule[],
  state: ScopeState,
): readonly { readonly rule: DerivationRule; readonly conclusion: FactInput }[] =>
  rules.flatMap((rule) =>
    [...rule.when.keys()].flatMap((at) =>
      matchesWith(rule, at, fact, state).flatMap((match) => {
        const conclusion = conclusionOf(rule, match);
        return conclusion === undefined ? [] : [{ rule, conclusion }];
      }),
    ),
  );

/** Makes what carries out rules: over new facts, and over all of a scope at its first call, should an earlier one have died. */
export const createDeriveFacts = (rules: readonly DerivationRule[], journal: Journal): DeriveFacts => {
  const scopes = new WeakMap<ScopeState, Reached>();

  const roundOf = (key: ScopeKey, state: ScopeState, reached: Reached): readonly Operation[] => {
    const operations: Operation[] = [];
    const drafted: Drafts = new Map();
    const fresh = state.factTerms.addedAfter(reached.sequence);
    let last: number | undefined;
    for (const { id, sequence } of fresh) {
      // Facts of one entry stay together.
      if (operations.length >= MAX_OPERATIONS && sequence !== last) break;
      last = sequence;
      const fact = state.semantic.isBelieved(id) ? state.semantic.fact(id) : undefined;
      if (fact === undefined) continue;
      for (const { rule, conclusion } of conclusionsWith(fact, rules, state)) {
        const operation = operationOf(key, rule, conclusion, fact.agent, state, drafted);
        if (operation === undefined || reached.tried.has(operation.id)) continue;
        reached.tried.add(operation.id);
        operations.push(operation);
      }
    }
    reached.sequence = last ?? reached.sequence;
    return operations;
  };

  return async (key, state, { signal } = {}) => {
    if (rules.length === 0) return;
    const reached = scopes.get(state) ?? { sequence: 0, tried: new Set<OperationId>() };
    scopes.set(state, reached);
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const before = reached.sequence;
      const operations = roundOf(key, state, reached);
      if (operations.length > 0) {
        const entries = operations.map((operation) => ({ kind: 'operation', operation }) as const);
        await journal.append({ scope: key, entries }, { signal });
      }
      if (reached.sequence === before) return;
    }
  };
};
