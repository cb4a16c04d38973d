import type { Context } from '@retentive/core';
import { type CandidateSentence, endsAsking } from './candidates.ts';
import { holdsKind, type QuestionKind } from './question.ts';
import { isAnothersStory } from './whose-words.ts';

/** A sentence with how well it answers. */
export interface RankedSentence {
  readonly sentence: CandidateSentence;
  /** Share of the question's rare words that the sentence and its surroundings hold, times what speaks for or against it. */
  readonly score: number;
}

/** A question as it is looked for. */
export interface Asked {
  /** Index terms, each once. */
  readonly terms: readonly string[];
  /** Those of them that say what is asked for: `colour` in `what colour`. */
  readonly asking: ReadonlySet<string>;
  readonly kind: QuestionKind;
}

/** Sentences of other talk that words are thought to be rare in, so that a context of few sentences has idf too. */
const BACKGROUND_SENTENCES = 200;
/** What a word of the question counts that stands not in the sentence but in its item, its speaker or its day. */
const AROUND_WEIGHT = 0.7;
/** What it counts in the question that the item replies to: nearly as if the answer had repeated it. */
const ASKED_WEIGHT = 0.85;
/** What it counts in the message just before or after. */
const NEAR_WEIGHT = 0.3;
/** What words count that say what is asked for rather than what it is about (`what number`, `which day`). */
const ASKING_WEIGHT = 0.3;
/** What holding the kind of thing asked for is worth. */
const KIND_FACTOR = 1.5;
/** A question is rarely an answer. */
const QUESTION_FACTOR = 0.45;
/** The question names a speaker, and this is neither theirs nor about them: most likely somebody else's story. */
const OTHER_SPEAKER_FACTOR = 0.6;
/** What a person said is better evidence than what an assistant or a tool made of it. */
const ROLE_FACTORS = { user: 1, assistant: 0.85, tool: 0.85, system: 0.7 } as const;
/** Sentences with fewer index terms say little by themselves. */
const LEAST_TERMS = 2;
const SHORT_FACTOR = 0.8;
/** How far the item's own rank moves a score. */
const PRIOR_SHARE = 0.75;

/** Stems of words that only ask. */
const ASKING_TERMS: ReadonlySet<string> = new Set(
  `name number date day time year month week kind sort type place thing way peopl person first last new mani much old
current present want favorit favourit good one two mention said say tell told talk think feel plan use make made take took
give gave find found know see come came`.split(/\s+/u),
);

const idfOf = (
  sentences: readonly CandidateSentence[],
  asking: ReadonlySet<string>,
): ((term: string) => number) => {
  const counts = new Map<string, number>();
  for (const { terms } of sentences) for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const size = sentences.length + BACKGROUND_SENTENCES;
  return (term) =>
    Math.log(1 + size / ((counts.get(term) ?? 0) + 0.5)) *
    (asking.has(term) || ASKING_TERMS.has(term) ? ASKING_WEIGHT : 1);
};

const weightIn = ({ terms, around, near, asked }: CandidateSentence, term: string): number => {
  if (terms.has(term)) return 1;
  if (asked.has(term)) return ASKED_WEIGHT;
  if (around.has(term)) return AROUND_WEIGHT;
  return near.has(term) ? NEAR_WEIGHT : 0;
};

/** Terms of the question that name somebody who speaks in the context. */
const namedSpeakers = (
  sentences: readonly CandidateSentence[],
  terms: readonly string[],
): ReadonlySet<string> => {
  const speakers = new Set(sentences.flatMap(({ speaker }) => speaker));
  return new Set(terms.filter((term) => speakers.has(term)));
};

const isOfAnother = ({ speaker, terms }: CandidateSentence, named: ReadonlySet<string>): boolean =>
  named.size > 0 && !speaker.some((term) => named.has(term)) && ![...named].some((term) => terms.has(term));

/**
 * The sentences of a context, best answer first; ties keep the order of the context. Score = idf-weighted share of the
 * question's words in and around the sentence, times what fits the kind of question, who said it, and how well its item
 * ranked. None where what is asked of somebody is told of somebody else. Pure; O(sentences x terms).
 */
export const rankSentences = (
  sentences: readonly CandidateSentence[],
  { terms, asking, kind }: Asked,
  { items }: Context,
): readonly RankedSentence[] => {
  const idf = idfOf(sentences, asking);
  const weights = terms.map((term) => [term, idf(term)] as const);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const named = namedSpeakers(sentences, terms);
  if (isAnothersStory(sentences, weights, named)) return [];
  const best = Math.max(...items.map(({ why }) => why.score), Number.EPSILON);
  const ranked = sentences.map((sentence) => {
    let held = 0;
    for (const [term, weight] of weights) held += weight * weightIn(sentence, term);
    const item = items[sentence.item];
    const prior = 1 - PRIOR_SHARE + PRIOR_SHARE * Math.max(0, (item?.why.score ?? 0) / best);
    const factor =
      (holdsKind(sentence.text, kind) ? KIND_FACTOR : 1) *
      (endsAsking(sentence.text) ? QUESTION_FACTOR : 1) *
      (sentence.terms.size < LEAST_TERMS ? SHORT_FACTOR : 1) *
      (isOfAnother(sentence, named) ? OTHER_SPEAKER_FACTOR : 1) *
      ROLE_FACTORS[item?.role ?? 'user'];
    return { sentence, score: total === 0 ? 0 : (held / total) * prior * factor };
  });
  return ranked.toSorted((a, b) => b.score - a.score);
};
