import { type CallOptions, createSeededRandom, type Random } from '@retentive/core';
import type { Extractor } from '../../writing/extractor.ts';
import type { EvaluationConversation, EvaluationQuestion, EvidenceSpan } from '../data/evaluation-set.ts';
import type { DraftQuestion } from './draft-question.ts';
import { askOfFacts } from './fact-questions.ts';
import { type LogSentence, type LogWord, type LogWords, readLogWords } from './log-words.ts';

/** Options of {@link makeQuestions}. */
export interface MakeQuestionsOptions extends CallOptions {
  /** Most questions of each kind. Default 40. */
  readonly perKind?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
  /** Finds the facts that are asked for; default the offline rules. False: no questions of facts. */
  readonly extractor?: Extractor | false | undefined;
}

const DEFAULT_PER_KIND = 40;
/** Something that more turns speak of is a topic, which no few lines can hold. */
const MOST_SCATTERED = 6;
/** Words that a question has besides what it asks for: fewer than a person would use, so that it is not the turn itself. */
const CUES = 3;
/** In fewer words than this there is nothing to ask by. */
const LEAST_CUES = 2;

const spanOf = ({ turn, start, end }: LogSentence): EvidenceSpan => ({ turn: turn.id, start, end });

/** The question in English where the cues are in Latin letters; elsewhere the cues alone, in no language but their own. */
const phrase = (english: string, cues: readonly string[]): string =>
  cues.every((cue) => /^[\p{Script=Latin}\p{N}\p{P}\s]+$/u.test(cue)) ? `${english}?` : `${cues.join(' ')}?`;

