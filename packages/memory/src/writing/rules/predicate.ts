import type { Mode } from './rule.ts';
import type { Token } from './tokens.ts';
import { stateBase } from './verb-classes.ts';
import { isParticiple, isPast, isTenseless } from './verb-forms.ts';

/** A clause as if it were plainly so, and what it really says. */
export interface Predicate {
  readonly tokens: readonly Token[];
  readonly mode: Mode;
  /** The same with its verb in the tense that it was said in. */
  readonly said: readonly Token[];
  readonly saidPast: boolean;
  /** What it says of a state is over: "I lived", "I have worked there" without a time that reaches to now. */
  readonly isPast: boolean;
  /** "I started working", "I have become": it holds from the time that was named on. */
  readonly begins: boolean;
  /** "never": it was not so at any time. */
  readonly isNever: boolean;
}

const NEGATIONS = new Set("not n't never nor neither hardly barely without nobody none".split(' '));
const BE = new Set(['am', 'is', 'are']);
const STARTING = new Set('start started starting begin began begun'.split(' '));
const STOPPING = new Set('stop stopped stopping quit finished ceased'.split(' '));

const without = (tokens: readonly Token[], at: number, count: number): readonly Token[] => [
  ...tokens.slice(0, at),
  ...tokens.slice(at + count),
];

const withWord = (tokens: readonly Token[], at: number, norm: string, count = 1): readonly Token[] => [
  ...tokens.slice(0, at),
  { ...(tokens[at] as Token), text: norm, norm, pos: 'VERB' },
  ...tokens.slice(at + count),
];

const isAdverb = (token: Token | undefined): boolean =>
  token !== undefined && token.time === undefined && token.pos === 'ADV' && !NEGATIONS.has(token.norm);

/** The first word from `at` on that is no adverb and no time. */
const skip = (tokens: readonly Token[], at: number): number => {
  let index = at;
  while (isAdverb(tokens[index]) || tokens[index]?.time !== undefined) index += 1;
  return index;
};

/** "anymore", "any longer" taken out of a clause that is denied: then it is one that ended. */
const endedForm = (tokens: readonly Token[]): readonly Token[] | undefined => {
  const end = tokens.findIndex(
    ({ norm }, index) =>
      norm === 'anymore' || (norm === 'any' && /^(?:more|longer)$/u.test(tokens[index + 1]?.norm ?? '')),
  );
  return end < 0 ? undefined : without(tokens, end, tokens[end]?.norm === 'any' ? 2 : 1);
};

const isPair = (tokens: readonly Token[], at: number, first: string, second: string): boolean =>
  tokens[at]?.norm === first && tokens[at + 1]?.norm === second;

/** Takes "used to", "no longer", "not" and "never" out. Undefined where what is denied cannot be told. */
const polarity = (
  tokens: readonly Token[],
): { readonly tokens: readonly Token[]; readonly mode: Mode; readonly isNever?: boolean } | undefined => {
  const verb = skip(tokens, 1);
  if (isPair(tokens, verb, 'used', 'to') && tokens[0]?.subject !== undefined) {
    return { tokens: without(tokens, verb, 2), mode: 'past' };
  }
  const longer = tokens.findIndex((_, index) => isPair(tokens, index, 'no', 'longer'));
  if (longer > 0) return { tokens: without(tokens, longer, 2), mode: 'ended' };
  const at = tokens.findIndex(({ norm }) => NEGATIONS.has(norm));
  if (at < 0) return { tokens, mode: 'plain' };
  const word = tokens[at]?.norm ?? '';
  const before = tokens[at - 1]?.norm ?? '';
  if (tokens.filter(({ norm }) => NEGATIONS.has(norm)).length > 1) return undefined;
  if (word === 'never' && at === skip(tokens, 1)) {
    return { tokens: without(tokens, at, 1), mode: 'negated', isNever: true };
  }
  if (word === 'never' && /^(?:have|has|was|were)$/u.test(before)) {
    return { tokens: without(tokens, at, 1), mode: 'negated', isNever: true };
  }
  if (word !== 'not' && word !== "n't") return undefined;
  if (before === 'can' && tokens[at + 1]?.norm === 'stand') return { tokens, mode: 'plain' };
  const isDo = before === 'do' || before === 'does' || before === 'can';
  if (!(isDo || BE.has(before))) return undefined;
  let plain = without(tokens, isDo ? at - 1 : at, isDo ? 2 : 1);
  // "I am not really a pilot", "I do not actually have a dog"
  const next = isDo ? at - 1 : at;
  while (/^(?:really|actually|currently)$/u.test(plain[next]?.norm ?? '')) plain = without(plain, next, 1);
  const ended = endedForm(plain);
  return ended === undefined ? { tokens: plain, mode: 'negated' } : { tokens: ended, mode: 'ended' };
};

const reachesToNow = (tokens: readonly Token[]): boolean =>
  tokens.some(({ time }) => time?.valid.from !== undefined && time.valid.until === undefined) ||
  tokens.some(({ norm }) => norm === 'always' || norm === 'lately' || norm === 'since');

interface PlainVerb {
  readonly tokens: readonly Token[];
  readonly isPast?: boolean;
}

const STATES = /^(?:married|retired|divorced|engaged|based|obsessed|interested)$/u;

