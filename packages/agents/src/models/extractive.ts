import {
  type ChatModel,
  type ChatPrompt,
  type Context,
  RetentiveError,
  throwIfAborted,
} from '@retentive/core';
import { createAnalyzer } from '@retentive/memory';
import { candidateSentences, itemLabel } from './extractive/candidates.ts';
import { questionKind } from './extractive/question.ts';
import { type RankedSentence, rankSentences } from './extractive/rank-sentences.ts';

/** What is said when memory does not hold the answer. */
export const ABSTENTION = "I don't know.";

/** Below this share of the question's rare words the best sentence is about something else. */
const DEFAULT_THRESHOLD = 0.5;
/** Most sentences of an answer: what a person reads at a glance. */
const DEFAULT_MAX_SENTENCES = 3;
/** Further sentences must come this close to the best. */
const CLOSE_TO_BEST = 0.8;

/** Options of {@link createExtractiveModel}. */
export interface ExtractiveOptions {
  /** Least share (0..1) of the question's words, weighted by rarity, that the best sentence must hold. Default 0.5. */
  readonly threshold?: number | undefined;
  /** Most sentences quoted, 1 or more. Default 3. */
  readonly maxSentences?: number | undefined;
}

const questionOf = ({ messages }: ChatPrompt): string =>
  messages.findLast(({ role }) => role === 'user')?.content ?? '';

const dayOf = (time: number | undefined): string =>
  time === undefined
    ? ''
    : `, ${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(time)}`;

const isRepeated = (ranked: readonly RankedSentence[], index: number): boolean =>
  ranked.findIndex(({ sentence }) => sentence.text === ranked[index]?.sentence.text) < index;

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

/**
 * A model that makes nothing up: it answers with the best sentences of `prompt.context`, word for word, each with the
 * number of its source, then says who said them and when. Where no sentence holds enough of the question's rare words
 * it says "I don't know." and finishes with `abstain`. Offline, and the same prompt gives the same answer.
 * @throws OPTION_INVALID
 */
export const createExtractiveModel = (options: ExtractiveOptions = {}): ChatModel => {
  const { threshold = DEFAULT_THRESHOLD, maxSentences = DEFAULT_MAX_SENTENCES } = options;
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RetentiveError('OPTION_INVALID', `threshold must be from 0 to 1, got ${threshold}`);
  }
  if (!Number.isInteger(maxSentences) || maxSentences < 1) {
    throw new RetentiveError('OPTION_INVALID', `maxSentences must be 1 or more, got ${maxSentences}`);
  }
  const analyze = createAnalyzer();

  const answer = (question: string, context: Context): readonly Answer[] => {
    const asked = { terms: [...new Set(analyze(question))], kind: questionKind(question) };
    const ranked = rankSentences(candidateSentences(context, analyze), asked, context);
    const best = ranked[0];
    if (best === undefined || best.coverage < threshold) return [];
    const close = ranked.filter(
      ({ score, coverage }, index) =>
        score >= best.score * CLOSE_TO_BEST && coverage >= threshold && !isRepeated(ranked, index),
    );
    const chosen = close.slice(0, maxSentences).map(({ sentence }) => sentence);
    const sources = [...new Set(chosen.map(({ item }) => item))];
    return chosen.map(({ text, item }) => {
      const number = sources.indexOf(item) + 1;
      return { quote: text, number, item, cite: citeOf(context, item, number) };
    });
  };

  return {
    id: 'extractive',
    async *stream(prompt, { signal } = {}) {
      throwIfAborted(signal, 'the extractive model');
      const answers = prompt.context === undefined ? [] : answer(questionOf(prompt), prompt.context);
      if (answers.length === 0) {
        yield { type: 'text-delta', text: ABSTENTION };
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
