import type { Interval } from '@retentive/core';
import type { Clause } from './clauses.ts';
import { createHoldings } from './holdings.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import type { KnownFacts } from './people.ts';
import { readPredicate } from './predicate.ts';
import { type Draft, type Match, phraseOf, pointsBack, type Rule } from './rule.ts';
import { CHANGE_RULES, ENDING_RULES } from './rules-of-change.ts';
import { DOING_RULES } from './rules-of-doing.ts';
import { FAMILY_RULES } from './rules-of-family.ts';
import { HAVING_RULES } from './rules-of-having.ts';
import { NAMING_RULES } from './rules-of-naming.ts';
import { PEOPLE_RULES } from './rules-of-people.ts';
import { PLACE_RULES } from './rules-of-place.ts';
import { PLAY_RULES } from './rules-of-play.ts';
import { STUDY_RULES } from './rules-of-study.ts';
import { TASTE_RULES } from './rules-of-taste.ts';
import { WORK_RULES } from './rules-of-work.ts';
import { joinTokens, type Person, type Token } from './tokens.ts';
import { attributeRule } from './vocabulary.ts';

/** A draft with the interval in which it holds. */
export interface Reading extends Draft {
  readonly person: Person;
  readonly valid: Interval;
  readonly negated: boolean;
}

/** Reads clauses by the rules. */
export type ClauseReader = (clause: Clause, moment: number, known?: KnownFacts) => readonly Reading[];

interface CompiledRule {
  readonly rule: Rule;
  readonly pattern: Pattern;
}

/** When a state holds that was told of in this way. */
const stateInterval = (draft: Draft, { mode, isNever, isPast: past, time, moment }: Match): Interval => {
  const said = time?.valid ?? {};
  if (isNever && mode === 'negated') return {};
  if (draft.begins === true) return { from: Math.min(said.from ?? moment, moment) };
  if (mode === 'ended') return { from: said.from ?? moment };
  if (mode === 'past' || past) {
    const until = Math.min(said.until ?? moment, moment);
    return said.from === undefined || said.from >= until ? { until } : { from: said.from, until };
  }
  const isOpen = said.from !== undefined && said.until === undefined;
  const from = isOpen ? Math.min(said.from ?? moment, moment) : moment;
  return said.until !== undefined && said.until > moment ? { from, until: said.until } : { from };
};

const intervalOf = (draft: Draft, match: Match): Interval => {
  const { time, moment } = match;
  if (draft.valid !== undefined) return draft.valid;
  switch (attributeRule(draft.attribute).span) {
    case 'lasting':
      return {};
    case 'plan':
      return time?.valid ?? { from: moment };
    case 'event':
      // What was done lies in the past, whatever time was named besides ("booked a flight for Friday").
      return time === undefined || (time.valid.from ?? moment) > moment ? { until: moment } : time.valid;
    default:
      return stateInterval(draft, match);
  }
};

/** What a match has whichever pattern fits. */
type Shared = Omit<Match, 'captures' | 'isPast' | 'tokensText' | 'verb' | 'words' | 'points'>;

/** A clause in one of its forms. */
interface Form {
  readonly tokens: readonly Token[];
  readonly isPast: boolean;
  readonly begins: boolean;
}

const firstWord = (tokens: readonly Token[]): string =>
  tokens.find(({ pos, time }) => pos !== 'ADV' && time === undefined)?.norm ?? '';

/** Rules by the words that they need: of some hundreds only a few can fit a clause. */
interface RuleIndex {
  readonly rules: readonly CompiledRule[];
  readonly byWord: ReadonlyMap<string, readonly number[]>;
  /** Places of rules that need no word. */
  readonly always: readonly number[];
}

