import { type Chunk, type ChunkId, canRead, type MessageId, type Scope } from '@retentive/core';
import type { EpisodicStore } from '../episodic/episodic-types.ts';
import type { Analyzer } from '../index/analyzer.ts';
import type { LexicalIndex, LexicalScores } from '../index/lexical-index.ts';
import type { Excerpt } from '../retention/excerpt.ts';
import { type ArchiveSources, scoreArchived } from './archived-index.ts';
import { withoutFrame } from './frame-words.ts';
import { queryTerms } from './query-terms.ts';
import { saidByNobody, saidBySubject } from './speakers.ts';
import { createBest } from './top-k.ts';
import { wordFamily } from './word-family.ts';

/** One thing that retrieval proposes, with the named addends of its score. */
export interface Candidate {
  readonly chunk: Chunk;
  /** Sum of `parts`; above 0. In standard deviations of the lexical scores of the scope. */
  readonly score: number;
  readonly parts: Readonly<Record<string, number>>;
  /** What `chunk` is, where the working set holds no more of it than its best spans. */
  readonly excerpt?: Excerpt | undefined;
  /** Words of the query that the chunk has. */
  readonly matched: readonly string[];
  /** Words of the query that only its neighbours have. */
  readonly nearby: readonly string[];
}

/** What retrieval reads. */
export interface RetrievalSources {
  readonly episodic: EpisodicStore;
  readonly lexical: LexicalIndex;
  readonly analyze: Analyzer;
  /** What the working set holds of an archived chunk. */
  readonly excerptAt?: ((position: number) => Excerpt | undefined) | undefined;
  /** Given where the archive is to be asked, too. */
  readonly archived?: ArchiveSources | undefined;
}

/** What a query leaves out, and how much it asks for. */
export interface CandidateOptions {
  readonly exclude?: ReadonlySet<MessageId> | undefined;
  readonly thread?: string | undefined;
  /** Whose words may be read. */
  readonly scope: Scope;
  /** True for positions that are out of reach, such as those in the archive. */
  readonly isHidden?: ((position: number) => boolean) | undefined;
  /** Only what was said by then, ms since epoch. */
  readonly asOf?: number | undefined;
  /** Chunks that expired before this moment (ms since epoch) are not proposed. */
  readonly now: number;
  /** True for excerpts as the working set holds them; default the whole chunks, found by them. */
  readonly excerpts?: boolean | undefined;
  /** Words of days that the query means without naming them. */
  readonly dayWords?: readonly string[] | undefined;
  /** Most candidates; default {@link DEFAULT_CANDIDATES}. */
  readonly limit?: number | undefined;
  /** What near meaning adds to the score of a chunk, by id; those that words do not find are proposed too. */
  readonly boosts?: ReadonlyMap<string, number> | undefined;
  /** What being about whom the query leads to adds, in the same way. */
  readonly related?: ReadonlyMap<string, number> | undefined;
}

/** More than any sensible budget holds, few enough to sort and lay out in a millisecond or two. */
const DEFAULT_CANDIDATES = 400;

/** The most a lexical score can be in units of the spread; the best of long chats have 5 to 15. */
const HIGHEST_LEXICAL = 20;

/** What a word of the same family counts beside the word itself: "inspiration" where "inspiring" was asked for. */
const FAMILY_SHARE = 0.4;

/** What being said by the one the query is about is worth, in standard deviations of the lexical scores. */
const SPEAKER_PRIOR = 2;

/**
 * Positions of what is left out: words that stand in the live history, or were not said yet, lend nothing to what was said
 * around them.
 */
const positionsOf = (
  episodic: EpisodicStore,
  { exclude, asOf }: Pick<CandidateOptions, 'exclude' | 'asOf'>,
): ReadonlySet<number> => {
  const excluded = [...(exclude ?? [])].flatMap((id) => episodic.chunksOf(id));
  const later = asOf === undefined ? [] : episodic.chunksAfter(0).map(({ chunk }) => chunk);
  return new Set([
    ...excluded.map(({ position }) => position),
    ...later.filter(({ time }) => time > (asOf ?? 0)).map(({ position }) => position),
  ]);
};

