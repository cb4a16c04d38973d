import {
  type ChatModel,
  type ChatPrompt,
  type Context,
  RetentiveError,
  throwIfAborted,
} from '@retentive/core';
import { type Analyzer, createAnalyzer } from '@retentive/memory';
import { type CandidateSentence, candidateSentences, itemLabel } from './extractive/candidates.ts';
import { askedFor, isStatement, questionKind } from './extractive/question.ts';
import { type RankedSentence, rankSentences } from './extractive/rank-sentences.ts';

/** What is said when memory does not hold the answer; where somebody known was asked about, a sentence on that follows. */
export const ABSTENTION = "I don't know.";

/** What is said to somebody who tells something and asks nothing. */
const ACKNOWLEDGEMENT = 'Noted.';

/** Below this score the best sentence is most likely about something else: of LoCoMo's questions with an answer 1 in 8 stays below. */
const DEFAULT_THRESHOLD = 0.45;
/** Most sentences of an answer: what a person reads at a glance. */
const DEFAULT_MAX_SENTENCES = 3;
/** Further sentences must come this close to the best. */
const CLOSE_TO_BEST = 0.8;

/** Options of {@link createExtractiveModel}. */
export interface ExtractiveOptions {
  /** Least score (0..1) of the best sentence: mostly the share of the question's rare words it holds. Default 0.45. */
  readonly threshold?: number | undefined;
  /** Most sentences quoted, 1 or more: the best, those beside it in what was said, then others as good. Default 3. */
  readonly maxSentences?: number | undefined;
}

const questionOf = ({ messages }: ChatPrompt): string =>
  messages.findLast(({ role }) => role === 'user')?.content ?? '';

const dayOf = (time: number | undefined): string =>
  time === undefined
    ? ''
    : `, ${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(time)}`;

const folded = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const isRepeated = (ranked: readonly RankedSentence[], index: number): boolean => {
  const text = folded(ranked[index]?.sentence.text ?? '');
  return ranked.findIndex(({ sentence }) => folded(sentence.text) === text) < index;
};

/** The sentences just before and after in the same item: what the best one calls `it` or `they` is often named there. */
const besideOf = (ranked: readonly RankedSentence[], { item, place }: CandidateSentence) =>
  ranked
    .map(({ sentence }) => sentence)
    .filter((other) => other.item === item && Math.abs(other.place - place) === 1)
    .toSorted((a, b) => a.place - b.place);

/** What is said where nothing answers: with the one who was asked about, so far as they are known to have spoken. */
const abstentionFor = (question: string, { items }: Context, analyze: Analyzer): string => {
  const asked = new Set(analyze(question));
  const speakers = new Set(items.flatMap(({ speaker }) => (speaker === undefined ? [] : [speaker])));
  const named = [...speakers].filter((speaker) => analyze(speaker).some((term) => asked.has(term)));
  return named.length === 0
    ? ABSTENTION
    : `${ABSTENTION} Nothing that is known of ${named.join(' and ')} answers it.`;
};

interface Answer {
  readonly quote: string;
  readonly number: number;
  readonly item: number;
  readonly cite: string;
}

const citeOf = (context: Context, item: number, number: number): string => {
  const known = context.items[item];
  return known === undefined ? '' : `[${number}] ${itemLabel(known)}${dayOf(known.time)}`;
};

/** A model that reads `prompt.context` and not the messages: an agent shows it no live history, so that all is recalled. */
export interface ContextModel extends ChatModel {
  readonly readsContextOnly: true;
}

/** True for a {@link ContextModel}. */
export const readsContextOnly = (model: ChatModel): boolean =>
  'readsContextOnly' in model && model.readsContextOnly === true;

/**
 * A model that makes nothing up: it answers with the best sentences of `prompt.context`, word for word, each with the
 * number of its source, then says who said them and when.  Where no sentence holds enough of the question's rare words,
 * or somebody else's story holds far more of them, it says "I don't know." ("Noted." to a plain statement) and finishes with `abstain`. Offline, and the same prompt gives the same answer.
 * @throws OPTION_INVALID
 */
export const createExtractiveModel = (options: ExtractiveOptions = {}): ContextModel => {
  const { threshold = DEFAULT_THRESHOLD, maxSentences = DEFAULT_MAX_SENTENCES } = options;
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RetentiveError('OPTION_INVALID', `threshold must be from 0 to 1, got ${threshold}`);
  }
  if (!Number.isInteger(maxSentences) || maxSentences < 1) {
    throw new RetentiveError('OPTION_INVALID', `maxSentences must be 1 or more, got ${maxSentences}`);
  }
  const analyze = createAnalyzer();

  const answer = (question: string, context: Context): readonly Answer[] => {
    const asked = {
      terms: [...new Set(analyze(question))],
      asking: new Set(analyze(askedFor(question))),
      kind: questionKind(question),
    };
    const ranked = rankSentences(candidateSentences(context, analyze), asked, context);
    const best = ranked[0];
    if (best === undefined || best.score < threshold) return [];
    const least = Math.max(threshold, best.score * CLOSE_TO_BEST);
    // A further sentence says something of the question itself, not only of what stands around it.
    const close = ranked.filter(
      ({ score, sentence }, index) =>
        score >= least &&
        !isRepeated(ranked, index) &&
        (index === 0 || asked.terms.some((term) => sentence.terms.has(term))),
    );
    const whole = [best.sentence, ...besideOf(ranked, best.sentence)].slice(0, maxSentences);
    const others = close.map(({ sentence }) => sentence).filter((sentence) => !whole.includes(sentence));
    const chosen = [
      ...whole.toSorted((a, b) => a.place - b.place),
      ...others.slice(0, maxSentences - whole.length),
    ];
    const sources = [...new Set(chosen.map(({ item }) => item))];
    return chosen.map(({ text, item }) => {
      const number = sources.indexOf(item) + 1;
      return { quote: text, number, item, cite: citeOf(context, item, number) };
    });
  };

  return {
    id: 'extractive',
    readsContextOnly: true,
    async *stream(prompt, { signal } = {}) {
      throwIfAborted(signal, 'the extractive model');
      const question = questionOf(prompt);
      const told = isStatement(question);
      const answers = told || prompt.context === undefined ? [] : answer(question, prompt.context);
      if (answers.length === 0) {
        const { context } = prompt;
        const abstention = context === undefined ? ABSTENTION : abstentionFor(question, context, analyze);
        yield { type: 'text-delta', text: told ? ACKNOWLEDGEMENT : abstention };
        yield { type: 'finish', reason: 'abstain' };
        return;
      }
      for (const [index, { quote, number, item }] of answers.entries()) {
        throwIfAborted(signal, 'the extractive model');
        yield { type: 'text-delta', text: `${index === 0 ? '' : ' '}${quote} [${number}]` };
        yield { type: 'source', item, quote };
      }
      const cites = [...new Set(answers.map(({ cite }) => cite))];
      yield { type: 'text-delta', text: `\n\n${cites.join('\n')}` };
      yield { type: 'finish', reason: 'stop' };
    },
  };
};
