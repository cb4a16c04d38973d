import type { Chunk } from '@retentive/core';
import type { AskedTime } from './asked-times.ts';
import type { AskedWords } from './asked-words.ts';
import type { Candidate } from './candidates.ts';
import type { ChunkTraits } from './chunk-traits.ts';
import { byRank, newestFirst } from './newest-first.ts';
import type { Question } from './question.ts';
import { secondHop } from './second-hop.ts';

/** What each thing that a question asks for, or that surrounds a chunk, adds to its score. */
export interface Weights {
  /** So much of the lexical score counts beside what else speaks for a chunk; among people. In logs all of it. */
  readonly lexical: number;
  /** How rare its words are; among people. */
  readonly rarity: number;
  /** Words of the query that it has itself; in logs of an assistant. */
  readonly own: number;
  /** Pairs of such words; in logs of an assistant. */
  readonly pairs: number;
  /** What the session scores; among people. */
  readonly session: number;
  /** Words of the query in the question that it answers; among people. */
  readonly answer: number;
  /** A second hop. */
  readonly hop: number;
  /** About whom or what the query leads to by a relation that is known. */
  readonly entity: number;
  /** A word of time, where a time is asked for. */
  readonly time: number;
  /** A number, where one is asked for. */
  readonly number: number;
  /** Said in, or soon after, the time that the query names. */
  readonly date: number;
  /** Speaks of oneself. */
  readonly firstPerson: number;
  /** Long enough to tell something. */
  readonly telling: number;
  /** Opens a session, where people tell what is new; among people. */
  readonly opening: number;
  /** Taken from what only asks; among people. */
  readonly asking: number;
  /** Taken from what the assistant said, where the query is about the one who asks. */
  readonly assistant: number;
  /** Of a series, each further chunk of one session counts so much of the one before it. */
  readonly series: number;
}

/** Argued and rounded, one set for all memories: docs/decisions/0028-ranking.md. In standard deviations of lexical scores. */
export const DEFAULT_WEIGHTS: Weights = {
  lexical: 0.7,
  rarity: 1,
  own: 2,
  pairs: 4,
  session: 0.2,
  answer: 1,
  hop: 2,
  entity: 6,
  time: 1,
  number: 0.5,
  date: 2,
  firstPerson: 0.5,
  telling: 0.5,
  opening: 0.5,
  asking: 0.5,
  assistant: 2,
  series: 0.8,
};

/** What candidates are weighed by. */
export interface WeighParts {
  readonly question: Question;
  readonly asked: AskedWords;
  readonly traitsOf: (chunk: Chunk) => ChunkTraits;
  /** Whether a chunk is the first of its session. */
  readonly opens: (chunk: Chunk) => boolean;
  readonly weights?: Weights | undefined;
}

/** The best of a session whose mean says how much the session is about the query. */
const BEST_OF_SESSION = 5;
/** Tokens from which on a chunk tells as much as any: "Wow, great!" has fewer. */
const TELLING_TOKENS = 15;
/** People tell of what happened for so long after it. */
const TELLING_AFTER_MS = 7 * 86_400_000;
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

/** Adds a part to a score, if there is one. */
type Add = (name: string, part: number) => void;

/** Later chunks of a session, in order of score, count less and less, so that other sessions come in between. */
const spreadOut = (ranked: readonly Candidate[], share: number): readonly Candidate[] => {
  const counts = new Map<string, number>();
  return ranked.map((candidate) => {
    const { session } = candidate.chunk;
    const count = counts.get(session) ?? 0;
    counts.set(session, count + 1);
    if (count === 0) return candidate;
    const score = candidate.score * share ** count;
    return { ...candidate, score, parts: { ...candidate.parts, series: score - candidate.score } };
  });
};

/**
 * Weighs candidates by what the question asks for and by what surrounds them: each addend is a part of its own. The same
 * candidates in a new order. Pure; linear in their number.
 */
export const weighCandidates = (
  candidates: readonly Candidate[],
  { question, asked, traitsOf, opens, weights = DEFAULT_WEIGHTS }: WeighParts,
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
    return isOther && traitsOf(before.chunk).endsAsking ? asked.shareOf(before.matched) : 0;
  };

  /** Words outdo everything else where their own spread is the only measure: of an odd word there may be one chunk. */
  const lexicalShare = 1 - talk * (1 - weights.lexical);

  /** What a log or a talk makes of it. */
  const addSurroundings = (candidate: Candidate, traits: ChunkTraits, add: Add): void => {
    const { chunk, matched } = candidate;
    if (log > 0) {
      add('own', weights.own * log * asked.shareOf(matched));
      if (matched.length > 1) add('pairs', weights.pairs * log * asked.pairShare(traits.terms()));
    }
    if (talk === 0) return;
    if (traits.hasWords) add('rarity', weights.rarity * talk * asked.meanRarity(traits.words()));
    add('session', weights.session * talk * (sessions.get(chunk.session) ?? 0));
    add('answer', weights.answer * talk * answered(candidate));
    if (opens(chunk)) add('opening', weights.opening * talk);
  };

  /** What the question asks for, and what any question prefers. */
  const addAsked = (chunk: Chunk, traits: ChunkTraits, add: Add): void => {
    if (question.asksWhen && traits.hasTime) add('time', weights.time);
    if (question.asksNumber && traits.hasNumber) add('number', weights.number);
    if (traits.isFirstPerson) add('firstPerson', weights.firstPerson);
    add('telling', weights.telling * Math.min(1, chunk.tokens / TELLING_TOKENS));
    add('date', weights.date * nearness(chunk.time, question.times));
  };

  const weigh = (candidate: Candidate): Candidate => {
    const { chunk } = candidate;
    const traits = traitsOf(chunk);
    const parts: Record<string, number> = { ...candidate.parts };
    let most = candidate.score;
    const add: Add = (name, part) => {
      if (part <= 0) return;
      parts[name] = part;
      most += part;
    };
    const { lexical } = candidate.parts;
    if (lexical !== undefined) {
      parts['lexical'] = lexical * lexicalShare;
      most += lexical * (lexicalShare - 1);
    }
    addSurroundings(candidate, traits, add);
    addAsked(chunk, traits, add);
    const asking = weights.asking * talk * traits.asks;
    const assistant = asksPeople && chunk.role === 'assistant' ? weights.assistant : 0;
    // Should losses be too much, each takes its part of what may be lost.
    const scale = Math.min(1, (MOST_LOST * most) / (asking + assistant || 1));
    if (asking > 0) parts['asking'] = -asking * scale;
    if (assistant > 0) parts['assistant'] = -assistant * scale;
    return { ...candidate, score: most - (asking + assistant) * scale, parts };
  };

  const weighed = candidates.map(weigh);
  const wordsOf = ({ chunk }: Candidate): readonly string[] => traitsOf(chunk).words();
  const hops = secondHop(weighed.sort(byRank), { asked, wordsOf });
  const hopped = weighed
    .map((candidate) => {
      const hop = weights.hop * (hops.get(candidate.chunk.position) ?? 0);
      if (hop === 0) return candidate;
      return { ...candidate, score: candidate.score + hop, parts: { ...candidate.parts, hop } };
    })
    .sort(byRank);
  // Who names a time means what held then.
  const ranked = question.times.length > 0 ? hopped : newestFirst(hopped, wordsOf);
  return question.asksSeries && weights.series < 1
    ? spreadOut(ranked, weights.series).toSorted(byRank)
    : ranked;
};
