import { type Fact, type FactInput, throwIfAborted } from '@retentive/core';
import { ownValue } from '../own-value.ts';
import { attributesCalled } from '../semantic/attribute-names.ts';
import { normaliseValue, sameValue } from '../semantic/same-value.ts';
import {
  add,
  decideNegated,
  decideOne,
  ended,
  hasHadOneValue,
  hasValue,
  isEarlier,
  isOpenAt,
  overlap,
  quoteOf,
} from './decide-values.ts';
import type { Decider, Decision, KnownFacts } from './decider.ts';
import { isCorrection, wrongWords } from './rules/corrections.ts';
import { soundsWithdrawn, turnOf } from './rules/slot-cues.ts';
import { type AttributeRule, attributeRule, isNamedAttribute } from './rules/vocabulary.ts';
import { isWithdrawal, saysNever } from './rules/withdrawals.ts';

/** From this cosine on two statements say the same. */
const SAME_TEXT = 0.92;

/** How many near statements are looked at. */
const NEIGHBOURS = 8;

/** To like something ends the dislike of it. */
const OPPOSITES: Readonly<Record<string, string>> = { likes: 'dislikes', dislikes: 'likes' };

/** What a store of the caller's declares of an attribute, if any does. */
export type DeclaredAttributes = (attribute: string) => AttributeRule | undefined;

/** The fact that the words of `proposed` put right: one from the message that they correct. */
const correctedBy = (
  proposed: FactInput,
  same: readonly Fact[],
  { values }: AttributeRule,
): Fact | undefined => {
  const [, ...earlier] = proposed.sources ?? [];
  const messages = new Set(earlier.map(({ source }) => source));
  const named = same.findLast(({ sources }) => sources.some(({ source }) => messages.has(source)));
  const wrong = wrongWords(quoteOf(proposed));
  const called =
    wrong === undefined ? undefined : same.findLast((fact) => !fact.negated && hasValue(fact, wrong));
  if (called !== undefined) return called;
  const standing = same.filter((fact) => !fact.negated && fact.valid.until === undefined);
  // Of things of which there may be many only the single one that is known can be meant.
  if (/\bname is actually\b/iu.test(quoteOf(proposed)) && standing.length === 1) return standing[0];
  if (named !== undefined || values === 'many') return named;
  return same.findLast((fact) => fact.valid.until === undefined);
};

/** It rests on an earlier message too: one that it puts right. */
const isSourced = ({ sources = [] }: FactInput): boolean => sources.length > 1;

const putsRight = (proposed: FactInput, quote: string): boolean =>
  isCorrection(quote)
    ? true
    : proposed.negated !== true && isSourced(proposed) && turnOf(quote, true) === 'corrected';

/** Two statements that differ in a number alone say two things. */
const numbersOf = (text: string): string => (text.match(/\p{N}+/gu) ?? []).join(' ');

const samePlace = (fact: Fact, proposed: FactInput): boolean =>
  sameValue(fact.subject, proposed.subject) &&
  sameValue(fact.attribute, proposed.attribute) &&
  fact.negated === (proposed.negated ?? false) &&
  (proposed.value === undefined || fact.value === undefined || hasValue(fact, proposed.value)) &&
  overlap(fact.valid, proposed.valid);

/** What is known already, or is said to have ended; by what has the same value. */
const decideAgain = (proposed: FactInput, equals: readonly Fact[]): Decision | undefined => {
  const equal = equals.findLast((fact) => samePlace(fact, proposed));
  if (equal === undefined) return undefined;
  const until = proposed.valid?.until;
  if (until === undefined || equal.valid.until !== undefined) {
    return { kind: 'skip', existing: equal.id, because: 'it is known already' };
  }
  const valid = { ...equal.valid, until };
  return {
    kind: 'update',
    existing: equal.id,
    because: 'it is said to have ended',
    fact: { ...proposed, valid },
  };
};

/** What was said not to be so, or liked where it was disliked; by what has the same value. */
const decideContrary = (
  proposed: FactInput,
  equals: readonly Fact[],
  opposites: readonly Fact[],
): Decision | undefined => {
  const contrary =
    equals.findLast((fact) => fact.negated && isOpenAt(fact, proposed)) ??
    opposites.findLast((fact) => !fact.negated && isOpenAt(fact, proposed));
  if (contrary === undefined) return undefined;
  if (isEarlier(proposed, contrary)) {
    return add('it was so until it was said not to be', ended(proposed, contrary.valid));
  }
  return { kind: 'supersede', existing: contrary.id, because: 'it is the contrary of what was known' };
};

