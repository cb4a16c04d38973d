import { createSeededRandom } from '@retentive/core';

/** About as many different words as a person uses in some months of chat. */
const WORDS = 5_000;
const SHORTEST = 8;
const LONGEST = 32;
/** Few enough for a question, enough to name one message. */
const QUERY_WORDS = 6;
const SYLLABLES = [
  'ba be bi bo da de di do fa fe fi fo ga ge gi go ka ke ki ko la le li lo',
  'ma me mi mo na ne ni no pa pe pi po ra re ri ro sa se si so ta te ti to',
]
  .join(' ')
  .split(' ');

const wordAt = (rank: number): string => {
  let word = '';
  for (let rest = rank + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    word += SYLLABLES[rest % SYLLABLES.length];
  }
  return word;
};

/** Messages and queries for them, without end. */
export interface GeneratedTalk {
  /** 8 to 32 words of invented vocabulary, rarer the higher their rank, as in any language. */
  message(index: number): string;
  /** Some words of one message. */
  query(index: number): string;
}

/** Makes talk that has the sizes and word frequencies of chat and means nothing. The same seed gives the same talk. */
export const createGeneratedTalk = (seed: number): GeneratedTalk => {
  const wordsOf = (index: number): readonly string[] => {
    const { next } = createSeededRandom(seed + index * 2_654_435);
    const length = SHORTEST + Math.floor(next() * (LONGEST - SHORTEST + 1));
    // Uniform in the logarithm of the rank: Zipf's law.
    return Array.from({ length }, () => wordAt(Math.floor(WORDS ** next()) - 1));
  };
  return {
    message: (index) => `${wordsOf(index).join(' ')}.`,
    query: (index) =>
      [...wordsOf(index)]
        .sort((a, b) => b.length - a.length)
        .slice(0, QUERY_WORDS)
        .join(' '),
  };
};
