import type { Chunk, MessageId } from '@retentive/core';
import type { EpisodicStore } from '../episodic/episodic-store.ts';
import type { Analyzer } from '../index/analyzer.ts';
import type { LexicalIndex } from '../index/lexical-index.ts';
import { saidBySubject } from './speakers.ts';
import { type Scored, topK } from './top-k.ts';

/** One thing that retrieval proposes, with the named addends of its score. */
export interface Candidate {
  readonly chunk: Chunk;
  /** Sum of `parts`; above 0. In standard deviations of the lexical scores of the scope. */
  readonly score: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly matched: readonly string[];
}

/** What retrieval reads. */
export interface RetrievalSources {
  readonly episodic: EpisodicStore;
  readonly lexical: LexicalIndex;
  readonly analyze: Analyzer;
}

/** What a query leaves out, and how much it asks for. */
export interface CandidateOptions {
  readonly exclude?: ReadonlySet<MessageId> | undefined;
  readonly thread?: string | undefined;
  /** Chunks that expired before this moment (ms since epoch) are not proposed. */
  readonly now: number;
  /** Most candidates; default {@link DEFAULT_CANDIDATES}. */
  readonly limit?: number | undefined;
}

/** More than any sensible budget holds, few enough to sort and lay out in a millisecond or two. */
const DEFAULT_CANDIDATES = 400;

/** What being said by the one the query is about is worth, in standard deviations of the lexical scores. */
const SPEAKER_PRIOR = 1.5;

const spreadOf = (scores: Float64Array, ordinals: readonly number[], size: number): number => {
  let sum = 0;
  let squares = 0;
  for (const ordinal of ordinals) {
    const score = scores[ordinal] as number;
    sum += score;
    squares += score * score;
  }
  const mean = sum / size;
  return Math.sqrt(Math.max(squares / size - mean * mean, Number.EPSILON));
};

/**
 * Chunks that may answer `query`, best first; ties go to the older chunk. Context-smoothed BM25 in units of its own
 * spread, plus a prior for being said by the one the query is about. Only chunks that share a term with the query, themselves or
 * through a neighbour, are proposed. Pure given the indexes; linear in the postings of the query's terms.
 */
export const findCandidates = (
  query: string,
  { episodic, lexical, analyze }: RetrievalSources,
  { exclude, thread, now, limit = DEFAULT_CANDIDATES }: CandidateOptions,
): readonly Candidate[] => {
  const terms = [...new Set(analyze(query))];
  const { ordinals, scores, matched } = lexical.search(terms);
  if (ordinals.length === 0) return [];
  const spread = spreadOf(scores, ordinals, Math.max(lexical.size, ordinals.length));
  const isSubject = saidBySubject(query, episodic.speakers);
  const isProposed = (chunk: Chunk): boolean =>
    (chunk.expiresAt === undefined || chunk.expiresAt > now) &&
    (thread === undefined || chunk.thread === thread) &&
    !(chunk.source.type === 'message' && exclude?.has(chunk.source.id));
  const priorOf = (chunk: Chunk): number => (isSubject(chunk) ? SPEAKER_PRIOR : 0);
  function* proposals(): Generator<Scored> {
    for (const ordinal of ordinals) {
      const chunk = episodic.chunkAt(ordinal);
      if (chunk === undefined || !isProposed(chunk)) continue;
      yield { ordinal, score: (scores[ordinal] as number) / spread + priorOf(chunk) };
    }
  }
  return topK(proposals(), limit).map(({ ordinal, score }) => {
    const chunk = episodic.chunkAt(ordinal) as Chunk;
    const speaker = priorOf(chunk);
    const bits = matched[ordinal] as number;
    return {
      chunk,
      score,
      parts: { lexical: score - speaker, ...(speaker > 0 ? { speaker } : {}) },
      matched: terms.filter((_, position) => position < 31 && (bits & (1 << position)) !== 0),
    };
  });
};