/** What was never so is taken out of belief, as if it had not been said. */
const decideWithdrawal = (proposed: FactInput, same: readonly Fact[]): Decision | undefined => {
  const quote = quoteOf(proposed);
  const negated = proposed.negated ?? false;
  const isTakenBack = isWithdrawal(quote) || (negated && soundsWithdrawn(quote));
  if (!isTakenBack && !(negated && saysNever(quote))) return undefined;
  const taken = same.findLast(
    (fact) => fact.negated !== negated && (proposed.value === undefined || hasValue(fact, proposed.value)),
  );
  if (taken !== undefined) return { kind: 'retract', existing: taken.id, because: 'it was taken back' };
  return isTakenBack ? { kind: 'skip', because: 'it takes back what was not known' } : undefined;
};

/** A plan that has another time now takes the place of the same plan at its old one. */
const decideMoved = (proposed: FactInput, known: KnownFacts): Decision | undefined => {
  const { subject = '', attribute = '' } = proposed;
  if (!/\b(?:moved|rescheduled|postponed|pushed|brought forward|is now|are now)\b/iu.test(quoteOf(proposed)))
    return undefined;
  const old = known
    .same(subject, attribute)
    .findLast((fact) => !fact.negated && sameThing(fact.value, proposed.value));
  return old === undefined
    ? undefined
    : { kind: 'update', existing: old.id, because: 'it has another time now' };
};

/** "a dentist appointment with Dr. Lund" is the dentist appointment. */
const sameThing = (a: string | undefined, b: string | undefined): boolean =>
  normaliseValue(a) !== '' &&
  (normaliseValue(a).startsWith(normaliseValue(b)) || normaliseValue(b).startsWith(normaliseValue(a)));

const decideBySlot = (
  proposed: FactInput,
  known: KnownFacts,
  declared: DeclaredAttributes,
): Decision | undefined => {
  const { subject, attribute } = proposed;
  if (subject === undefined || attribute === undefined) return undefined;
  const negated = proposed.negated ?? false;
  const quote = quoteOf(proposed);
  const named = attributesCalled(attribute).find(
    (called) => called.mentions === undefined && isNamedAttribute(called.attribute),
  )?.attribute;
  const rule = declared(attribute) ?? attributeRule(named ?? attribute);
  const isSettled = named !== undefined || declared(attribute) !== undefined;
  const { span } = rule;
  // What happened, and what is planned, stands for itself: there is nothing to compare it with but its words.
  const standsAlone = (span === 'event' || span === 'plan') && !negated;
  if (standsAlone && !isWithdrawal(quote) && !isCorrection(quote)) return decideMoved(proposed, known);
  const same = known.same(subject, attribute);
  const withdrawn = decideWithdrawal(proposed, same);
  if (withdrawn !== undefined) return withdrawn;
  const corrected = putsRight(proposed, quote) ? correctedBy(proposed, same, rule) : undefined;
  if (corrected !== undefined && !(hasValue(corrected, proposed.value) && samePlace(corrected, proposed))) {
    return { kind: 'update', existing: corrected.id, because: 'the speaker put it right' };
  }
  if (standsAlone) return undefined;
  const equals = known.valued(subject, attribute, proposed.value);
  const again = decideAgain(proposed, equals);
  if (again !== undefined) return again;
  if (negated) return decideNegated(proposed, same);
  const opposites = known.valued(subject, ownValue(OPPOSITES, attribute) ?? '', proposed.value);
  const turned = decideContrary(proposed, equals, opposites);
  if (turned !== undefined) return turned;
  return rule.values === 'one' || (!isSettled && hasHadOneValue(same))
    ? decideOne(proposed, same, span)
    : undefined;
};

/**
 * Makes the offline decider. Of attributes with one value the newer one supersedes, unless it tells of an earlier time;
 * a correction updates; "no longer" supersedes by the negation; "I made that up" retracts; what is known is skipped, as
 * another source for it; what contradicts it and cannot be decided stands beside it; everything else is added.
 * Deterministic, and for statements with times of their own the same in whatever order they come.
 */
export const createRuleDecider = (declared: DeclaredAttributes = () => undefined): Decider => ({
  id: 'rules-2',
  async decide(proposed, known, { signal } = {}) {
    throwIfAborted(signal, 'the decision');
    const decision = decideBySlot(proposed, known, declared);
    if (decision !== undefined) return decision;
    for (const { fact, score } of await known.nearest(proposed.text, NEIGHBOURS)) {
      if (
        score >= SAME_TEXT &&
        samePlace(fact, proposed) &&
        numbersOf(fact.text) === numbersOf(proposed.text)
      ) {
        return { kind: 'skip', existing: fact.id, because: 'it is known already, in nearly the same words' };
      }
    }
    return add('it was not known');
  },
});