const shuffled = <Value>(values: readonly Value[], random: Random): readonly Value[] =>
  values
    .map((value) => ({ value, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);

/** The rarest words of a sentence that are not the answer, in its order. */
const cuesOf = (
  sentence: LogSentence,
  words: LogWords,
  isAnswer: (word: LogWord) => boolean,
): readonly string[] => {
  const usable = words
    .wordsOf(sentence)
    .filter((word) => word.term !== undefined && !isAnswer(word) && /\p{L}{2}/u.test(word.text));
  const rarity = ({ term = '' }: LogWord): number => words.turnsOf(term).size;
  const chosen = new Set(usable.toSorted((a, b) => rarity(a) - rarity(b)).slice(0, CUES));
  return [...new Set(usable.filter((word) => chosen.has(word)).map(({ text }) => text))];
};

/** A number with its parts, such as `16:30`, `1,200` or `2024-05-03`. */
const NUMBER = /\p{N}+(?:[.,:/-]\p{N}+)*/gu;
/** Of more numbers in one sentence it cannot be told which one is asked for. */
const MOST_NUMBERS = 2;

const hasDigit = (text: string): boolean => /\p{N}/u.test(text);

/** A number, amount, time or date, asked for by other words of its sentence. One turn holds it. */
const askOfNumbers = (words: LogWords): readonly DraftQuestion[] =>
  words.sentences.flatMap((sentence): readonly DraftQuestion[] => {
    const numbers = sentence.text.match(NUMBER) ?? [];
    const [number] = numbers;
    if (number === undefined || numbers.length > MOST_NUMBERS) return [];
    const cues = cuesOf(sentence, words, ({ text }) => hasDigit(text));
    if (cues.length < LEAST_CUES) return [];
    return [
      {
        question: phrase(`Which number did ${sentence.turn.speaker} give: ${cues.join(', ')}`, cues),
        answers: [number],
        category: 'number',
        answerable: true,
        spans: [spanOf(sentence)],
      },
    ];
  });

interface Mention {
  readonly word: string;
  readonly term: string;
  readonly sentences: readonly LogSentence[];
}

/** Words that several turns of several sessions speak of, and no more than a few; names only, where a script has them. */
const mentionsOf = (words: LogWords): readonly Mention[] => {
  const mentions = new Map<string, Mention>();
  for (const sentence of words.sentences) {
    for (const { text, term, isName } of words.wordsOf(sentence)) {
      if (term === undefined || mentions.has(term) || !isName) continue;
      const turns = words.turnsOf(term);
      if (turns.size < 2 || turns.size > MOST_SCATTERED) continue;
      const sentences = words.sentencesOf(term);
      if (new Set(sentences.map(({ turn }) => turn.session)).size < 2) continue;
      mentions.set(term, { word: text, term, sentences });
    }
  }
  return [...mentions.values()];
};

/** All that was said of something, in every turn that names it: evidence that lies scattered. */
const askOfMentions = (mentions: readonly Mention[]): readonly DraftQuestion[] =>
  mentions.map(({ word, sentences }) => ({
    question: phrase(`What was said about ${word}`, [word]),
    answers: [],
    category: 'scattered',
    answerable: true,
    spans: sentences.map(spanOf),
  }));

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** What was said of something on one day of several: only the date tells the turns apart. */
const askOfDays = (mentions: readonly Mention[]): readonly DraftQuestion[] =>
  mentions.flatMap(({ word, sentences }) => {
    const days = [...new Set(sentences.map(({ turn }) => dayOf(turn.time)))];
    if (days.length < 2) return [];
    return days.slice(0, 1).map(
      (day): DraftQuestion => ({
        question: phrase(`What was said about ${word} on ${day}`, [word]),
        answers: [],
        category: 'day',
        answerable: true,
        spans: sentences.filter(({ turn }) => dayOf(turn.time) === day).map(spanOf),
      }),
    );
  });

const CONSONANTS = 'bdfgklmnprstvz';
const VOWELS = 'aeiou';

/** A word that can be spoken and that the log does not have. */
const unknownWord = (words: LogWords, random: Random): string => {
  const letter = (of: string): string => of[Math.floor(random.next() * of.length)] ?? 'o';
  for (;;) {
    const syllables = Array.from({ length: 3 }, () => letter(CONSONANTS) + letter(VOWELS)).join('');
    const word = `${syllables[0]?.toUpperCase()}${syllables.slice(1)}l`;
    if (words.sentences.every(({ text }) => !text.toLowerCase().includes(word.toLowerCase()))) return word;
  }
};

/** The cue words of number questions about a name that nobody ever said: the right reply is to abstain. */
const askOfNothing = (
  drafts: readonly DraftQuestion[],
  words: LogWords,
  random: Random,
): readonly DraftQuestion[] =>
  drafts
    .filter(({ category }) => category === 'number')
    .map(({ question }) => ({
      question: question.replace(/\?$/u, ` (${unknownWord(words, random)})?`),
      answers: [],
      category: 'absent',
      answerable: false,
      spans: [],
    }));

/**
 * Questions about a log that nobody has labelled, each with the words that answer it, made without a model: facts that rules
 * find, numbers, names that come up here and there, days, and things that were never said. The same log, seed and options give
 * the same questions.
 *
 * They are asked in words of the log itself, so recall of them is higher than of people's own questions and says little by
 * itself. It tells settings, budgets and versions apart on the log that matters.
 */
export const makeQuestions = async (
  conversation: EvaluationConversation,
  { perKind = DEFAULT_PER_KIND, seed = 1, extractor, signal }: MakeQuestionsOptions = {},
): Promise<readonly EvaluationQuestion[]> => {
  const words = readLogWords(conversation);
  const random = createSeededRandom(seed);
  const mentions = mentionsOf(words);
  const numbers = shuffled(askOfNumbers(words), random).slice(0, perKind);
  const kinds = [
    extractor === false ? [] : await askOfFacts(conversation, { extractor, signal }),
    numbers,
    askOfMentions(mentions),
    askOfDays(mentions),
    askOfNothing(numbers, words, random),
  ];
  return kinds
    .flatMap((drafts) => shuffled(drafts, random).slice(0, perKind))
    .map(({ spans, ...draft }, index) => ({
      id: `${conversation.id}:${draft.category}${index}`,
      conversationId: conversation.id,
      ...draft,
      evidence: [...new Set(spans.map(({ turn }) => turn))],
      ...(spans.length === 0 ? {} : { spans }),
    }));
};