const indexRules = (source: readonly Rule[]): RuleIndex => {
  const rules = source.flatMap((rule) => rule.when.map((when) => ({ rule, pattern: compilePattern(when) })));
  const byWord = new Map<string, number[]>();
  const always: number[] = [];
  for (const [at, { pattern }] of rules.entries()) {
    if (pattern.key === undefined) always.push(at);
    for (const word of pattern.key ?? []) {
      const places = byWord.get(word);
      if (places === undefined) byWord.set(word, [at]);
      else places.push(at);
    }
  }
  return { rules, byWord, always };
};

/** The rules that may fit, in their order. */
const candidates = (
  { rules, byWord, always }: RuleIndex,
  tokens: readonly Token[],
): readonly CompiledRule[] => {
  const norms = new Set(tokens.map(({ norm }) => norm));
  const places = new Set(always);
  for (const norm of norms) for (const at of byWord.get(norm) ?? []) places.add(at);
  return [...places]
    .sort((a, b) => a - b)
    .flatMap((at) => rules[at] ?? [])
    .filter(({ pattern }) => pattern.mayMatch(norms));
};

/** What the first rule says that has something to say of a clause. */
const readWith = (rules: RuleIndex, form: Form, shared: Shared): readonly Reading[] => {
  const { tokens, isPast, begins } = form;
  const { mode, person } = shared;
  const base = {
    ...shared,
    isPast,
    tokensText: joinTokens(tokens.slice(1).filter(({ time }) => time === undefined)),
    verb: firstWord(tokens.slice(1)),
  };
  for (const { rule, pattern } of candidates(rules, tokens)) {
    if (rule.modes !== undefined && !rule.modes.includes(mode)) continue;
    const captures = pattern.match(tokens);
    if (captures === undefined) continue;
    const match: Match = {
      ...base,
      captures,
      words: (name) => phraseOf(captures[name] ?? []),
      points: (name) => pointsBack(captures[name] ?? []),
    };
    const drafts = rule.make(match);
    if (drafts.length === 0) continue;
    return drafts.map((draft) => {
      const whole = begins ? { ...draft, begins: true } : draft;
      const negated = draft.negated ?? (mode === 'ended' || mode === 'negated');
      return { ...whole, person, negated, valid: intervalOf(whole, match) };
    });
  }
  return [];
};

/** Compiles the rules. */
export const createClauseReader = (): ClauseReader => {
  const states = indexRules(
    [
      CHANGE_RULES,
      PEOPLE_RULES,
      FAMILY_RULES,
      PLACE_RULES,
      WORK_RULES,
      STUDY_RULES,
      TASTE_RULES,
      NAMING_RULES,
      HAVING_RULES,
      PLAY_RULES,
      ENDING_RULES,
    ].flat(),
  );
  const doings = indexRules(DOING_RULES);

  return (clause, moment, known) => {
    const [head, ...rest] = clause.tokens;
    const person = head?.subject ?? head?.owner;
    const predicate = readPredicate(clause.tokens, clause.isSince);
    if (predicate === undefined || person === undefined) return [];
    const shared: Shared = {
      person,
      mode: predicate.mode,
      moment,
      isNever: predicate.isNever,
      time: rest.find(({ time }) => time !== undefined)?.time,
      isWill: firstWord(rest) === 'will',
      holding: createHoldings(person.subject, known),
      known: (attribute) =>
        (known?.(person.subject, attribute) ?? [])
          .filter(({ negated }) => negated !== true)
          .map(({ value }) => ({ attribute, value, isKnown: true })),
      preposition: rest.find(({ pos, time }) => pos === 'ADP' && time === undefined)?.norm ?? '',
      owned: rest.some(({ norm, time }) => time === undefined && /^(?:my|our)$/u.test(norm)),
    };
    // States are asked for first: what begins one is told as an event too. Of doings the tense is part of what is told.
    const state = { tokens: predicate.tokens, isPast: predicate.isPast, begins: predicate.begins };
    const found = readWith(states, state, shared);
    if (found.length > 0) return found;
    return readWith(doings, { tokens: predicate.said, isPast: predicate.saidPast, begins: false }, shared);
  };
};
