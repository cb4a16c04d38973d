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
import { DEFAULT_WEIGHTS, type Weights, weighCandidates } from './weigh.ts';

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

/** Places looked back for the session of a chunk: other threads may come between. */
const LOOK_BACK = 3;

/** Whether a chunk is the first of its session, as far as the working set tells. */
const opensSession = ({ position, session }: Chunk, { episodic }: RecallSources): boolean => {
  if (position === 0) return true;
  if (episodic.loadedAt(position - 1) === undefined) return false;
  for (let back = 1; back <= LOOK_BACK; back += 1) {
    if (episodic.loadedAt(position - back)?.session === session) return false;
  }
  return true;
};

/** Chunks for a context: found by words, near meaning and gains of 0 to 1 in `related`, then weighed by what the question asks for. Best first. */
export const recallChunks = (
  query: string,
  sources: RecallSources,
  options: CandidateOptions,
): readonly Candidate[] => {
  const { now, asOf = now } = options;
  const question = readQuestion(query, Math.min(now, asOf));
  const dayWords = dayWordsOf(question.times, sources.calendar);
  const { analyze, lexical, traitsOf, weights } = sources;
  const { entity } = weights ?? DEFAULT_WEIGHTS;
  const related =
    options.related === undefined || entity === 0
      ? undefined
      : new Map([...options.related].map(([id, gain]) => [id, entity * gain]));
  const candidates = findCandidates(query, sources, { ...options, dayWords, related });
  const asked = createAskedWords(withoutFrame(queryTerms(query, analyze), analyze), lexical);
  return weighCandidates(candidates, {
    question,
    asked,
    traitsOf,
    weights,
    opens: (chunk) => opensSession(chunk, sources),
  });
};
