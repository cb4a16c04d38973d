import { splitSentences } from '../../chunking/sentences.ts';
import { createAnalyzer } from '../../index/analyzer.ts';
import type { EvaluationConversation, EvaluationTurn } from '../data/evaluation-set.ts';

/** A sentence of a turn, by UTF-16 offsets into its text. */
export interface LogSentence {
  readonly turn: EvaluationTurn;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A word as it stands in a sentence. */
export interface LogWord {
  readonly text: string;
  /** What the index knows it by; `undefined` for stop words. */
  readonly term: string | undefined;
  /** Written large although it does not begin its sentence; in writing without spaces, every run of letters. */
  readonly isName: boolean;
}

/** The words of a log and where they stand. */
export interface LogWords {
  readonly sentences: readonly LogSentence[];
  wordsOf(sentence: LogSentence): readonly LogWord[];
  /** The sentences that a term stands in. */
  sentencesOf(term: string): readonly LogSentence[];
  /** The turns that a term stands in: how rare it is. */
  turnsOf(term: string): ReadonlySet<string>;
}

/** Letters of writing without spaces. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const UNSPACED_RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー]+/gu;
/** Names of people in Chinese and Japanese are mostly of three letters or four; what is shorter comes up by chance. */
const RUN_LETTERS = 3;
const NAME = /^\p{Lu}\p{Ll}+$/u;
const SENTENCE_END = /[.!?:“"]\s*$/u;

/** Where there are no spaces, three letters in a row: no dictionary has the names of a log, and what comes again is one. */
const namesOfRuns = (text: string): readonly LogWord[] =>
  (text.match(UNSPACED_RUN) ?? []).flatMap((run) => {
    const letters = [...run];
    return letters.slice(RUN_LETTERS - 1).map((_, start) => {
      const name = letters.slice(start, start + RUN_LETTERS).join('');
      return { text: name, term: name, isName: true };
    });
  });

const sentencesOf = (turn: EvaluationTurn): readonly LogSentence[] => {
  let from = 0;
  return splitSentences(turn.text).flatMap((piece) => {
    const text = piece.trim();
    const start = turn.text.indexOf(text, from);
    if (text === '' || start < 0) return [];
    from = start + text.length;
    return [{ turn, start, end: from, text }];
  });
};

/** Reads the words of a conversation, in any script. */
export const readLogWords = (conversation: EvaluationConversation): LogWords => {
  const analyze = createAnalyzer();
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  const spacedWords = (text: string): readonly LogWord[] =>
    [...segmenter.segment(text)]
      .filter(({ isWordLike, segment }) => isWordLike && !UNSPACED.test(segment))
      .map(({ segment, index }) => {
        const terms = analyze(segment);
        return {
          text: segment,
          term: terms.length === 0 ? undefined : terms.join(' '),
          isName: index > 0 && NAME.test(segment) && !SENTENCE_END.test(text.slice(0, index)),
        };
      });
  const words = new Map<LogSentence, readonly LogWord[]>();
  const places = new Map<string, LogSentence[]>();
  const sentences = conversation.turns.flatMap(sentencesOf);
  for (const sentence of sentences) {
    const found = [...namesOfRuns(sentence.text), ...spacedWords(sentence.text)];
    words.set(sentence, found);
    for (const term of new Set(found.flatMap(({ term: of }) => of ?? []))) {
      const known = places.get(term);
      if (known === undefined) places.set(term, [sentence]);
      else known.push(sentence);
    }
  }
  return {
    sentences,
    wordsOf: (sentence) => words.get(sentence) ?? [],
    sentencesOf: (term) => places.get(term) ?? [],
    turnsOf: (term) => new Set((places.get(term) ?? []).map(({ turn }) => turn.id)),
  };
};
