import type { Interval } from '@retentive/core';
import type { Captures } from './pattern.ts';
import { joinTokens, type Person, type TimeSpan, type Token } from './tokens.ts';

/** What a clause says of a state: that it is so, "used to" be, "no longer" is, or is not. */
export type Mode = 'plain' | 'past' | 'ended' | 'negated';

/** What a rule has to work with. */
export interface Match {
  readonly person: Person;
  readonly captures: Captures;
  /** The words of a capture, without times, in the third person; empty where it did not take part. */
  words(name: string): string;
  /** True for a capture that points at something said before: "this", "their". Without it the words mean nothing. */
  points(name: string): boolean;
  /** The first time of the clause. */
  readonly time: TimeSpan | undefined;
  readonly mode: Mode;
  /** The verb is a past: what it says of a state is over. */
  readonly isPast: boolean;
  readonly isWill: boolean;
  /** What is known of the person that has this value, under one of these attributes; of all of them by default. */
  holding(value: string, attributes?: readonly string[]): Holding | undefined;
  /** The verb, in the form in which the patterns saw it. */
  readonly verb: string;
  /** The first preposition of the clause. */
  readonly preposition: string;
  /** "my" or "our" stands in it. */
  readonly owned: boolean;
  /** The clause as it stands, subject and times left out. */
  readonly tokensText: string;
  /** What is known of the person under one attribute. */
  known(attribute: string): readonly Holding[];
  /** "never": it was not so at any time. */
  readonly isNever: boolean;
  /** When it was said, ms since epoch. */
  readonly moment: number;
}

/** A fact that is known already. */
export interface Holding {
  readonly attribute: string;
  readonly value: string | undefined;
  readonly subject?: string | undefined;
  /** It stands in memory: not only guessed from the words. */
  readonly isKnown?: boolean | undefined;
}

/** A fact in the making: the extractor adds text, subject, evidence and trust. */
export interface Draft {
  readonly attribute: string;
  readonly value?: string | undefined;
  readonly negated?: boolean | undefined;
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
  readonly entities?: readonly string[] | undefined;
  /** Instead of what time and attribute give. */
  readonly valid?: Interval | undefined;
  /** It begins with the past that was told: "I joined Acme in May" holds from May on. */
  readonly begins?: boolean | undefined;
}

/** Patterns, and what a clause that fits one of them says. */
export interface Rule {
  readonly when: readonly string[];
  /** The modes in which it holds; default all. Rules for changes and events take `plain` only. */
  readonly modes?: readonly Mode[] | undefined;
  /** Nothing where the clause only looked like it. */
  make(match: Match): readonly Draft[];
}

const PRONOUNS: Readonly<Record<string, string>> = {
  my: 'their',
  our: 'their',
  me: 'them',
  us: 'them',
  i: 'they',
};

/** Whose relative or pet a person is; themselves where they are nobody's. */
export const ownerOf = ({ owner, subject }: Person): string => owner ?? subject;

/** Words of a capture as a value: without times, in the third person. */
export const phraseOf = (tokens: readonly Token[]): string =>
  joinTokens(
    tokens
      .filter(({ time }) => time === undefined)
      .map((token) => ({ ...token, text: PRONOUNS[token.norm] ?? token.text })),
  ).replace(/[\s,;:.!-]+$/u, '');

const POINTING = new Set('this that these those its his her their it them'.split(' '));

/** True for words of which one points at something said before. */
export const pointsBack = (tokens: readonly Token[]): boolean =>
  tokens.some(({ norm, time }) => time === undefined && POINTING.has(norm));

/** A phrase without the article or the "my" before it. */
export const bare = (phrase: string): string => phrase.replace(/^(?:an?|the|my|our|their|some) /u, '');

/** The items of "tea, milk and honey". */
export const listItems = (phrase: string): readonly string[] =>
  phrase
    .split(/\s*,\s*(?:and |or )?|\s+(?:and|or|&)\s+/u)
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** One draft from one captured phrase, where the phrase is accepted. */
export const simple =
  (
    attribute: string,
    options: {
      readonly of?: string;
      readonly accept?: (value: string) => boolean;
      readonly begins?: boolean;
      readonly strip?: boolean;
    } = {},
  ): Rule['make'] =>
  ({ words, points }) => {
    const phrase = words(options.of ?? 'what');
    const value = options.strip === false ? phrase : bare(phrase);
    if (value === '' || points(options.of ?? 'what') || !(options.accept?.(phrase) ?? true)) return [];
    return [{ attribute, value, ...(options.begins === true ? { begins: true } : {}) }];
  };
