import {
  type Clock,
  canRead,
  type Fact,
  type FactInput,
  type Operation,
  type OperationId,
  parseFactInput,
  parseTime,
  RetentiveError,
  throwIfAborted,
} from '@retentive/core';
import type { FactChangeInput, FactsOptions } from '../fact-types.ts';
import type { ScopedMemory } from '../memory-types.ts';
import { namesOfEntity } from '../semantic/entity-names.ts';
import type { SemanticStore } from '../semantic/semantic-store.ts';
import { type AttributeRule, attributeRule } from '../writing/rules/vocabulary.ts';
import { assertChangeable, parseReason, requireBelieved } from './check-change.ts';
import { type CoreMemoryParts, undoBlockChange } from './core-memory.ts';
import { readerOf, selfNames } from './entity-reader.ts';
import { knownOf } from './known-facts.ts';
import type { TruthParts } from './memory-parts.ts';
import { type RetainMs, retainedFact } from './retain.ts';
import type { ScopeState } from './scope-state.ts';

/** What the facts of a scope work with. */
export interface FactMemoryParts extends CoreMemoryParts {
  readonly clock: Clock;
  readonly retain: RetainMs;
  readonly truth: TruthParts;
}

const parseChange = (change: FactChangeInput): FactChangeInput => {
  const kind: unknown = change?.kind;
  switch (kind) {
    case 'add':
      return { kind, fact: parseFactInput((change as { fact?: unknown }).fact) };
    case 'update':
    case 'supersede': {
      const { id, fact } = change as Extract<FactChangeInput, { kind: 'update' }>;
      return { kind, id, fact: parseFactInput(fact) };
    }
    case 'retract':
      return change;
    default:
      throw new RetentiveError(
        'FACT_INVALID',
        `a change is of kind add, update, supersede or retract, got ${String(kind)}`,
      );
  }
};

/** What takes a fact's place is about the same, unless it says otherwise. */
const inPlaceOf = ({ subject, attribute }: Fact, fact: FactInput): FactInput => ({
  ...fact,
  subject: fact.subject ?? subject,
  attribute: fact.attribute ?? attribute,
});

/** What an undo of an operation acts on. @throws OPTION_INVALID for notes, and for what was said or told anew since */
const undoneTarget = (
  { id }: Operation,
  target: Exclude<Operation['target'], { store: 'core' }>,
  { episodes }: ScopeState,
): Operation['target'] => {
  if (target.store === 'semantic') return { store: 'semantic', id: target.id };
  if (target.store === 'episodic') {
    throw new RetentiveError('OPTION_INVALID', `"${id}" is a note; notes are not undone`);
  }
  if (target.store === 'examples') return { store: 'examples', replaces: id };
  if (episodes.undoable(id) !== undefined) return { store: 'episode', id: target.id };
  throw new RetentiveError(
    'OPTION_INVALID',
    `"${id}" closed an episode, or a later summary stands; only the newest summary is undone`,
  );
};

