import stem from 'wink-porter2-stemmer';
import { ENGLISH_STOP_WORDS } from './stop-words.ts';

/** Turns text into index terms, in order of the text. */
export type Analyzer = (text: string) => readonly string[];

/** Most words an analyzer remembers the stem of: the vocabulary of a long chat, a few MB. */
const MEMO_ENTRIES = 50_000;

/** Longer runs of letters are no English words, and the stemmer takes time in the square of the length. */
const MAX_STEMMED_LENGTH = 64;

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** What is CJK and what is not, in turns. */
const CJK_RUNS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]+/gu;
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu;

/** Whether some terms of a text are pairs of letters rather than words. */
export const hasLetterPairs = (text: string): boolean => CJK.test(text);

/** Runs of CJK letters become overlapping pairs: a language without spaces needs no dictionary that way. */
const cjkTerms = (run: string): readonly string[] => {
  const letters = [...run];
  if (letters.length === 1) return [run];
  return letters.slice(1).map((letter, index) => `${letters[index]}${letter}`);
};

/** Marks are dropped where they only accent a Latin, Greek or Cyrillic letter; elsewhere they are part of the word. */
const foldAccents = (word: string): string =>
  // Most words have none, and folding takes longer than looking.
  /\P{ASCII}/u.test(word) ? foldMarks(word) : word;

const foldMarks = (word: string): string =>
  word
    .normalize('NFKD')
    .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, '$1')
    .normalize('NFC');

const wordTerm = (word: string): string => {
  const plain = foldAccents(word.toLowerCase().replaceAll('’', "'"));
  if (ENGLISH_STOP_WORDS.has(plain)) return '';
  const bare = plain.replace(/'(?:s|d|m|re|ve|ll|t)$/u, '').replaceAll("'", '');
  if (bare === '' || ENGLISH_STOP_WORDS.has(bare)) return '';
  return bare.length <= MAX_STEMMED_LENGTH && /^[a-z]+$/u.test(bare) ? stem(bare) : bare;
};

/**
 * An analyzer for any language: words in lower case with accents folded, English stop words out, English endings
 * stemmed (Porter2), CJK as pairs of letters. Deterministic; it remembers stems it has seen.
 */
export const createAnalyzer = (): Analyzer => {
  const memo = new Map<string, string>();
  const termOf = (word: string): string => {
    const known = memo.get(word);
    if (known !== undefined) return known;
    const term = wordTerm(word);
    if (memo.size >= MEMO_ENTRIES) memo.clear();
    memo.set(word, term);
    return term;
  };
  /** Adds the terms of a word that was not met before: some of it may be CJK. */
  const addNew = (word: string, terms: string[]): void => {
    if (!CJK.test(word)) {
      const term = termOf(word);
      if (term !== '') terms.push(term);
      return;
    }
    for (const run of word.match(CJK_RUNS) ?? []) {
      if (CJK.test(run)) terms.push(...cjkTerms(run));
      else if (termOf(run) !== '') terms.push(termOf(run));
    }
  };

  return (text) => {
    const terms: string[] = [];
    for (const word of text.match(WORD) ?? []) {
      // Words that were met before are not looked at letter by letter; none of them has CJK.
      const known = memo.get(word);
      if (known === undefined) addNew(word, terms);
      else if (known !== '') terms.push(known);
    }
    return terms;
  };
};
