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
  /** The first time of the clause. */
  readonly time: TimeSpan | undefined;
  readonly mode: Mode;
  /** The verb is a past: what it says of a state is over. */
  readonly isPast: boolean;
  readonly isWill: boolean;
  /** When it was said, ms since epoch. */
  readonly moment: number;
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

/** Words of a capture as a value: without times, in the third person. */
export const phraseOf = (tokens: readonly Token[]): string =>
  joinTokens(
    tokens
      .filter(({ time }) => time === undefined)
      .map((token) => ({ ...token, text: PRONOUNS[token.norm] ?? token.text })),
  ).replace(/[\s,;:.!-]+$/u, '');

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
  ({ words }) => {
    const phrase = words(options.of ?? 'what');
    const value = options.strip === false ? phrase : bare(phrase);
    if (value === '' || !(options.accept?.(phrase) ?? true)) return [];
    return [{ attribute, value, ...(options.begins === true ? { begins: true } : {}) }];
  };
