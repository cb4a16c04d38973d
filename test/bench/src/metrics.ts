import type { Tokenizer } from '@retentive/core';
import type { BenchQuestion, BenchTurn } from './bench-data.ts';

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
export const evidenceText = (turn: BenchTurn): string => foldText(turn.text) || foldText(turn.caption ?? '');

/**
 * The shortest run of words that counts as a part of a turn, unless the turn itself is shorter. Runs below that stand in
 * other turns by chance ("I think that is").
 */
export const MIN_PART_WORDS = 5;

/** Words of folded text; a Chinese, Japanese or Korean character is a word of its own. */
const splitWords = (folded: string): readonly string[] =>
  folded.match(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+|\s/gu,
  ) ?? [];

/**
 * Share (0..1) of the tokens of `evidence` that stand in `context`, both folded: the longest runs of words from left to
 * right, each at least {@link MIN_PART_WORDS} words.
 */
export const partShare = (evidence: string, context: string, tokenizer: Tokenizer): number => {
  if (evidence.length === 0) return 0;
  if (context.includes(evidence)) return 1;
  const pieces = splitWords(evidence);
  const words = pieces.filter((piece) => piece !== ' ').length;
  const minimum = Math.min(MIN_PART_WORDS, words);
  let present = 0;
  let start = 0;
  while (start < pieces.length) {
    const end = runEnd(pieces, start, context);
    const run = pieces.slice(start, end);
    if (run.filter((piece) => piece !== ' ').length >= minimum) {
      present += tokenizer.count(run.join(''));
      start = end;
    } else start += 1;
  }
  return Math.min(1, present / tokenizer.count(evidence));
};

/** End of the longest run from `start` that stands in `context`; a prefix of a present run is present, so it bisects. */
const runEnd = (pieces: readonly string[], start: number, context: string): number => {
  let low = start;
  let high = pieces.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (context.includes(pieces.slice(start, middle).join(''))) low = middle;
    else high = middle - 1;
  }
  return low;
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
  question: BenchQuestion,
  evidence: readonly BenchTurn[],
  tokenizer: Tokenizer,
): Score => {
  const wanted = evidence.map(evidenceText);
  const present = wanted.filter((words) => context.includes(words)).length;
  const parts = wanted.map((words) => partShare(words, context, tokenizer));
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