/** The whole chunks that excerpts are of, by position: what is held of a chunk finds it, and the archive has the rest of it. */
const wholeOf = (
  positions: readonly number[],
  { episodic, excerptAt }: Pick<RetrievalSources, 'episodic' | 'excerptAt'>,
): ReadonlyMap<number, Chunk> => {
  const excerpted = positions.filter((position) => excerptAt?.(position) !== undefined);
  return new Map(episodic.chunksAt(excerpted).map((chunk) => [chunk.position, chunk]));
};

const wordsOf = (words: ReadonlyMap<string, string>, bits: number): readonly string[] =>
  [...words.values()].filter((_, position) => position < 31 && (bits & (1 << position)) !== 0);

const spreadOf = ({ each }: LexicalScores, size: number): number => {
  let sum = 0;
  let squares = 0;
  let best = 0;
  each((_, score) => {
    sum += score;
    squares += score * score;
    if (score > best) best = score;
  });
  const mean = sum / size;
  // In a memory of a few chunks scores hardly spread, and units of nothing would drown every prior.
  return Math.max(Math.sqrt(Math.max(squares / size - mean * mean, 0)), best / HIGHEST_LEXICAL);
};

/** Terms of the memory that are of the family of those of a query, with how much they count. */
const familyOf = (terms: Iterable<string>, lexical: LexicalIndex): ReadonlyMap<string, number> => {
  const asked = new Set(terms);
  const unknown = lexical.inverseDocumentFrequency('');
  const family = [...asked].flatMap(wordFamily);
  const there = family.filter((term) => !asked.has(term) && lexical.inverseDocumentFrequency(term) < unknown);
  return new Map(there.map((term) => [term, FAMILY_SHARE]));
};

/** Tells which chunks may be proposed at all. */
export const isProposable =
  ({
    exclude,
    thread,
    scope,
    isHidden,
    asOf = Number.POSITIVE_INFINITY,
    now,
  }: Omit<CandidateOptions, 'limit' | 'boosts' | 'related'>): ((chunk: Chunk) => boolean) =>
  (chunk) =>
    isHidden?.(chunk.position) !== true &&
    chunk.text.trim() !== '' &&
    canRead(scope, chunk.agent) &&
    chunk.time <= asOf &&
    (chunk.expiresAt === undefined || chunk.expiresAt > now) &&
    !(chunk.source.type === 'message' && exclude?.has(chunk.source.id)) &&
    (thread === undefined || chunk.thread === thread);

/**
 * Chunks that may answer `query`, best first; ties go to the older chunk. Context-smoothed BM25 in units of its own
 * spread, plus a prior for being said by the one the query is about, plus what `boosts` and `related` add. Only chunks that share a term
 * with the query, themselves or through a neighbour, and those with a boost are proposed. Pure given the indexes; linear
 * in the postings of the query's terms.
 */