/** "have been living" as "live", "have been a nurse" as "am a nurse", "have been hired" as "was hired". */
const beenForm = (tokens: readonly Token[], have: number, been: number, isOpen: boolean): PlainVerb => {
  const next = skip(tokens, been + 1);
  const after = tokens[next];
  if (after === undefined || after.norm === 'to' || after.norm === 'there') return { tokens };
  const before = tokens.slice(0, have);
  const progressive = after.norm.endsWith('ing') ? stateBase(after.norm) : undefined;
  if (progressive !== undefined) {
    return { tokens: [...before, ...withWord(tokens, next, progressive).slice(next)], isPast: false };
  }
  const isPassive =
    isParticiple(after.norm) && stateBase(after.norm) === undefined && !STATES.test(after.norm);
  const copula = [...before, ...withWord(tokens, been, isPassive ? 'was' : 'am').slice(been)];
  return isPassive ? { tokens: copula } : { tokens: copula, isPast: !isOpen };
};

/** "have worked since" as "work", "have moved" as "moved". */
const perfectForm = (tokens: readonly Token[], isSince: boolean): PlainVerb => {
  const have = skip(tokens, 1);
  const auxiliary = tokens[have]?.norm;
  if (auxiliary !== 'have' && auxiliary !== 'has' && auxiliary !== "'s") return { tokens };
  const verb = skip(tokens, have + 1);
  const norm = tokens[verb]?.norm ?? '';
  const isOpen = isSince || reachesToNow(tokens);
  if (norm === 'got' && auxiliary !== "'s") return { tokens: without(tokens, verb, 1) };
  if (norm === 'been') return beenForm(tokens, have, verb, isOpen);
  if (!isParticiple(norm) && !(isTenseless(norm) && tokens[verb]?.pos === 'VERB')) return { tokens };
  const base = stateBase(norm);
  if (base === undefined) return { tokens: without(tokens, have, 1) };
  const plain = withWord(tokens, verb, isOpen ? base : norm).slice(verb);
  return { tokens: [...tokens.slice(0, have), ...plain], isPast: !isOpen };
};

/** "am living" as "live", "started to work" as "work". */
const aspectForm = (
  tokens: readonly Token[],
): { readonly tokens: readonly Token[]; readonly aspect?: 'starts' | 'stops' } => {
  const verb = skip(tokens, 1);
  const norm = tokens[verb]?.norm ?? '';
  const next = skip(tokens, verb + 1);
  const replaced = (at: number): readonly Token[] | undefined => {
    const after = tokens[at];
    const base = after === undefined || !after.norm.endsWith('ing') ? undefined : stateBase(after.norm);
    if (base === undefined || after === undefined || at - verb > 3) return undefined;
    return [...tokens.slice(0, verb), ...withWord(tokens, at, base === 'be' ? 'am' : base).slice(at)];
  };
  if (BE.has(norm) || norm === 'was' || norm === 'were') {
    if (tokens[next]?.norm === 'having' || tokens[next]?.norm === 'going') return { tokens };
    const plain = BE.has(norm) ? replaced(next) : undefined;
    return { tokens: plain ?? tokens };
  }
  const isStart = STARTING.has(norm);
  const isUp = (norm === 'gave' || norm === 'given') && tokens[next]?.norm === 'up';
  if (!isStart && !isUp && !STOPPING.has(norm)) return { tokens };
  const from = isUp ? next + 1 : next;
  if (isStart && tokens[from]?.norm === 'to') {
    const base = stateBase(tokens[from + 1]?.norm ?? '');
    return base === undefined
      ? { tokens }
      : { tokens: without(tokens, verb, from + 1 - verb), aspect: 'starts' };
  }
  const plain = replaced(from);
  return plain === undefined ? { tokens } : { tokens: plain, aspect: isStart ? 'starts' : 'stops' };
};

/** What a clause says, with its verb in the plain form. Undefined where that cannot be told. */
export const readPredicate = (clause: readonly Token[], isSince = false): Predicate | undefined => {
  const said = polarity(clause);
  if (said === undefined) return undefined;
  const isSubject = clause[0]?.subject !== undefined;
  const perfect = isSubject ? perfectForm(said.tokens, isSince) : { tokens: said.tokens };
  // "I never had a dog" denies that "I have a dog" was ever so.
  const first = skip(perfect.tokens, 1);
  const base = said.isNever === true ? stateBase(perfect.tokens[first]?.norm ?? '') : undefined;
  const plain =
    base === undefined || !isSubject
      ? perfect.tokens
      : withWord(perfect.tokens, first, base === 'be' ? 'am' : base);
  const { tokens, aspect } = isSubject ? aspectForm(plain) : { tokens: perfect.tokens, aspect: undefined };
  const looksPast = (of: readonly Token[]): boolean => {
    const verb = of[skip(of, 1)]?.norm ?? '';
    return isPast(verb) || verb === 'was' || verb === 'were';
  };
  return {
    tokens,
    said: said.tokens,
    saidPast: looksPast(said.tokens),
    mode: aspect === 'stops' && said.mode === 'plain' ? 'ended' : said.mode,
    isPast: perfect.isPast ?? looksPast(tokens),
    begins: aspect !== undefined,
    isNever: said.isNever ?? false,
  };
};
