import type { Chunk } from '@retentive/core';
import { type Analyzer, hasLetterPairs } from '../index/analyzer.ts';

/** What a chunk tells by itself, whatever the question. */
export interface ChunkTraits {
  /** It ends by asking. */
  readonly endsAsking: boolean;
  /** How many of its sentences are questions, 0 to 1. */
  readonly asks: number;
  /** It has a word of time, such as "yesterday" or a month. */
  readonly hasTime: boolean;
  /** It has a number, in digits or letters. */
  readonly hasNumber: boolean;
  /** Somebody speaks of themselves. */
  readonly isFirstPerson: boolean;
  /** Its terms are words, whose rarity says something; pairs of letters are rare by where words meet. */
  readonly hasWords: boolean;
  /** The terms of its text, in order. */
  terms(): readonly string[];
  /** The same, each once. */
  words(): readonly string[];
}

const CAPTION = /\[image:[^\]]*\]\s*$/u;
const ASKING = /[?？]["'”’)\s]*$/u;
const TIME =
  /\b(?:yesterday|today|tonight|tomorrow|ago|last|next|this (?:morning|week|month|year|weekend)|since|recently|just|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december|weekend|(?:day|week|month|year)s?)\b|\d|[年月日号周]|[昨今明]天/iu;
const NUMBER =
  /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|once|twice|couple|several|half|first|second|third)\b|[一二两三四五六七八九十百千万][个次人岁年月天]/iu;
const FIRST_PERSON = /\b(?:i|i'm|i've|i'd|my|we|we're|we've|our)\b|我/iu;

/** Runs of marks that end sentences, a last one without a mark among them. */
const sentenceEnds = (text: string): readonly string[] =>
  text.match(/[.!?。！？…]+|[^\s.!?。！？…]\s*$/gu) ?? [];

const questionShare = (text: string): number => {
  const ends = sentenceEnds(text);
  return ends.length === 0 ? 0 : ends.filter((end) => /[?？]/u.test(end)).length / ends.length;
};

/** Chunks whose traits are remembered; some kilobytes each. */
const MEMO_ENTRIES = 10_000;

/** Makes what reads the traits of chunks, each once as long as not too many others come between. */
export const createTraits = (analyze: Analyzer): ((chunk: Chunk) => ChunkTraits) => {
  let known = new WeakMap<Chunk, ChunkTraits>();
  let count = 0;
  return (chunk) => {
    const before = known.get(chunk);
    if (before !== undefined) return before;
    const { text } = chunk;
    const said = text.replace(CAPTION, '');
    let terms: readonly string[] | undefined;
    let words: readonly string[] | undefined;
    const traits: ChunkTraits = {
      endsAsking: ASKING.test(said),
      asks: questionShare(said),
      hasTime: TIME.test(text),
      hasNumber: NUMBER.test(text),
      isFirstPerson: FIRST_PERSON.test(text),
      hasWords: !hasLetterPairs(text),
      terms() {
        terms ??= analyze(text);
        return terms;
      },
      words() {
        words ??= [...new Set(traits.terms())];
        return words;
      },
    };
    if (count === MEMO_ENTRIES) {
      known = new WeakMap();
      count = 0;
    }
    count += 1;
    known.set(chunk, traits);
    return traits;
  };
};
