import type { Tokenizer } from '@retentive/core';
import type { EvaluationQuestion, EvaluationTurn } from './data/evaluation-set.ts';

/** The same text however it was composed or laid out: NFC, white space folded to single spaces, trimmed. */
export const foldText = (text: string): string => text.normalize('NFC').replace(/\s+/gu, ' ').trim();

/** As {@link foldText}, in lower case and without punctuation: how a gold answer is looked for. */
export const normalizeAnswer = (text: string): string =>
  foldText(
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\p{P}\p{S}]+/gu, ' '),
  );

/** What a turn must show to count as recalled: its whole text, or its caption where it is a picture alone. */
export const evidenceText = (turn: EvaluationTurn): string =>
  foldText(turn.text) || foldText(turn.caption ?? '');

/**
 * The shortest run of words that counts as a part of a turn. Runs below that stand in other turns by chance ("I think that is").
 */
const MIN_PART_WORDS = 5;

const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+/gu;

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Words of folded text; a Chinese, Japanese or Korean character is a word of its own. */
const splitWords = (folded: string): readonly Word[] =>
  [...folded.matchAll(WORD)].map(({ 0: text, index }) => ({ text, start: index, end: index + text.length }));

const runKey = (words: readonly Word[], start: number): string | undefined =>
  start + MIN_PART_WORDS > words.length
    ? undefined
    : words
        .slice(start, start + MIN_PART_WORDS)
        .map(({ text }) => text)
        .join(' ');

/** A context in which parts of turns are looked up; makes its table at the first need. */
export interface PartFinder {
  /** Share (0..1) of the tokens of folded `evidence` that stand in the context, see {@link createPartFinder}. */
  share(evidence: string): number;
}

/**
 * Finds parts of turns in a folded context: the longest runs of words from left to right, each at least
 * {@link MIN_PART_WORDS} words. Linear in the words of both.
 */
export const createPartFinder = (context: string, tokenizer: Tokenizer): PartFinder => {
  let table:
    | { readonly words: readonly Word[]; readonly places: ReadonlyMap<string, readonly number[]> }
    | undefined;
  const prepare = () => {
    const words = splitWords(context);
    const places = new Map<string, number[]>();
    for (let start = 0; start + MIN_PART_WORDS <= words.length; start += 1) {
      const key = runKey(words, start) as string;
      const known = places.get(key);
      if (known === undefined) places.set(key, [start]);
      else known.push(start);
    }
    return { words, places };
  };
  return {
    share(evidence) {
      if (evidence.length === 0) return 0;
      if (context.includes(evidence)) return 1;
      table ??= prepare();
      const { words, places } = table;
      const wanted = splitWords(evidence);
      let present = 0;
      for (let start = 0; start < wanted.length; ) {
        const key = runKey(wanted, start);
        const found = key === undefined ? [] : (places.get(key) ?? []);
        const length = Math.max(0, ...found.map((place) => sharedLength(wanted, start, words, place)));
        if (length > 0) {
          const from = (wanted[start] as Word).start;
          present += tokenizer.count(evidence.slice(from, (wanted[start + length - 1] as Word).end));
        }
        start += Math.max(1, length);
      }
      return Math.min(1, present / tokenizer.count(evidence));
    },
  };
};

const sharedLength = (a: readonly Word[], startA: number, b: readonly Word[], startB: number): number => {
  let length = 0;
  while (a[startA + length] !== undefined && a[startA + length]?.text === b[startB + length]?.text)
    length += 1;
  return length;
};

/** What one context gave for one question. Shares are 0..1; `answer` is undefined where it is not asked. */
export interface Score {
  readonly recall: number;
  readonly recallPart: number;
  readonly allEvidence: number;
  readonly answer: number | undefined;
}

/**
 * Scores a context, given folded ({@link foldText}), by the evidence of a question: whole turns, parts of turns, and a
 * gold answer that the evidence contains.
 */
export const scoreContext = (
  context: string,
  question: EvaluationQuestion,
  evidence: readonly EvaluationTurn[],
  tokenizer: Tokenizer,
): Score => {
  const wanted = evidence.map(evidenceText);
  const present = wanted.filter((words) => context.includes(words)).length;
  const finder = createPartFinder(context, tokenizer);
  const parts = wanted.map((words) => finder.share(words));
  return {
    recall: present / wanted.length,
    recallPart: parts.reduce((sum, part) => sum + part, 0) / wanted.length,
    allEvidence: present === wanted.length ? 1 : 0,
    answer: answerScore(context, question.answers, wanted),
  };
};

const answerScore = (
  context: string,
  answers: readonly string[],
  evidence: readonly string[],
): number | undefined => {
  const source = evidence.map(normalizeAnswer).join(' ');
  const gold = answers.map(normalizeAnswer).filter((answer) => answer.length > 0 && source.includes(answer));
  if (gold.length === 0) return undefined;
  const normalized = normalizeAnswer(context);
  return gold.some((answer) => normalized.includes(answer)) ? 1 : 0;
};

/** The score of a context that broke a promise: over its budget, or an item without speaker or date. */
export const zeroScore = (score: Score): Score => ({
  recall: 0,
  recallPart: 0,
  allEvidence: 0,
  answer: score.answer === undefined ? undefined : 0,
});
