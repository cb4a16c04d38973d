import { animalOf, relationOf } from './kin.ts';
import { nameAt } from './subjects.ts';
import { nounPhraseEnd, type Token } from './tokens.ts';

/** A sentence without the asides in it, and the asides as pieces that have whoever stands before them as subject. */
export interface WithoutAsides {
  readonly tokens: readonly Token[];
  readonly asides: readonly Aside[];
}

/** "who lives in Porto", "a pilot": what is said of somebody in passing. */
export interface Aside {
  /** "my sister Ana" */
  readonly of: readonly Token[];
  /** Its predicate: "lives in Porto", "is a pilot". */
  readonly tokens: readonly Token[];
}

const OWNERS = new Set(['my', 'our']);
const COUNTS = new Set(['a', 'an', 'one']);

/** Where words for a relative or a pet end that begin with "my" or "a" at `at`; undefined where there are none. */
const kinEnd = (tokens: readonly Token[], at: number): number | undefined => {
  for (let index = at + 1; index < at + 4; index += 1) {
    const token = tokens[index];
    if (token === undefined || token.time !== undefined) return undefined;
    if (relationOf(token.norm) !== undefined || animalOf(token.norm) !== undefined) return index + 1;
    if (token.pos !== 'ADJ' && token.pos !== 'NOUN') return undefined;
  }
  return undefined;
};

const verbLike = (text: string): Token => ({ text, norm: text, pos: 'AUX', spaced: true });

/** The comma from `at` on that ends an aside; the end of the sentence where none does. */
const closing = (tokens: readonly Token[], at: number): number => {
  const end = tokens.findIndex(
    ({ norm, time }, index) => index >= at && time === undefined && /^[,;.!–—()]$/u.test(norm),
  );
  return end < 0 ? tokens.length : end;
};

/** A sentence while asides are taken out of it: `end` is where the words for somebody end. */
interface Phrase {
  readonly tokens: readonly Token[];
  readonly end: number;
}

/** The name in "a golden retriever named Buddy", which describes what stands before it. */
const calledAfter = (
  tokens: readonly Token[],
  at: number,
): { readonly start: number; readonly end: number } | undefined => {
  if (!COUNTS.has(tokens[at]?.norm ?? '')) return undefined;
  const end = nounPhraseEnd(tokens, at);
  if (!/^(?:named|called)$/u.test(tokens[end]?.norm ?? '')) return undefined;
  const { name, end: nameEnd } = nameAt(tokens, end + 1);
  return name === '' ? undefined : { start: end + 1, end: nameEnd };
};

/** "my dog, Rex, ..." as "my dog Rex ..."; "a daughter, Nora" as "a daughter named Nora". */
const withName = (tokens: readonly Token[], at: number, isOwned: boolean): Phrase | undefined => {
  const end = kinEnd(tokens, at);
  if (end === undefined) return undefined;
  const next = tokens[end]?.norm ?? '';
  if (next !== ',' && next !== '(') {
    if (isOwned) return { tokens, end: nameAt(tokens, end).end };
    return { tokens, end: /^(?:named|called)$/u.test(next) ? nameAt(tokens, end + 1).end : end };
  }
  const called = calledAfter(tokens, end + 1);
  if (called !== undefined) {
    const words = isOwned
      ? tokens.slice(called.start, called.end)
      : tokens.slice(called.start - 1, called.end);
    return {
      tokens: [...tokens.slice(0, end), ...words, ...tokens.slice(called.end)],
      end: end + words.length,
    };
  }
  const { name, end: nameEnd } = nameAt(tokens, end + 1);
  const closes = tokens[nameEnd]?.norm;
  if (name === '' || !(closes === undefined || /^[,.!;)]$/u.test(closes))) return { tokens, end };
  const words = tokens.slice(end + 1, nameEnd);
  const joined = isOwned ? words : [verbLike('named'), ...words];
  // The comma before "who" stays: it says where that aside ends.
  const isDropped = (closes === ',' || closes === ')') && tokens[nameEnd + 1]?.norm !== 'who';
  return {
    tokens: [...tokens.slice(0, end), ...joined, ...tokens.slice(isDropped ? nameEnd + 1 : nameEnd)],
    end: end + joined.length,
  };
};

/** What is said in passing of whoever the words from `at` to `end` mean, and the sentence without it. */
const cutAside = (
  { tokens, end }: Phrase,
  at: number,
): { readonly tokens: readonly Token[]; readonly aside: Aside } | undefined => {
  const hasComma = tokens[end]?.norm === ',';
  const start = hasComma ? end + 1 : end;
  const of = tokens.slice(at, end);
  const first = tokens[start]?.norm ?? '';
  if (first === 'who') {
    const stop = hasComma ? closing(tokens, start) : tokens.length;
    const rest = tokens.slice(hasComma && tokens[stop]?.norm === ',' ? stop + 1 : stop);
    return {
      tokens: [...tokens.slice(0, end), ...rest],
      aside: { of, tokens: tokens.slice(start + 1, stop) },
    };
  }
  if (!hasComma || !/^(?:an?|the)$/u.test(first)) return undefined;
  const stop = closing(tokens, start);
  if (tokens[stop]?.norm !== ',' || nounPhraseEnd(tokens, start) !== stop) return undefined;
  return {
    tokens: [...tokens.slice(0, end), ...tokens.slice(stop + 1)],
    aside: { of, tokens: [verbLike('is'), ...tokens.slice(start, stop)] },
  };
};

/** Takes the asides beside relatives and pets out: names join what they name, the rest are clauses of their own. */
export const withoutAsides = (source: readonly Token[]): WithoutAsides => {
  let tokens = source;
  const asides: Aside[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const first = tokens[at]?.norm ?? '';
    const phrase =
      OWNERS.has(first) || COUNTS.has(first) ? withName(tokens, at, OWNERS.has(first)) : undefined;
    if (phrase === undefined) continue;
    const cut = cutAside(phrase, at);
    tokens = cut?.tokens ?? phrase.tokens;
    if (cut !== undefined) asides.push(cut.aside);
  }
  return { tokens, asides };
};
