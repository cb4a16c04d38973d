import type { Fact } from '@retentive/core';
import { relationOf } from '../writing/rules/kin.ts';
import { isOwnName, kinOf, normaliseName, SAME_AS } from './fact-lookup.ts';
import type { FactQuery } from './semantic-types.ts';

/** Reads facts by who they are about or what they call by a name; whose, and of which time, is settled by who made it. */
export type ReadFacts = (
  query: Pick<FactQuery, 'about' | 'attribute' | 'calling' | 'limit'>,
) => readonly Fact[];

/** More names than this are no names of one entity, but a mistake that spreads. */
const MOST_NAMES = 32;

/** Facts that are read of one name and attribute: of so many, no name is the only one. */
const MOST_FACTS = 64;

/** Relations of a relation: "my sister's husband's boss". */
const MOST_RELATIONS = 3;

const believedSo = ({ negated }: Fact): boolean => !negated;

/** Other names that facts directly give the entity of a name. */
const statedNames = (name: string, read: ReadFacts): readonly string[] => {
  const wanted = normaliseName(name);
  const isIt = (other: string | undefined): boolean => other !== undefined && normaliseName(other) === wanted;
  const same = [
    ...read({ about: [name], attribute: SAME_AS, limit: MOST_FACTS }),
    ...read({ calling: name, limit: MOST_FACTS }),
  ]
    .filter((fact) => believedSo(fact) && normaliseName(fact.attribute ?? '') === SAME_AS)
    .flatMap(({ subject = '', value = '' }) => (isIt(subject) ? [value] : isIt(value) ? [subject] : []));
  const own = ['name', 'nickname']
    .flatMap((attribute) => read({ about: [name], attribute, limit: MOST_FACTS }))
    .filter((fact) => believedSo(fact) && isIt(fact.subject))
    .flatMap(({ value = '' }) => value);
  return [...same, ...own];
};

/** Whoever is called by a name: subjects that have it for their own, and relations that have it as their only one. */
const calledBy = (name: string, read: ReadFacts): readonly string[] => {
  const claims = read({ calling: name, limit: MOST_FACTS }).filter(believedSo);
  const bearers = claims
    .filter(({ attribute = '' }) => isOwnName(attribute))
    .flatMap(({ subject }) => subject ?? []);
  const relations = claims.flatMap(({ subject, attribute = '' }) => {
    const relation = kinOf(attribute);
    if (subject === undefined || relation === undefined) return [];
    const all = read({ about: [subject], attribute, limit: MOST_FACTS }).filter(
      (fact) => believedSo(fact) && normaliseName(fact.subject ?? '') === normaliseName(subject),
    );
    const names = new Set(all.map(({ value = '' }) => normaliseName(value)));
    return names.size === 1 ? [`${subject}'s ${relation}`] : [];
  });
  const distinct = new Set([...bearers, ...relations].map(normaliseName));
  // Two who are called Ana are not one, unless all that is known of them is that somebody's relative is called so.
  return distinct.size > 1 && bearers.length > 0 ? [] : [...bearers, ...relations];
};

/** "Ana's sister", as whose and which; undefined for other names. */
const readRelation = (name: string): { readonly owner: string; readonly relation: string } | undefined => {
  const match = /^(.+?)['’]s? ((?:(?!['’]s? ).)+)$/u.exec(name.trim());
  const [, owner = '', word = ''] = match ?? [];
  const relation = relationOf(word);
  return owner === '' || relation === undefined ? undefined : { owner, relation };
};

/** The name of the only one who is somebody's sister. */
const nameOfRelation = (
  name: string,
  read: ReadFacts,
  namesOf: (name: string) => readonly string[],
): readonly string[] => {
  const found = readRelation(name);
  if (found === undefined) return [];
  const owners = namesOf(found.owner);
  const subjects = new Set(owners.map(normaliseName));
  const values = read({ about: owners, attribute: `family:${found.relation}`, limit: MOST_FACTS })
    .filter((fact) => believedSo(fact) && subjects.has(normaliseName(fact.subject ?? '')))
    .flatMap(({ value }) => value ?? []);
  const [only] = values;
  const others = owners.map((owner) => `${owner}'s ${found.relation}`);
  return only !== undefined && new Set(values.map(normaliseName)).size === 1 ? [only, ...others] : others;
};

/**
 * Every name of the entity that a name means, the name itself first: those that it is the same as, its own name and
 * nicknames, and the relations that have nobody else. Worked out from facts each time, so that what takes a fact back,
 * forgets it or asks for another time takes the name along. `self` are names of the one whose memory it is.
 */
export const namesOfEntity = (
  name: string,
  read: ReadFacts,
  self: readonly string[] = [],
  depth = MOST_RELATIONS,
): readonly string[] => {
  const found = new Map<string, string>();
  const wait: string[] = [];
  const add = (other: string): void => {
    const key = normaliseName(other);
    if (key === '' || found.has(key) || found.size === MOST_NAMES) return;
    found.set(key, other);
    wait.push(other);
  };
  const isSelf = (other: string): boolean => self.some((own) => normaliseName(own) === normaliseName(other));
  const ownersOf = (owner: string): readonly string[] =>
    depth === 0 ? [owner] : namesOfEntity(owner, read, self, depth - 1);
  add(name.replace(/^my (?=\p{L})/iu, `${self[0] ?? 'user'}'s `));
  for (let next = wait.shift(); next !== undefined; next = wait.shift()) {
    if (isSelf(next)) for (const own of self) add(own);
    for (const other of statedNames(next, read)) add(other);
    for (const other of calledBy(next, read)) add(other);
    for (const other of nameOfRelation(next, read, ownersOf)) add(other);
  }
  return [...found.values()];
};
