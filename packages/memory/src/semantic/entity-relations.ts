import type { Fact } from '@retentive/core';
import { isOwnName, normaliseName, SAME_AS } from './fact-lookup.ts';

/** An edge between two entities: the fact that says so, and the name of what it leads to. */
export interface Relation {
  readonly fact: Fact;
  readonly to: string;
}

/** Names inside a value: "Dr. Falk in Porto". */
const NAME_RUNS = /\p{Lu}[\p{L}\p{M}\p{N}'’.-]*(?: \p{Lu}[\p{L}\p{M}\p{N}'’.-]*)*/gu;

/** Longer values are sentences, and what they name is in `entities`. */
const MOST_LETTERS = 80;

const leadsNowhere = (attribute: string): boolean =>
  isOwnName(attribute) || normaliseName(attribute) === SAME_AS;

/**
 * Where a fact of a subject leads: to what its value is or names, as far as that is known here by this name, or looks like
 * a name. What names the subject itself leads nowhere.
 */
export const relationsOf = (
  fact: Fact,
  { isNamed, own }: { readonly isNamed: (name: string) => boolean; readonly own: ReadonlySet<string> },
): readonly Relation[] => {
  const { attribute, value, negated, entities } = fact;
  if (attribute === undefined || value === undefined || negated || leadsNowhere(attribute)) return [];
  const runs = value.length > MOST_LETTERS ? [] : (value.match(NAME_RUNS) ?? []);
  const found = new Map<string, string>();
  for (const name of [value, ...runs, ...entities]) {
    const key = normaliseName(name);
    if (own.has(key) || found.has(key) || name.length > MOST_LETTERS) continue;
    // A value is a name only if something else is known of it; or else every colour would be an entity.
    if (isNamed(name) || /^\p{Lu}/u.test(name)) found.set(key, name);
  }
  // "Falk" beside "Dr. Falk" is a part of it, unless something is known of it.
  const keys = [...found.keys()];
  return [...found]
    .filter(([key, name]) => isNamed(name) || !keys.some((other) => other !== key && other.includes(key)))
    .map(([, to]) => ({ fact, to }));
};