/** Makes the part of a scoped memory that reads and changes facts. */
export const createFactMemory = (
  parts: FactMemoryParts,
): Pick<ScopedMemory, 'facts' | 'known' | 'changeFact' | 'undo'> => {
  const { key, load, journal, ids, clock, scope, retain, truth } = parts;

  const declared = (attribute: string): AttributeRule | undefined =>
    truth.stores.map((store) => store.ruleOf(attribute)).find((rule) => rule !== undefined);

  const append = async (operation: Operation, signal: AbortSignal | undefined): Promise<void> => {
    await journal.append({ scope: key, entries: [{ kind: 'operation', operation }] }, { signal });
  };

  const retained = (change: FactChangeInput): FactChangeInput =>
    change.kind === 'retract'
      ? change
      : { ...change, fact: retainedFact(change.fact, clock.now(), retain(key)) };

  const targetOf = (
    change: FactChangeInput,
    semantic: SemanticStore,
  ): Pick<Operation, 'agent' | 'target'> => {
    const existing = change.kind === 'add' ? undefined : requireBelieved(semantic, change.id, scope);
    // What takes a fact's place stands where it stood.
    const agent = existing === undefined ? scope.agent : existing.agent;
    const at = agent === undefined ? {} : { agent };
    if (existing !== undefined) assertChangeable(scope, existing.agent, `the fact "${existing.id}"`);
    if (change.kind === 'retract') return { ...at, target: { store: 'semantic', id: change.id } };
    for (const premise of change.fact.premises ?? []) {
      requireBelieved(semantic, premise, scope);
      if (existing !== undefined && semantic.restsOn(premise, existing.id)) {
        throw new RetentiveError(
          'FACT_INVALID',
          `what takes the place of "${existing.id}" cannot be derived from it: premise "${premise}" is a circle`,
          { details: { id: existing.id, premise } },
        );
      }
    }
    const fact = existing === undefined ? change.fact : inPlaceOf(existing, change.fact);
    const target = { store: 'semantic', id: ids.create('fact'), fact } as const;
    return { ...at, target: existing === undefined ? target : { ...target, replaces: existing.id } };
  };

  const times = ({ asOf, knownAt }: Pick<FactsOptions, 'asOf' | 'knownAt'>) => ({
    now: clock.now(),
    asOf: asOf === undefined ? undefined : parseTime('asOf', asOf, 'OPTION_INVALID'),
    knownAt: knownAt === undefined ? undefined : parseTime('knownAt', knownAt, 'OPTION_INVALID'),
  });

  const namesOf = (about: string, semantic: SemanticStore, at: ReturnType<typeof times>): readonly string[] =>
    namesOfEntity(about, readerOf(semantic, scope, at), selfNames(scope));

  const query = (options: FactsOptions, semantic: SemanticStore): Parameters<SemanticStore['facts']>[0] => {
    const { about, attribute, ended } = options;
    return {
      ...times(options),
      ended,
      ...(about === undefined ? {} : { about: namesOf(about, semantic, times(options)) }),
      ...(attribute === undefined ? {} : { attribute }),
    };
  };

  return {
    async facts(options = {}) {
      const { about, attribute, limit, signal } = options;
      if (limit !== undefined && (!Number.isInteger(limit) || limit < 0)) {
        throw new RetentiveError('OPTION_INVALID', `limit must be a whole number from 0, got ${limit}`);
      }
      for (const [name, value] of Object.entries({ about, attribute })) {
        if (value !== undefined && typeof value !== 'string') {
          throw new RetentiveError('OPTION_INVALID', `${name} is text, got ${typeof value}`);
        }
      }
      throwIfAborted(signal, 'facts');
      const { semantic } = await load();
      return semantic.facts({
        ...query(options, semantic),
        accepts: (agent) => canRead(scope, agent),
        limit,
      });
    },

    async known(options) {
      const { about, attribute, value, signal } = options ?? {};
      for (const [name, text] of Object.entries({ about, attribute, value: value ?? 'any' })) {
        if (typeof text !== 'string' || text.trim() === '') {
          throw new RetentiveError('OPTION_INVALID', `${name} is text that is not empty, got ${typeof text}`);
        }
      }
      throwIfAborted(signal, 'known');
      const { semantic } = await load();
      return knownOf(semantic, {
        about: namesOf(about, semantic, times(options)),
        attribute,
        value,
        query: times(options),
        canRead: ({ agent }) => canRead(scope, agent),
        hasOneValue: (name) => (declared(name) ?? attributeRule(name)).values === 'one',
      });
    },

    async changeFact(change, { because, signal } = {}) {
      const parsed = retained(parseChange(change));
      if (parsed.kind !== 'retract') for (const store of truth.stores) store.check(parsed.fact);
      const reason = parseReason(because, 'FACT_INVALID');
      throwIfAborted(signal, 'changeFact');
      const state = await load();
      return state.exclusively(async () => {
        const { semantic } = state;
        const placed = targetOf(parsed, semantic);
        const { target } = placed;
        const id = ids.create('operation');
        const sources = parsed.kind === 'retract' ? [] : (parsed.fact.sources ?? []);
        await append({ id, kind: parsed.kind, ...placed, because: reason, sources }, signal);
        await truth.derive(key, state, { signal });
        const fact = target.store === 'semantic' ? semantic.fact(target.id) : undefined;
        if (fact === undefined) throw new RetentiveError('INTERNAL', `operation "${id}" made no fact`);
        return { operation: id, fact };
      });
    },

    async undo(operation, { signal } = {}) {
      throwIfAborted(signal, 'undo');
      const state = await load();
      await state.exclusively(async () => {
        const { semantic } = state;
        const known = semantic.operation(operation);
        // Core memory is the user's, over all agents.
        const isFar = known !== undefined && known.target.store !== 'core' && !canRead(scope, known.agent);
        if (known === undefined || isFar) {
          throw new RetentiveError(
            'OPTION_INVALID',
            `operation "${operation}" is unknown, or undone already`,
          );
        }
        if (known.undoes !== undefined) {
          throw new RetentiveError(
            'OPTION_INVALID',
            `"${operation}" is an undo itself; make the change again`,
          );
        }
        const later: OperationId | undefined = semantic.laterThan(operation);
        if (later !== undefined) {
          throw new RetentiveError(
            'OPTION_INVALID',
            `a later operation, "${later}", changed the same fact; undo that one first`,
            { details: { operation, later } },
          );
        }
        const { target } = known;
        if (target.store === 'core') {
          await undoBlockChange(parts, state, known, signal);
          return;
        }
        const undone = undoneTarget(known, target, state);
        assertChangeable(scope, known.agent, `what "${operation}" changed`);
        const taken: Operation = {
          id: ids.create('operation'),
          kind: 'retract',
          ...(known.agent === undefined ? {} : { agent: known.agent }),
          target: undone,
          because: 'undone by the caller',
          sources: [],
          undoes: operation,
        };
        await append(taken, signal);
        await truth.derive(key, state, { signal });
      });
    },
  };
};
