import type { Chunk } from '@retentive/core';
import type { Calendar } from '../context/dates.ts';
import type { AskedTime } from './asked-times.ts';
import { createAskedWords } from './asked-words.ts';
import {
  type Candidate,
  type CandidateOptions,
  findCandidates,
  type RetrievalSources,
} from './candidates.ts';
import type { ChunkTraits } from './chunk-traits.ts';
import { withoutFrame } from './frame-words.ts';
import { queryTerms } from './query-terms.ts';
import { readQuestion } from './question.ts';
import { type Weights, weighCandidates } from './weigh.ts';

/** What recalling chunks reads. */
export interface RecallSources extends RetrievalSources {
  readonly calendar: Calendar;
  readonly traitsOf: (chunk: Chunk) => ChunkTraits;
  readonly weights?: Weights | undefined;
}

const DAY_MS = 86_400_000;
/** Days of a longer stretch have too many words to look for. */
const MOST_DAYS = 7;

/** The words of the days that "yesterday" and "last week" stand for, as chunks are indexed by them. */
const dayWordsOf = (times: readonly AskedTime[], calendar: Calendar): readonly string[] =>
  times
    .filter(({ from, until, isRelative }) => isRelative && until - from <= MOST_DAYS * DAY_MS)
    .flatMap(({ from, until }) =>
      Array.from(
        { length: Math.round((until - from) / DAY_MS) },
        (_, day) => calendar.dayOf(from + day * DAY_MS).words,
      ),
    );

/** Chunks for a context: found by words and near meaning, then weighed by what the question asks for. Best first. */
export const recallChunks = (
  query: string,
  sources: RecallSources,
  options: CandidateOptions,
): readonly Candidate[] => {
  const { now, asOf = now } = options;
  const question = readQuestion(query, Math.min(now, asOf));
  const dayWords = dayWordsOf(question.times, sources.calendar);
  const { analyze, lexical, traitsOf, weights } = sources;
  const candidates = findCandidates(query, sources, { ...options, dayWords });
  const asked = createAskedWords(withoutFrame(queryTerms(query, analyze), analyze), lexical);
  return weighCandidates(candidates, { question, asked, traitsOf, weights });
};
