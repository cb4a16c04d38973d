import type { Chunk } from '@retentive/core';
import type { AskedTime } from './asked-times.ts';
import type { Candidate } from './candidates.ts';
import type { ChunkTraits } from './chunk-traits.ts';
import type { Question } from './question.ts';
import type { WordShare } from './word-share.ts';

/** What candidates are weighed by. */
export interface WeighParts {
  readonly question: Question;
  readonly share: WordShare;
  readonly traitsOf: (chunk: Chunk) => ChunkTraits;
}

/** Addends, in standard deviations of the lexical scores, as the score itself; docs/decisions/0028-ranking.md. */
const OWN = 3;
const TOGETHER = 0.2;
const ANSWERS = 1;
const TIME_WORD = 1;
const NUMBER_WORD = 0.5;
const FIRST_PERSON = 0.5;
const TELLING = 0.5;
const ASSISTANT = 2;
const ASKED_TIME = 2;

/** The best of a session whose mean says how much the session is about the query. */
const BEST_OF_SESSION = 5;
/** Terms from which on a chunk tells as much as any. */
const TELLING_TERMS = 8;
/** People tell of what happened for so long after it. */
const TELLING_AFTER_MS = 7 * 86_400_000;
/** Of a series, each further chunk of one session counts so much of the one before it. */
const SERIES_DECAY = 0.8;
/** Losses take no more of a score: a candidate stays one. */
const MOST_LOST = 0.9;

/** How much a talk is a log of an assistant (1) rather than people in turns (0), from who said what is proposed. */
const logShare = (candidates: readonly Candidate[]): number => {
  const said = candidates.filter(({ chunk }) => chunk.role === 'assistant').length;
  return Math.min(1, (2 * said) / candidates.length);
};

/** By session, the mean of its best scores; `candidates` are in order of theirs. */
const sessionScores = (candidates: readonly Candidate[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { chunk, score } of candidates) {
    const entry = sums.get(chunk.session) ?? { sum: 0, count: 0 };
    if (entry.count === BEST_OF_SESSION) continue;
    sums.set(chunk.session, { sum: entry.sum + score, count: entry.count + 1 });
  }
  return new Map([...sums].map(([session, { sum }]) => [session, sum / BEST_OF_SESSION]));
};

/** 1 for what was said in the time, less the longer after it. */
const nearness = (time: number, asked: readonly AskedTime[]): number =>
  asked.reduce((most, { from, until }) => {
    if (time < from) return most;
    return Math.max(most, time < until ? 1 : 1 - (time - until) / TELLING_AFTER_MS);
  }, 0);

const sumOf = (parts: Readonly<Record<string, number>>): number =>
  Object.values(parts).reduce((sum, part) => sum + part, 0);

/** Later chunks of a session, in order of score, count less and less, so that other sessions come in between. */
const spreadOut = (ranked: readonly Candidate[]): readonly Candidate[] => {
  const counts = new Map<string, number>();
  return ranked.map((candidate) => {
    const { session } = candidate.chunk;
    const count = counts.get(session) ?? 0;
    counts.set(session, count + 1);
    if (count === 0) return candidate;
    const score = candidate.score * SERIES_DECAY ** count;
    return { ...candidate, score, parts: { ...candidate.parts, series: score - candidate.score } };
  });
};

const byRank = (a: Candidate, b: Candidate): number =>
  b.score - a.score || a.chunk.position - b.chunk.position;

/**
 * Weighs candidates by what the question asks for and by what surrounds them: each addend is a part of its own. The same
 * candidates in a new order. Pure; linear in their number.
 */
export const weighCandidates = (
  candidates: readonly Candidate[],
  { question, share, traitsOf }: WeighParts,
): readonly Candidate[] => {
  if (candidates.length === 0) return candidates;
  const log = logShare(candidates);
  const talk = 1 - log;
  const sessions = sessionScores(candidates);
  const byPosition = new Map(candidates.map((candidate) => [candidate.chunk.position, candidate]));
  const asksPeople = question.isAboutAsker && !question.asksAssistant;

  /** How much of the query the question had that this one answers. */
  const answered = ({ chunk }: Candidate): number => {
    const before = byPosition.get(chunk.position - 1);
    if (before === undefined || before.chunk.session !== chunk.session) return 0;
    const isOther = (before.chunk.speaker ?? before.chunk.role) !== (chunk.speaker ?? chunk.role);
    return isOther && traitsOf(before.chunk).endsAsking ? share.ofWords(before.matched) : 0;
  };

  const addends = (candidate: Candidate): Readonly<Record<string, number>> => {
    const { chunk, matched } = candidate;
    const traits = traitsOf(chunk);
    return {
      own: OWN * log * share.ofWords(matched),
      session: TOGETHER * talk * (sessions.get(chunk.session) ?? 0),
      answer: ANSWERS * talk * answered(candidate),
      time: question.asksWhen && traits.hasTime ? TIME_WORD : 0,
      number: question.asksNumber && traits.hasNumber ? NUMBER_WORD : 0,
      firstPerson: traits.isFirstPerson ? FIRST_PERSON : 0,
      telling: TELLING * Math.min(1, traits.terms / TELLING_TERMS),
      date: ASKED_TIME * nearness(chunk.time, question.times),
    };
  };

  const weighed = candidates.map((candidate) => {
    const added = Object.entries(addends(candidate)).filter(([, part]) => part > 0);
    const gains = { ...candidate.parts, ...Object.fromEntries(added) };
    const most = sumOf(gains);
    const lost =
      asksPeople && candidate.chunk.role === 'assistant' ? Math.min(ASSISTANT, MOST_LOST * most) : 0;
    const parts = lost === 0 ? gains : { ...gains, assistant: -lost };
    return { ...candidate, score: most - lost, parts };
  });
  const ranked = weighed.sort(byRank);
  return question.asksSeries ? spreadOut(ranked).toSorted(byRank) : ranked;
};
