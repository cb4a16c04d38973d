import { type Fact, type FactInput, type Interval, throwIfAborted } from '@retentive/core';
import { contains } from '../semantic/fact-record.ts';
import type { Decider, Decision, KnownFacts } from './decider.ts';
import { isCorrection, wrongWords } from './rules/corrections.ts';
import { attributeRule } from './rules/vocabulary.ts';
import { isWithdrawal, saysNever } from './rules/withdrawals.ts';

/** From this cosine on two statements say the same. */
const SAME_TEXT = 0.92;

/** How many near statements are looked at. */
const NEIGHBOURS = 8;

/** To like something ends the dislike of it. */
const OPPOSITES: Readonly<Record<string, string>> = { likes: 'dislikes', dislikes: 'likes' };

const normalise = (text: string | undefined): string =>
  (text ?? '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^(?:an?|the|my|their) /u, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const hasValue = (fact: Fact, value: string | undefined): boolean =>
  normalise(fact.value) === normalise(value);

const beginning = ({ from }: Interval = {}): number => from ?? Number.NEGATIVE_INFINITY;
const ending = ({ until }: Interval = {}): number => until ?? Number.POSITIVE_INFINITY;

const overlap = (a: Interval | undefined, b: Interval | undefined): boolean =>
  beginning(a) < ending(b) && beginning(b) < ending(a);

/** It has no end, or ends after `other` begins: whichever comes next takes its place. */
const isOpenAt = (fact: Fact, other: FactInput): boolean =>
  fact.valid.until === undefined ||
  (other.valid?.from !== undefined && contains(fact.valid, other.valid.from));

const quoteOf = (fact: FactInput): string => fact.sources?.[0]?.quote ?? '';

/** "since 2019", "for three years": it began in the past, but is said of the present. */
const speaksOfNow = (quote: string): boolean =>
  /\b(?:since|for (?:\w+ )?\w+ (?:year|month|week|day)s?)\b/iu.test(quote);

/** The fact that the words of `proposed` put right: one from the message that they correct. */
const correctedBy = (proposed: FactInput, same: readonly Fact[]): Fact | undefined => {
  const [, ...earlier] = proposed.sources ?? [];
  const messages = new Set(earlier.map(({ source }) => source));
  const named = same.findLast(({ sources }) => sources.some(({ source }) => messages.has(source)));
  const wrong = wrongWords(quoteOf(proposed));
  const called =
    wrong === undefined ? undefined : same.findLast((fact) => !fact.negated && hasValue(fact, wrong));
  if (called !== undefined) return called;
  if (named !== undefined || attributeRule(proposed.attribute).values === 'many') return named;
  return same.findLast((fact) => fact.valid.until === undefined);
};

const add = (because: string, fact?: FactInput): Decision => ({
  kind: 'add',
  because,
  ...(fact === undefined ? {} : { fact }),
});

/** Where one value holds at a time: the new one takes the place of the old, unless it is older itself. */
const decideOne = (proposed: FactInput, same: readonly Fact[]): Decision => {
  const current = same.findLast((fact) => isOpenAt(fact, proposed));
  if (current === undefined) return add('nothing of this kind is known to hold');
  const { from } = current.valid;
  const begins = proposed.valid?.from;
  const isOver = ending(proposed.valid) <= beginning(current.valid);
  if (isOver || (proposed.valid?.until !== undefined && !hasValue(current, proposed.value))) {
    return add('it tells of an earlier time');
  }
  if (from !== undefined && begins !== undefined && begins < from && !speaksOfNow(quoteOf(proposed))) {
    const valid = { ...proposed.valid, until: from };
    return add('it began earlier than what is known since', { ...proposed, valid });
  }
  return { kind: 'supersede', existing: current.id, because: 'it takes the place of the value before it' };
};

const decideNegated = (proposed: FactInput, same: readonly Fact[]): Decision => {
  const ended = same.findLast(
    (fact) =>
      !fact.negated &&
      isOpenAt(fact, proposed) &&
      (proposed.value === undefined || hasValue(fact, proposed.value)),
  );
  return ended === undefined
    ? add('it says that something is not so, and nothing else was known')
    : { kind: 'supersede', existing: ended.id, because: 'it is said not to be so any more' };
};

const samePlace = (fact: Fact, proposed: FactInput): boolean =>
  normalise(fact.subject) === normalise(proposed.subject) &&
  normalise(fact.attribute) === normalise(proposed.attribute) &&
  fact.negated === (proposed.negated ?? false) &&
  (proposed.value === undefined || fact.value === undefined || hasValue(fact, proposed.value)) &&
  overlap(fact.valid, proposed.valid);

/** What was never so is taken out of belief, as if it had not been said. */
const decideWithdrawal = (proposed: FactInput, same: readonly Fact[]): Decision | undefined => {
  const quote = quoteOf(proposed);
  const isTakenBack = isWithdrawal(quote);
  const negated = proposed.negated ?? false;
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
  normalise(a) !== '' && (normalise(a).startsWith(normalise(b)) || normalise(b).startsWith(normalise(a)));

const decideBySlot = (proposed: FactInput, known: KnownFacts): Decision | undefined => {
  const { subject, attribute } = proposed;
  if (subject === undefined || attribute === undefined) return undefined;
  const negated = proposed.negated ?? false;
  const quote = quoteOf(proposed);
  const { span } = attributeRule(attribute);
  // What happened, and what is planned, stands for itself: there is nothing to compare it with but its words.
  const standsAlone = (span === 'event' || span === 'plan') && !negated;
  if (standsAlone && !isWithdrawal(quote) && !isCorrection(quote)) return decideMoved(proposed, known);
  const same = known.same(subject, attribute);
  const withdrawn = decideWithdrawal(proposed, same);
  if (withdrawn !== undefined) return withdrawn;
  const corrected = isCorrection(quote) ? correctedBy(proposed, same) : undefined;
  if (corrected !== undefined && !(hasValue(corrected, proposed.value) && samePlace(corrected, proposed))) {
    return { kind: 'update', existing: corrected.id, because: 'the speaker put it right' };
  }
  if (standsAlone) return undefined;
  const equal = same.findLast((fact) => samePlace(fact, proposed) && hasValue(fact, proposed.value));
  if (equal !== undefined) {
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
  }
  if (negated) return decideNegated(proposed, same);
  const denied = same.findLast(
    (fact) => fact.negated && hasValue(fact, proposed.value) && isOpenAt(fact, proposed),
  );
  const opposite = known
    .same(subject, OPPOSITES[attribute] ?? '')
    .findLast((fact) => hasValue(fact, proposed.value) && isOpenAt(fact, proposed));
  const contrary = denied ?? opposite;
  if (contrary !== undefined) {
    return { kind: 'supersede', existing: contrary.id, because: 'it is the contrary of what was known' };
  }
  return attributeRule(attribute).values === 'one' ? decideOne(proposed, same) : undefined;
};

/**
 * Makes the offline decider. Of attributes with one value the newer one supersedes, unless it tells of an earlier time;
 * a correction updates; "no longer" supersedes by the negation; "I made that up" retracts; what is known is skipped, as
 * another source for it; everything else is added. Deterministic.
 */
export const createRuleDecider = (): Decider => ({
  id: 'rules-1',
  async decide(proposed, known, { signal } = {}) {
    throwIfAborted(signal, 'the decision');
    const decision = decideBySlot(proposed, known);
    if (decision !== undefined) return decision;
    for (const { fact, score } of await known.nearest(proposed.text, NEIGHBOURS)) {
      if (score >= SAME_TEXT && samePlace(fact, proposed)) {
        return { kind: 'skip', existing: fact.id, because: 'it is known already, in nearly the same words' };
      }
    }
    return add('it was not known');
  },
});
