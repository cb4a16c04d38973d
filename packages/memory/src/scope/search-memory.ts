import {
  type Chunk,
  type ChunkId,
  type Clock,
  canRead,
  type Fact,
  type FactId,
  parseTime,
  RetentiveError,
  type Scope,
  throwIfAborted,
} from '@retentive/core';
import type { VectorHit } from '../index/vector-index.ts';
import type { ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import type { SearchHit, SearchOptions } from '../reading-types.ts';
import { type Candidate, findCandidates, isProposable } from '../retrieval/candidates.ts';
import { createWordShare } from '../retrieval/word-share.ts';
import { contains } from '../semantic/fact-record.ts';
import { parseQuery } from './context-options.ts';
import type { MemoryParts } from './memory-parts.ts';
import type { ScopeState } from './scope-state.ts';
import type { VectorRegistry } from './vector-registry.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

/**
 * Taken from words, for each that is wanted and at least: deep enough that vectors can lift what words rank low. Of what no
 * word finds the nearest so many as are wanted do, since words put nothing of it before the others.
 */
const POOL_PER_HIT = 10;
const LEAST_POOL = 100;

/**
 * What a cosine counts beside words at least. Feature hashing sees the same words again, so it only decides between texts
 * with an equal share of them: a near-duplicate before a long text.
 */
const LEAST_WEIGHT = 0.25;

/** What no word finds must be this near: below it hashed vectors meet by chance. */
const LEAST_COSINE = 0.15;

/** What searching works with. */
export interface SearchMemoryParts {
  readonly scope: Scope;
  readonly key: ScopeKey;
  readonly load: () => Promise<ScopeState>;
  readonly scopes: MemoryParts['scopes'];
  readonly clock: Clock;
  readonly vectors: VectorRegistry;
}

interface Found {
  readonly id: string;
  /** Share of the query's words, 0 to 1. */
  readonly words: number;
  readonly asHit: (score: number) => SearchHit;
}

const parseLimit = (limit: unknown = DEFAULT_LIMIT): number => {
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new RetentiveError(
    'OPTION_INVALID',
    `limit must be a whole number from 1 to ${MAX_LIMIT}, got ${limit}`,
  );
};

const parseKind = (kind: unknown): SearchOptions['kind'] => {
  if (kind === undefined || kind === 'chunk' || kind === 'fact') return kind;
  throw new RetentiveError('OPTION_INVALID', `kind is "chunk" or "fact", got ${JSON.stringify(kind)}`);
};

const chunkFound = (chunk: Chunk, words: number): Found => ({
  id: chunk.id,
  words,
  asHit: (score) => ({ kind: 'chunk', chunk, score }),
});

const factFound = (fact: Fact, words: number): Found => ({
  id: fact.id,
  words,
  asHit: (score) => ({ kind: 'fact', fact, score }),
});

/** What a search may find in a scope as it stands. */
interface Reach {
  chunk(id: string): Chunk | undefined;
  /** Current ones, or those that held at `asOf`. */
  fact(id: string): Fact | undefined;
}

const createReach = (
  { episodic, semantic }: ScopeState,
  kind: SearchOptions['kind'],
  reading: {
    readonly scope: Scope;
    readonly thread: string | undefined;
    readonly now: number;
    readonly asOf: number | undefined;
  },
): Reach => {
  const isProposed = isProposable(reading);
  return {
    chunk(id) {
      const chunk = kind === 'fact' ? undefined : episodic.chunk(id as ChunkId);
      return chunk !== undefined && isProposed(chunk) ? chunk : undefined;
    },
    fact(id) {
      const fact = kind === 'chunk' ? undefined : semantic.fact(id as FactId);
      if (fact === undefined || fact.recorded.until !== undefined) return undefined;
      const holds =
        reading.asOf === undefined ? fact.status === 'current' : contains(fact.valid, reading.asOf);
      if (!holds) return undefined;
      const isExpired = fact.expiresAt !== undefined && fact.expiresAt <= reading.now;
      return !isExpired && canRead(reading.scope, fact.agent) ? fact : undefined;
    },
  };
};

const foundByWords = (
  text: string,
  state: ScopeState,
  reach: Reach,
  { candidates, pool }: { readonly candidates: readonly Candidate[]; readonly pool: number },
): readonly Found[] => {
  const { analyze, factTerms, lexical } = state;
  const share = createWordShare(text, analyze, lexical);
  const near = factTerms.nearest(text, pool, (id) => reach.fact(id) !== undefined);
  const facts = near.flatMap(({ id }) => reach.fact(id) ?? []);
  const [best] = candidates;
  const scale = best === undefined ? 0 : share.ofWords([...best.matched, ...best.nearby]) / best.score;
  return [
    ...facts.map((fact) => factFound(fact, share.ofTerms(analyze(fact.text)))),
    ...candidates.map(({ chunk, score }) => chunkFound(chunk, score * scale)),
  ];
};

const foundByMeaning = (hits: readonly VectorHit[], reach: Reach): readonly Found[] =>
  hits
    .filter(({ score }) => score >= LEAST_COSINE)
    .flatMap(({ id, kind }): readonly Found[] => {
      if (kind === 'chunk') {
        const chunk = reach.chunk(id);
        return chunk === undefined ? [] : [chunkFound(chunk, 0)];
      }
      const fact = reach.fact(id);
      return fact === undefined ? [] : [factFound(fact, 0)];
    });

/**
 * Makes the search of a scope. A score is the share of the query's words that a text has, by their rarity (of chunks: as
 * far as their lexical score reaches that of the best one), plus the cosine of the vectors times the embedder's weight,
 * at least {@link LEAST_WEIGHT}. Ranks are not fused: with equal votes a weak embedder would outvote the words.
 */
export const createSearchMemory = ({
  scope,
  key,
  load,
  scopes,
  clock,
  vectors,
}: SearchMemoryParts): Pick<ScopedMemory, 'search'> => ({
  async search(query, { limit: most, kind: wanted, asOf, knownAt, signal } = {}) {
    const text = parseQuery(query);
    const limit = parseLimit(most);
    const kind = parseKind(wanted);
    const held = asOf === undefined ? undefined : parseTime('asOf', asOf, 'OPTION_INVALID');
    const until = knownAt === undefined ? undefined : parseTime('knownAt', knownAt, 'OPTION_INVALID');
    throwIfAborted(signal, 'search');
    const present = await load();
    if (text.trim() === '') return [];
    const state = until === undefined ? present : await scopes.replay(key, until, { signal });
    const reading = { scope, thread: scope.thread, now: clock.now(), asOf: held };
    const reach = createReach(state, kind, reading);
    // Vectors are of the present; what they may find is not.
    const pool = Math.max(LEAST_POOL, POOL_PER_HIT * limit);
    let byWords: readonly Found[] = [];
    const { hits, cosines } = await vectors.near(key, present, {
      text,
      side: 'query',
      limit,
      // After the embedder has answered: what was forgotten meanwhile is not found.
      also() {
        const candidates =
          kind === 'fact'
            ? []
            : findCandidates(text, { ...state, archived: state }, { ...reading, limit: pool });
        byWords = foundByWords(text, state, reach, { candidates, pool });
        return byWords.map(({ id }) => id);
      },
      accepts: (id, of) => (of === 'chunk' ? reach.chunk(id) : reach.fact(id)) !== undefined,
      signal,
    });
    throwIfAborted(signal, 'search');
    const found = new Map<string, Found>();
    for (const one of [...byWords, ...foundByMeaning(hits, reach)]) {
      if (!found.has(one.id)) found.set(one.id, one);
    }
    const nearness = new Map([...cosines, ...hits.map(({ id, score }) => [id, score] as const)]);
    const weight = Math.max(LEAST_WEIGHT, vectors.fusionWeight);
    return [...found.values()]
      .map(({ id, words, asHit }) => asHit(words + weight * Math.max(nearness.get(id) ?? 0, 0)))
      .sort((a, b) => b.score - a.score)
      .slice(0, limit);
  },
});
