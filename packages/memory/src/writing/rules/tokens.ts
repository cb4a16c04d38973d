import type { Interval } from '@retentive/core';

/** Whom a clause is about. */
export interface Person {
  /** The subject of its facts: a name, or a description such as `Ana's sister`. */
  readonly subject: string;
  /** How the text of a fact names it. */
  readonly label: string;
  readonly isSpeaker: boolean;
  /** "Ana and their husband" takes plural verbs. */
  readonly isPlural: boolean;
  /** For kin: `sister`; names are kept where they are said. */
  readonly relation?: string | undefined;
  readonly name?: string | undefined;
  /** Whose relative or pet it is, as facts name them. */
  readonly owner?: string | undefined;
}

/** A time that was said, resolved. */
export interface TimeSpan {
  readonly valid: Interval;
  /** With its preposition: `in May 2025`. */
  readonly phrase: string;
  /** As a value, without preposition: `3 May`. */
  readonly value: string;
  /** How exactly it was said. */
  readonly grain: 'minute' | 'day' | 'week' | 'month' | 'year';
}

/** A word of a clause, or what stands for several: a time, a person, somebody's. */
export interface Token {
  readonly text: string;
  /** Lower case. */
  readonly norm: string;
  /** Universal part of speech; empty for times and persons. */
  readonly pos: string;
  /** White space stands before it. */
  readonly spaced: boolean;
  readonly time?: TimeSpan | undefined;
  /** The clause is about this person. */
  readonly subject?: Person | undefined;
  /** "my" or "my sister's". */
  readonly owner?: Person | undefined;
}

/** Tokens as text again. */
export const joinTokens = (tokens: readonly Token[]): string =>
  tokens
    .map(({ text, spaced }, index) => (index > 0 && spaced ? ` ${text}` : text))
    .join('')
    .trim();

const CALENDAR =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|april|june|july|august|september|october|november|december)$/u;

/** Parts of speech that are no names, however they are written. */
const CLOSED = new Set(['PRON', 'AUX', 'PUNCT', 'DET', 'CCONJ', 'SCONJ', 'ADP', 'PART', 'INTJ', 'NUM', '']);

/** A word that is written like a name: with a capital, as a word that can be one. */
export const isNameToken = ({ text, pos, norm }: Token): boolean =>
  norm !== 'i' && !CLOSED.has(pos) && !CALENDAR.test(norm) && /^\p{Lu}/u.test(text);

const NOMINAL = new Set(['NOUN', 'PROPN', 'NUM', 'ADJ', 'X', 'SYM']);

/** Where the noun phrase that begins at `start` ends; `start` where there is none. */
export const nounPhraseEnd = (tokens: readonly Token[], start: number): number => {
  let at = start;
  let lastNoun = start;
  while (at < tokens.length) {
    const token = tokens[at] as Token;
    if (token.time !== undefined || token.subject !== undefined || token.owner !== undefined) break;
    const isOpening =
      at === start && ((token.pos === 'DET' && token.norm !== 'no') || POSSESSIVES.has(token.norm));
    const isHyphen = token.norm === '-' || token.norm === '&' || token.norm === "'s" || token.norm === "'";
    const isVerbal = token.pos === 'VERB' && token.norm.endsWith('ing') && at + 1 < tokens.length;
    const isOf = token.norm === 'of' && lastNoun === at;
    const isIntensifier = token.pos === 'ADV' && tokens[at + 1]?.pos === 'ADJ';
    if (NOMINAL.has(token.pos) && token.pos !== 'ADJ') lastNoun = at + 1;
    else if (isOf && (tokens[at + 1]?.pos === 'DET' || NOMINAL.has(tokens[at + 1]?.pos ?? ''))) {
      if (tokens[at + 1]?.pos === 'DET') at += 1;
    } else if (!(isOpening || isHyphen || isVerbal || isIntensifier || token.pos === 'ADJ')) break;
    at += 1;
  }
  return lastNoun;
};

const POSSESSIVES = new Set(['my', 'our', 'his', 'her', 'their']);
