import {
  type CallOptions,
  type Fact,
  type FactId,
  type Operation,
  type OperationId,
  parseTime,
  RetentiveError,
  throwIfAborted,
} from '@retentive/core';
import type { EntitiesOptions, Entity, ScopedMemory } from '../memory-types.ts';
import { namesOfEntity, type ReadFacts } from '../semantic/entity-names.ts';
import { relationsOf } from '../semantic/entity-relations.ts';
import { normaliseName, SAME_AS } from '../semantic/fact-lookup.ts';
import type { SemanticStore } from '../semantic/semantic-types.ts';
import { assertChangeable, parseReason } from './check-change.ts';
import { readerOf, selfNames } from './entity-reader.ts';
import type { FactMemoryParts } from './fact-memory.ts';

/** Entities that are listed where nobody is asked for. */
const DEFAULT_LIMIT = 100;

const parseName = (name: unknown, what: string): string => {
  if (typeof name === 'string' && name.trim() !== '' && name.length <= 512) return name.trim();
  throw new RetentiveError(
    'OPTION_INVALID',
    `${what} is a name of at most 512 characters, got ${typeof name}`,
  );
};

const parseLimit = ({ limit = DEFAULT_LIMIT }: EntitiesOptions): number => {
  if (Number.isInteger(limit) && limit >= 0) return limit;
  throw new RetentiveError('OPTION_INVALID', `limit must be a whole number from 0, got ${limit}`);
};

const isOf = (fact: Fact, names: ReadonlySet<string>): boolean =>
  fact.subject !== undefined && names.has(normaliseName(fact.subject));

/** Names of everybody and everything that facts are about, each once. */
const everyName = (facts: readonly Fact[]): readonly string[] => {
  const names = new Map<string, string>();
  for (const { subject, entities } of facts) {
    for (const name of [...(subject === undefined ? [] : [subject]), ...entities]) {
      if (!names.has(normaliseName(name))) names.set(normaliseName(name), name);
    }
  }
  return [...names.values()];
};

/** Whether a fact says of two names that they are one. */
const joins = ({ subject = '', value = '' }: Fact, one: string, other: string): boolean => {
  const said = [subject, value].map(normaliseName).sort();
  const asked = [one, other].map(normaliseName).sort();
  return said[0] === asked[0] && said[1] === asked[1];
};

/** Makes the part of a scoped memory that knows who is who. */
export const createEntityMemory = (
  parts: FactMemoryParts & { readonly changeFact: ScopedMemory['changeFact'] },
): Pick<ScopedMemory, 'entities' | 'mergeEntities' | 'splitEntities'> => {
  const { scope, key, load, clock, ids, journal, truth, changeFact } = parts;
  const self = selfNames(scope);

  const timesOf = ({ asOf, knownAt }: EntitiesOptions) => ({
    now: clock.now(),
    asOf: asOf === undefined ? undefined : parseTime('asOf', asOf, 'OPTION_INVALID'),
    knownAt: knownAt === undefined ? undefined : parseTime('knownAt', knownAt, 'OPTION_INVALID'),
  });

  const entityOf = (name: string, read: ReadFacts, semantic: SemanticStore): Entity => {
    const names = namesOfEntity(name, read, self);
    const own = new Set(names.map(normaliseName));
    const about = read({ about: names });
    const spellings = new Map<string, string>();
    const counts = new Map<string, number>();
    for (const { subject = '', entities } of about) {
      for (const spelling of [subject, ...entities]) spellings.set(normaliseName(spelling), spelling);
      counts.set(normaliseName(subject), (counts.get(normaliseName(subject)) ?? 0) + 1);
    }
    const countOf = (each: string): number => counts.get(normaliseName(each)) ?? 0;
    // Called as most facts call it; among those that say nothing, as it was asked for.
    const [called = name, ...aliases] = names
      .toSorted((a, b) => countOf(b) - countOf(a))
      .map((each) => spellings.get(normaliseName(each)) ?? each);
    return {
      name: called,
      aliases,
      facts: about.length,
      relations: about
        .filter((fact) => isOf(fact, own))
        .flatMap((fact) => relationsOf(fact, { isNamed: semantic.isNamed, own }))
        .map(({ fact, to }) => ({ attribute: fact.attribute ?? '', to, fact: fact.id })),
    };
  };

  const links = (semantic: SemanticStore, one: string, other: string): readonly Fact[] =>
    readerOf(semantic, scope, { now: clock.now() })({ about: [one, other], attribute: SAME_AS }).filter(
      (fact) => !fact.negated && joins(fact, one, other),
    );

  return {
    async entities(options: EntitiesOptions = {}) {
      const { about, signal } = options;
      const limit = parseLimit(options);
      const wanted = about === undefined ? undefined : parseName(about, 'about');
      const times = timesOf(options);
      throwIfAborted(signal, 'entities');
      const { semantic } = await load();
      const read = readerOf(semantic, scope, times);
      if (wanted !== undefined) {
        const found = entityOf(wanted, read, semantic);
        return found.facts === 0 || limit === 0 ? [] : [found];
      }
      const seen = new Set<string>();
      const entities: Entity[] = [];
      for (const name of everyName(read({}))) {
        if (entities.length === limit) break;
        if (seen.has(normaliseName(name))) continue;
        const found = entityOf(name, read, semantic);
        for (const each of [found.name, ...found.aliases]) seen.add(normaliseName(each));
        entities.push(found);
      }
      return entities;
    },

    async mergeEntities(one, other, { because, signal } = {}) {
      const [a, b] = [parseName(one, 'an entity'), parseName(other, 'an entity')];
      const { semantic } = await load();
      const names = namesOfEntity(a, readerOf(semantic, scope, { now: clock.now() }), self);
      if (names.some((name) => normaliseName(name) === normaliseName(b))) {
        throw new RetentiveError('OPTION_INVALID', `"${a}" and "${b}" are one entity already`);
      }
      const fact = { text: `${a} is the same as ${b}.`, subject: a, attribute: SAME_AS, value: b };
      return await changeFact({ kind: 'add', fact: { ...fact, entities: [a, b] } }, { because, signal });
    },

    async splitEntities(one, other, { because, signal }: CallOptions & { readonly because?: string } = {}) {
      const [a, b] = [parseName(one, 'an entity'), parseName(other, 'an entity')];
      const reason = parseReason(because, 'FACT_INVALID');
      throwIfAborted(signal, 'splitEntities');
      const state = await load();
      return await state.exclusively(async () => {
        const found = links(state.semantic, a, b);
        if (found.length === 0) {
          throw new RetentiveError(
            'OPTION_INVALID',
            `no fact says that "${a}" is the same as "${b}"; names that follow from other facts are split by changing these`,
          );
        }
        for (const fact of found) assertChangeable(scope, fact.agent, `the fact "${fact.id}"`);
        const operations = found.map(
          ({ id, agent }): Operation => ({
            id: ids.create('operation'),
            kind: 'retract',
            ...(agent === undefined ? {} : { agent }),
            target: { store: 'semantic', id },
            because: reason,
            sources: [],
          }),
        );
        const entries = operations.map((operation) => ({ kind: 'operation', operation }) as const);
        await journal.append({ scope: key, entries }, { signal });
        await truth.derive(key, state, { signal });
        return {
          operations: operations.map(({ id }): OperationId => id),
          facts: found.map(({ id }): FactId => id),
        };
      });
    },
  };
};
