import type { Interval } from '@retentive/core';
import type { Clause } from './clauses.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import { type Draft, type Match, type Mode, phraseOf, type Rule } from './rule.ts';
import { DOING_RULES } from './rules-of-doing.ts';
import { LIFE_RULES } from './rules-of-life.ts';
import { PEOPLE_RULES } from './rules-of-people.ts';
import { TASTE_RULES } from './rules-of-taste.ts';
import type { Person, TimeSpan, Token } from './tokens.ts';
import { isPast } from './verb-forms.ts';
import { attributeRule } from './vocabulary.ts';

/** A draft with the interval in which it holds. */
export interface Reading extends Draft {
  readonly person: Person;
  readonly valid: Interval;
  readonly negated: boolean;
}

/** Reads clauses by the rules. */
export type ClauseReader = (clause: Clause, moment: number) => readonly Reading[];

interface CompiledRule {
  readonly rule: Rule;
  readonly patterns: readonly Pattern[];
}

const NEGATIONS = new Set([
  'not',
  "n't",
  'never',
  'nor',
  'neither',
  'hardly',
  'barely',
  'without',
  'nobody',
  'none',
]);

const cutAt = (tokens: readonly Token[], at: number, count: number): readonly Token[] => [
  ...tokens.slice(0, at),
  ...tokens.slice(at + count),
];

/** The clause as if it were plainly so, and what it really says of it. Undefined where that cannot be told. */
const plainForm = (
  tokens: readonly Token[],
): { readonly tokens: readonly Token[]; readonly mode: Mode } | undefined => {
  const at = (...words: readonly string[]): number =>
    tokens.findIndex((_, index) => words.every((word, offset) => tokens[index + offset]?.norm === word));
  const used = at('used', 'to');
  if (used === 1 || (used === 2 && tokens[1]?.pos === 'ADV'))
    return { tokens: cutAt(tokens, used, 2), mode: 'past' };
  const longer = at('no', 'longer');
  if (longer > 0) return { tokens: cutAt(tokens, longer, 2), mode: 'ended' };
  const not = tokens.findIndex(({ norm }) => norm === 'not' || norm === "n't");
  const never = at('never');
  if (not < 0 && never < 0) {
    return tokens.some(({ norm }) => NEGATIONS.has(norm)) ? undefined : { tokens, mode: 'plain' };
  }
  if (never === 1 && not < 0) return { tokens: cutAt(tokens, never, 1), mode: 'negated' };
  if (tokens.filter(({ norm }) => NEGATIONS.has(norm)).length > 1) return undefined;
  const before = tokens[not - 1]?.norm ?? '';
  if (before === 'can' && tokens[not + 1]?.norm === 'stand') return { tokens, mode: 'plain' };
  const isDo = before === 'do' || before === 'does';
  if (!(isDo || before === 'am' || before === 'is' || before === 'are')) return undefined;
  const plain = cutAt(tokens, isDo ? not - 1 : not, isDo ? 2 : 1);
  const end = plain.findIndex(
    ({ norm }, index) =>
      norm === 'anymore' || (norm === 'any' && /^(?:more|longer)$/u.test(plain[index + 1]?.norm ?? '')),
  );
  if (end < 0) return { tokens: plain, mode: 'negated' };
  return { tokens: cutAt(plain, end, plain[end]?.norm === 'any' ? 2 : 1), mode: 'ended' };
};

/** When a state holds that was told of in this way. */
const stateInterval = (draft: Draft, { mode, isPast: past, time, moment }: Match): Interval => {
  const said = time?.valid ?? {};
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

/** Compiles the rules. */
export const createClauseReader = (): ClauseReader => {
  const compile = (rules: readonly Rule[]): readonly CompiledRule[] =>
    rules.map((rule) => ({ rule, patterns: rule.when.map(compilePattern) }));
  // States are asked for first: what begins one is told as an event too.
  const compiled = [PEOPLE_RULES, LIFE_RULES, TASTE_RULES, DOING_RULES].map(compile);

  return (clause, moment) => {
    const form = plainForm(clause.tokens);
    const [head, ...rest] = clause.tokens;
    const person = head?.subject ?? head?.owner;
    if (form === undefined || person === undefined) return [];
    const { tokens, mode } = form;
    const times = rest.flatMap(({ time }) => time ?? []);
    const verb = rest.find(({ pos, time }) => pos !== 'ADV' && time === undefined)?.norm ?? '';
    const shared = {
      person,
      mode,
      moment,
      time: times[0] as TimeSpan | undefined,
      isPast: isPast(verb) || verb === 'was' || verb === 'were',
      isWill: verb === 'will',
    };
    for (const { rule, patterns } of compiled.flat()) {
      if (rule.modes !== undefined && !rule.modes.includes(mode)) continue;
      for (const pattern of patterns) {
        const captures = pattern(tokens);
        if (captures === undefined) continue;
        const match: Match = { ...shared, captures, words: (name) => phraseOf(captures[name] ?? []) };
        const drafts = rule.make(match);
        if (drafts.length === 0) continue;
        return drafts.map((draft) => ({
          ...draft,
          person,
          negated: draft.negated ?? (mode === 'ended' || mode === 'negated'),
          valid: intervalOf(draft, match),
        }));
      }
    }
    return [];
  };
};
