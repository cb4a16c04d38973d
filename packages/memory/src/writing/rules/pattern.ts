import { isNameToken, nounPhraseEnd, type Token } from './tokens.ts';
import { verbsOf } from './verb-classes.ts';
import { formsOf, isParticiple, isPast, isTenseless } from './verb-forms.ts';

/** The words that a pattern captured, by name. */
export type Captures = Readonly<Record<string, readonly Token[]>>;

/**
 * A pattern over the tokens of a clause, from its first one on. What follows the pattern is not looked at, unless it ends
 * with `$`.
 */
export interface Pattern {
  match(tokens: readonly Token[]): Captures | undefined;
  /** Words of which each match has one: the most telling ones of the pattern. Undefined where it needs none. */
  readonly key: ReadonlySet<string> | undefined;
  /** False for words without which it cannot match. */
  mayMatch(norms: ReadonlySet<string>): boolean;
}

/** Gives the places at which an element that begins at `at` can end; none where it does not fit. */
type Element = (tokens: readonly Token[], at: number) => readonly number[];
interface Step {
  readonly element: Element;
  /** The words that it takes, where it takes certain words only. */
  readonly words?: ReadonlySet<string> | undefined;
  readonly name?: string | undefined;
  readonly isOptional: boolean;
}

const ADVERBS = new Set(
  'just also really now currently still always usually already recently actually totally absolutely definitely both even ever finally only officially truly so much originally mostly mainly part-time full-time remotely freelance happily'.split(
    ' ',
  ),
);

const one =
  (accepts: (token: Token) => boolean): Element =>
  (tokens, at) => {
    const token = tokens[at];
    return token !== undefined && accepts(token) ? [at + 1] : [];
  };

const adverbs: Element = (tokens, at) => {
  let end = at;
  while (tokens[end] !== undefined && ADVERBS.has(tokens[end]?.norm ?? '')) end += 1;
  return [end];
};

const run =
  (accepts: (token: Token) => boolean): Element =>
  (tokens, at) => {
    let end = at;
    while (tokens[end] !== undefined && accepts(tokens[end] as Token)) end += 1;
    return end > at ? [end] : [];
  };

const isPlain = ({ time, subject, owner }: Token): boolean =>
  time === undefined && subject === undefined && owner === undefined;

/** A name, with "of" and commas between its parts: Rio de Janeiro; Lisbon, Portugal. */
const name: Element = (tokens, at) => {
  let end = at;
  while (end < tokens.length) {
    const token = tokens[end] as Token;
    const next = tokens[end + 1];
    const joins =
      end > at &&
      /^(?:of|de|da|do|la|the|,|-|&|st\.|van|von)$/u.test(token.norm) &&
      next !== undefined &&
      isNameToken(next);
    if (!(isNameToken(token) || joins || (end > at && token.norm === '.' && tokens[end - 1]?.norm === 'st')))
      break;
    end += 1;
  }
  return end > at ? [end] : [];
};

/** A name, or one that a person who writes no capitals would give: "in lisbon". */
const place: Element = (tokens, at) => {
  const article = tokens[at]?.norm === 'the' ? 1 : 0;
  const [end] = name(tokens, at + article);
  if (end !== undefined) return [end];
  const isCasual = tokens.every(({ text, norm }) => norm === 'i' || text === norm || text === '');
  const token = tokens[at];
  return isCasual && token !== undefined && (token.pos === 'NOUN' || token.pos === 'PROPN') ? [at + 1] : [];
};

/** One name or several: "Miso and Bo". */
const names: Element = (tokens, at) => {
  let end = at;
  for (;;) {
    const [next] = run((token) => isPlain(token) && isNameToken(token))(tokens, end);
    if (next === undefined) return end > at ? [end] : [];
    const isJoin = /^(?:,|and|&)$/u.test(tokens[next]?.norm ?? '');
    const after = isJoin && tokens[next + 1]?.norm === 'and' ? next + 2 : next + 1;
    if (!isJoin || tokens[after] === undefined || !isNameToken(tokens[after] as Token)) return [next];
    end = after;
  }
};

const nounPhrase: Element = (tokens, at) => {
  const end = nounPhraseEnd(tokens, at);
  return end > at ? [end] : [];
};

/** Everything up to the end of the clause, or any shorter run from there down. */
const rest: Element = (tokens, at) => {
  if (at >= tokens.length || !isPlain(tokens[at] as Token)) return [];
  return Array.from({ length: tokens.length - at }, (_, index) => at + index + 1).reverse();
};

const NUMBER_WORDS = new Set(
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety'.split(
    ' ',
  ),
);

const ELEMENTS: Readonly<Record<string, Element>> = {
  NAME: name,
  NAMES: names,
  PLACE: place,
  NP: nounPhrase,
  OBJ: rest,
  NUM: run(
    (token) =>
      isPlain(token) &&
      (/^(?:\d{1,3}|-)$/u.test(token.norm) || token.norm.split('-').every((word) => NUMBER_WORDS.has(word))),
  ),
  WORD: one(isPlain),
  HAVE: one(({ norm }) => norm === 'have' || norm === 'has'),
};

