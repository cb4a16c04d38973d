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
  /** In a sentence of Latin, Greek or Cyrillic letters: written large although it does not begin it. */
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

/** Reads the words of a conversation, in any script: `Intl.Segmenter` finds them where there are no spaces. */
export const readLogWords = (conversation: EvaluationConversation): LogWords => {
  const analyze = createAnalyzer();
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
  const words = new Map<LogSentence, readonly LogWord[]>();
  const places = new Map<string, LogSentence[]>();
  const sentences = conversation.turns.flatMap(sentencesOf);
  for (const sentence of sentences) {
    const found = [...segmenter.segment(sentence.text)]
      .filter(({ isWordLike }) => isWordLike)
      .map(({ segment, index }): LogWord => {
        const terms = analyze(segment);
        return {
          text: segment,
          term: terms.length === 0 ? undefined : terms.join(' '),
          isName:
            index > 0 &&
            /^\p{Lu}\p{Ll}+$/u.test(segment) &&
            !/[.!?:“"]\s*$/u.test(sentence.text.slice(0, index)),
        };
      });
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