export const findCandidates = (
  query: string,
  { episodic, lexical, analyze, excerptAt, archived }: RetrievalSources,
  options: CandidateOptions,
): readonly Candidate[] => {
  const { limit = DEFAULT_CANDIDATES, boosts, related } = options;
  const words = withoutFrame(queryTerms(query, analyze), analyze);
  const terms = [...new Set([...words.keys(), ...(options.dayWords ?? []).flatMap(analyze)])];
  const family = familyOf(words.keys(), lexical);
  const hidden = positionsOf(episodic, options);
  const present = lexical.search([...terms, ...family.keys()], hidden, family);
  const { asOf } = options;
  const isProposed = isProposable(options);
  // What was said later lends no words to what was said before.
  const isReadable = (time: number): boolean => asOf === undefined || time <= asOf;
  const past =
    archived === undefined ? undefined : scoreArchived(terms, archived, hidden, { isProposed, isReadable });
  const scoresOf = (ordinal: number): LexicalScores =>
    past !== undefined && archived?.retention.isArchived(ordinal) ? past : present;
  // Where the archive is asked, it has all that excerpts are of.
  const excerptOf = (ordinal: number): Excerpt | undefined =>
    past === undefined ? excerptAt?.(ordinal) : undefined;
  const chunkAt = (ordinal: number): Chunk | undefined =>
    past?.chunks.get(ordinal) ?? excerptOf(ordinal)?.chunk ?? episodic.chunkAt(ordinal);
  const near = [...new Set([...(boosts?.keys() ?? []), ...(related?.keys() ?? [])])].flatMap((id) => {
    const position = episodic.chunk(id as ChunkId)?.position;
    // Scores reach no further than the lexical index: a chunk that it does not know has none.
    return position === undefined || present.scoreOf(position) > 0 ? [] : [position];
  });
  const found = present.count + (past?.count ?? 0);
  if (found + near.length === 0) return [];
  const measured = present.count > 0 ? present : (past ?? present);
  const spread = spreadOf(measured, Math.max(lexical.size, measured.count));
  const isSubject = saidBySubject(query, episodic.speakers);
  const priorOf = (chunk: Chunk): number => (isSubject(chunk) ? SPEAKER_PRIOR : 0);
  const lexicalOf = (ordinal: number): number => {
    const score = scoresOf(ordinal).scoreOf(ordinal);
    return score > 0 ? score / spread : 0;
  };
  const boostOf = ({ id }: Chunk): number => boosts?.get(id) ?? 0;
  const relatedOf = ({ id }: Chunk): number => related?.get(id) ?? 0;
  const best = createBest(limit);
  const highestPrior = isSubject === saidByNobody ? 0 : SPEAKER_PRIOR;
  let highestBoost = 0;
  for (const boost of boosts?.values() ?? []) highestBoost = Math.max(highestBoost, boost);
  let highestRelated = 0;
  for (const gain of related?.values() ?? []) highestRelated = Math.max(highestRelated, gain);
  const propose = (ordinal: number, score: number): void => {
    const lexical = score > 0 ? score / spread : 0;
    // Most are too low whatever is added, and need not be looked at.
    if (lexical + highestPrior + highestBoost + highestRelated < best.least) return;
    const chunk = chunkAt(ordinal);
    if (chunk === undefined || !isProposed(chunk)) return;
    best.add(ordinal, lexical + priorOf(chunk) + boostOf(chunk) + relatedOf(chunk));
  };
  present.each((ordinal, score) => {
    if (past === undefined || scoresOf(ordinal) === present) propose(ordinal, score);
  });
  past?.each(propose);
  for (const ordinal of near) propose(ordinal, scoresOf(ordinal).scoreOf(ordinal));
  const sorted = best.sorted();
  const whole =
    past !== undefined || options.excerpts === true
      ? new Map<number, Chunk>()
      : wholeOf(
          sorted.map(({ ordinal }) => ordinal),
          { episodic, excerptAt },
        );
  return sorted.map(({ ordinal, score }) => {
    const chunk = whole.get(ordinal) ?? (chunkAt(ordinal) as Chunk);
    const lexical = lexicalOf(ordinal);
    const speaker = priorOf(chunk);
    const vector = boostOf(chunk);
    const entity = relatedOf(chunk);
    const all = scoresOf(ordinal).matchedOf(ordinal);
    const own = scoresOf(ordinal).ownOf(ordinal);
    const excerpt = whole.has(ordinal) ? undefined : excerptOf(ordinal);
    return {
      chunk,
      ...(excerpt === undefined ? {} : { excerpt }),
      score,
      parts: {
        ...(lexical > 0 ? { lexical } : {}),
        ...(speaker > 0 ? { speaker } : {}),
        ...(vector > 0 ? { vector } : {}),
        ...(entity > 0 ? { entity } : {}),
      },
      matched: wordsOf(words, own),
      nearby: wordsOf(words, all & ~own),
    };
  });
};