const VERB_KINDS: Readonly<Record<string, (norm: string, base: string) => boolean>> = {
  '~': () => true,
  '<': (norm) => isPast(norm) || isParticiple(norm) || isTenseless(norm),
  '=': (norm, base) => !isPast(norm) && (norm === base || !norm.endsWith('ing')),
  '@': (norm) => norm.endsWith('ing'),
};

const isOwner = ({ owner, norm }: Token): boolean =>
  owner !== undefined || /^(?:my|our|his|her|their)$/u.test(norm);

/** The words that an element takes; undefined where it takes others too. */
const wordsOf = (source: string): ReadonlySet<string> | undefined => {
  if (/^(?:[SOT*$]|[A-Z]{2,})$/u.test(source)) return undefined;
  if (VERB_KINDS[source.charAt(0)] !== undefined) {
    return new Set(verbsOf(source.slice(1)).flatMap((base) => [...formsOf(base)]));
  }
  const words = new Set(source.split('|'));
  return words.has('O') ? undefined : words;
};

const wordsElement = (source: string): Element => {
  const kind = VERB_KINDS[source.charAt(0)];
  if (kind === undefined) {
    const words = new Set(source.split('|'));
    const takesOwner = words.has('O');
    return one((token) => words.has(token.norm) || (takesOwner && isOwner(token)));
  }
  const bases = verbsOf(source.slice(1));
  const forms = new Map(bases.flatMap((base) => [...formsOf(base)].map((form) => [form, base] as const)));
  return one(
    (token) => isPlain(token) && forms.has(token.norm) && kind(token.norm, forms.get(token.norm) ?? ''),
  );
};

const elementOf = (source: string): Element => {
  switch (source) {
    case 'S':
      return one(({ subject }) => subject !== undefined);
    case 'O':
      return one(isOwner);
    case 'T':
      return one(({ time }) => time !== undefined);
    case '*':
      return adverbs;
    case '$':
      return (tokens, at) =>
        tokens.slice(at).every(({ time, pos }) => time !== undefined || pos === 'PUNCT') ? [at] : [];
    default:
      return wordsElement(source);
  }
};

const stepOf = (source: string): Step => {
  const capture = /^\{(?<name>\w+):(?<kind>[~<=@]?[\w|]+)\}(?<optional>\??)$/u.exec(source)?.groups;
  if (capture !== undefined) {
    const { name: captured = '', kind = '', optional } = capture;
    const isVerb = VERB_KINDS[kind.charAt(0)] !== undefined;
    const element = isVerb || kind === 'T' ? elementOf(kind) : ELEMENTS[kind];
    if (element === undefined) throw new Error(`no element ${kind}`);
    return {
      element,
      words: isVerb ? wordsOf(kind) : undefined,
      name: captured,
      isOptional: optional === '?',
    };
  }
  const isOptional = source.length > 1 && source.endsWith('?');
  const plain = isOptional ? source.slice(0, -1) : source;
  return { element: elementOf(plain), words: wordsOf(plain), isOptional };
};

/** Words that tell nothing of which pattern may match. */
const COMMON = new Set(
  'am is are was were have has had to in on at for with from of a an the got get'.split(' '),
);

const hasAny = (norms: ReadonlySet<string>, words: ReadonlySet<string>): boolean => {
  for (const norm of norms) if (words.has(norm)) return true;
  return false;
};

/**
 * Compiles a pattern. Its elements, apart by spaces: words `in|at`; verbs by their base, `~live` any form, `=live` present,
 * `<live` past, `@live` -ing; `S` the subject, `O` an owner, `T` a time, `*` adverbs, `$` the end; captures `{what:NP}` of
 * NAME, NAMES, PLACE, NP, NUM, WORD, HAVE, T, OBJ (the rest) or a verb. A class of verbs stands in capitals: `~LIVE`. A `?`
 * makes one optional. Times elsewhere are passed over.
 */
export const compilePattern = (source: string): Pattern => {
  const steps = source.split(' ').map(stepOf);
  const matchFrom = (tokens: readonly Token[], at: number, index: number): Captures | undefined => {
    const step = steps[index];
    if (step === undefined) return {};
    for (const end of step.element(tokens, at)) {
      const more = matchFrom(tokens, end, index + 1);
      if (more !== undefined) {
        return step.name === undefined ? more : { [step.name]: tokens.slice(at, end), ...more };
      }
    }
    if (step.isOptional) {
      const without = matchFrom(tokens, at, index + 1);
      if (without !== undefined) return without;
    }
    return tokens[at]?.time === undefined ? undefined : matchFrom(tokens, at + 1, index);
  };
  const needed = steps.flatMap(({ words, isOptional }) => (words === undefined || isOptional ? [] : [words]));
  const key = needed.find((words) => !hasAny(words, COMMON)) ?? needed[0];
  return {
    key,
    match: (tokens) => matchFrom(tokens, 0, 0),
    mayMatch: (norms) => needed.every((words) => hasAny(norms, words)),
  };
};
