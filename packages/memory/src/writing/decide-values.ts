import type { Fact, FactInput, Interval } from '@retentive/core';
import { contains } from '../semantic/fact-record.ts';
import { sameValue } from '../semantic/same-value.ts';
import type { Decision } from './decider.ts';
import type { AttributeRule } from './rules/vocabulary.ts';

/** Whether a fact has this value, however it is written. */
export const hasValue = (fact: Fact, value: string | undefined): boolean => sameValue(fact.value, value);

const beginning = ({ from }: Interval = {}): number => from ?? Number.NEGATIVE_INFINITY;
const ending = ({ until }: Interval = {}): number => until ?? Number.POSITIVE_INFINITY;

/** True when both hold at some moment; an interval that is not given is open. */
export const overlap = (a: Interval | undefined, b: Interval | undefined): boolean =>
  beginning(a) < ending(b) && beginning(b) < ending(a);

/** It has no end, or ends after `other` begins: whichever comes next takes its place. */
export const isOpenAt = (fact: Fact, other: FactInput): boolean =>
  fact.valid.until === undefined ||
  (other.valid?.from !== undefined && contains(fact.valid, other.valid.from));

/** The words of a proposed fact. */
export const quoteOf = (fact: FactInput): string => fact.sources?.[0]?.quote ?? '';

/** "since 2019", "for three years": it began in the past, but is said of the present. */
const speaksOfNow = (quote: string): boolean =>
  /\b(?:since|for (?:\w+ )?\w+ (?:year|month|week|day)s?)\b/iu.test(quote);

/**
 * An attribute that nobody declared may have many values, since two values side by side lose nothing and one that wrongly
 * took the place of another does. Where a value of it was replaced before and none stands beside another, it has one.
 */
export const hasHadOneValue = (same: readonly Fact[]): boolean => {
  const said = same.filter(({ negated }) => !negated);
  const open = said.filter(({ valid }) => valid.until === undefined);
  return (
    open.length <= 1 &&
    said.some(({ status, replacedBy }) => status === 'superseded' && replacedBy !== undefined)
  );
};

/** A decision to add. */
export const add = (because: string, fact?: FactInput): Decision => ({
  kind: 'add',
  because,
  ...(fact === undefined ? {} : { fact }),
});

/** One said of the present holds up to now whatever began in between; one that is dated ends where the next began. */
export const isEarlier = (proposed: FactInput, than: Fact): boolean => {
  const from = proposed.valid?.from;
  return from !== undefined && from < beginning(than.valid) && !speaksOfNow(quoteOf(proposed));
};

/** A proposed fact that ends where an interval begins. */
export const ended = (proposed: FactInput, at: Interval): FactInput => {
  const until = Math.min(ending(proposed.valid), beginning(at));
  return { ...proposed, valid: { ...proposed.valid, until } };
};

const wordsOf = (value: string | undefined): readonly string[] =>
  (value ?? '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** True when a value says all that the other says, and more: "12 June 1990" beside "12 June". */
const saysMore = (one: string | undefined, other: string | undefined): boolean => {
  const words = new Set(wordsOf(one));
  const others = wordsOf(other);
  return others.length > 0 && others.length < words.size && others.every((word) => words.has(word));
};

/** What holds always cannot have changed: either one value says more than the other, or one of them is wrong. */
const decideLasting = (proposed: FactInput, others: readonly Fact[]): Decision => {
  const vaguer = others.find(({ value }) => saysMore(proposed.value, value));
  if (vaguer !== undefined)
    return { kind: 'update', existing: vaguer.id, because: 'it was said more exactly' };
  const exacter = others.find(({ value }) => saysMore(value, proposed.value));
  if (exacter !== undefined) {
    return { kind: 'skip', existing: exacter.id, because: 'it is known already, more exactly' };
  }
  return contradict(proposed, others);
};

const contradict = (proposed: FactInput, others: readonly Fact[]): Decision => ({
  ...add('it contradicts what is known, and nothing tells which is wrong', proposed),
  conflictsWith: others.map(({ id }) => id),
});

/** In one message, or both without any: nothing says which was meant to count. */
const areToldTogether = ({ sources: known }: Fact, { sources: proposed = [] }: FactInput): boolean =>
  known.length === 0 && proposed.length === 0
    ? true
    : known.some(({ source }) => proposed.some((other) => other.source === source));

/**
 * Where one value holds at a time: each ends where the next begins, in whatever order they are told. Of two that begin at the
 * same moment the one that was told later counts, and two that were told together contradict each other.
 */
export const decideOne = (
  proposed: FactInput,
  same: readonly Fact[],
  span: AttributeRule['span'],
): Decision => {
  const isOther = (fact: Fact): boolean => !fact.negated && !hasValue(fact, proposed.value);
  // Times are compared first: of many values that were, one holds now.
  const atTheTime = same.filter((fact) => overlap(fact.valid, proposed.valid));
  const denials = atTheTime.filter((fact) => fact.negated && fact.value === undefined);
  const rivals = [...atTheTime.filter(isOther), ...denials];
  if (rivals.length === 0) {
    return add(same.some(isOther) ? 'it tells of another time' : 'nothing of this kind is known to hold');
  }
  if (span === 'lasting' && denials.length === 0) return decideLasting(proposed, rivals);
  const { from: begins, until } = proposed.valid ?? {};
  if (begins === undefined && until !== undefined) return add('it tells of an earlier time');
  const later = rivals.filter((fact) => isEarlier(proposed, fact));
  const next = later.toSorted((a, b) => beginning(a.valid) - beginning(b.valid))[0];
  const placed = next === undefined ? proposed : ended(proposed, next.valid);
  const before = rivals.filter((fact) => !later.includes(fact));
  const atOnce = before.filter(
    (fact) => begins !== undefined && fact.valid.from === begins && areToldTogether(fact, proposed),
  );
  if (atOnce.length > 0) return contradict(placed, atOnce);
  const last = before.toSorted((a, b) => beginning(a.valid) - beginning(b.valid)).at(-1);
  if (last === undefined) return add('it began earlier than what is known since', placed);
  if (until !== undefined) return add('it tells of a time that is over', placed);
  return {
    kind: 'supersede',
    existing: last.id,
    because: 'it takes the place of the value before it',
    fact: placed,
  };
};

/** What is said not to be so ends what was, unless that began later. */
export const decideNegated = (proposed: FactInput, same: readonly Fact[]): Decision => {
  const said = same.findLast(
    (fact) =>
      !fact.negated &&
      isOpenAt(fact, proposed) &&
      (proposed.value === undefined || hasValue(fact, proposed.value)),
  );
  if (said === undefined) return add('it says that something is not so, and nothing else was known');
  if (isEarlier(proposed, said)) return add('it has become so since', ended(proposed, said.valid));
  return { kind: 'supersede', existing: said.id, because: 'it is said not to be so any more' };
};
