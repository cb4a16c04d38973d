import { createSeededRandom, type SessionId } from '@retentive/core';
import { describe, expect, it } from 'vitest';
import { createInMemoryScopeArchive } from '../../src/episodic/in-memory-scope-archive.ts';
import { createLexicalIndex } from '../../src/index/lexical-index.ts';
import { DEFAULT_LEXICAL_OPTIONS } from '../../src/index/lexical-options.ts';
import { scoreArchived } from '../../src/retrieval/archived-index.ts';
import { makeChunk } from '../retention/make-chunk.ts';

const CHUNKS = 3_000;
const VOCABULARY = 2_000;
const QUERIES = 40;
const BEST = 10;
/** Of the best of the whole archive. */
const FOUND_AT_LEAST = 0.85;

/** Talk of which every third chunk is in the working set; words as rare as in any language. */
const createTalk = () => {
  const { next } = createSeededRandom(5);
  const word = (): string => `w${Math.floor(VOCABULARY ** next())}`;
  const texts = Array.from({ length: CHUNKS }, () =>
    Array.from({ length: 4 + Math.floor(next() * 16) }, word),
  );
  const queries = Array.from({ length: QUERIES }, () => {
    const from = texts[Math.floor(next() * CHUNKS)] as readonly string[];
    return [...new Set([...from.slice(0, 4), word(), word()])];
  });
  const terms = texts.map((words) => {
    const counts = new Map<string, number>();
    for (const one of words) counts.set(one, (counts.get(one) ?? 0) + 1);
    return counts;
  });
  const sessionAt = (position: number): SessionId => `default/${Math.floor(position / 40)}` as SessionId;
  const chunks = texts.map((words, position) =>
    makeChunk({ position, text: words.join(' '), session: sessionAt(position) }),
  );
  const isArchived = (position: number): boolean => position % 3 !== 0;
  const lexical = createLexicalIndex();
  const archive = createInMemoryScopeArchive();
  const whole = createLexicalIndex({ ...DEFAULT_LEXICAL_OPTIONS, statistics: lexical });
  for (const [position, chunk] of chunks.entries()) {
    const document = {
      ordinal: position,
      session: chunk.session,
      terms: terms[position] as Map<string, number>,
    };
    whole.add(document);
    if (isArchived(position)) archive.put([{ chunk, terms: document.terms }], position + 1);
    else lexical.add(document);
  }
  const sources = {
    archive,
    lexical,
    retention: { isArchived },
    episodic: {
      loadedAt: (position: number) => (isArchived(position) ? undefined : chunks[position]),
      chunksAt: (positions: Iterable<number>) => [...positions].flatMap((position) => chunks[position] ?? []),
    },
  };
  const everything = { isProposed: () => true, isReadable: () => true };
  const score = (query: readonly string[]) => scoreArchived(query, sources, new Set(), everything);
  return { queries, terms, archive, whole, isArchived, score };
};

describe('the archive beside the working set', () => {
  const { queries, terms, archive, whole, isArchived, score } = createTalk();

  it('gives rare words the scores that an index of everything gives', () => {
    for (const query of queries) {
      // Few enough have one for all of them to be proposed.
      const rare = query.filter((term) => archive.countOf(term) <= 20);
      const { count, ordinals, scoreOf, chunks } = score(rare);
      expect(count).toBe(chunks.size);
      const exact = whole.search(rare);
      const holders = ordinals.filter((position) => rare.some((term) => terms[position]?.has(term)));
      expect(holders).toHaveLength(
        terms.filter((own, position) => isArchived(position) && rare.some((term) => own.has(term))).length,
      );
      const own = holders.map(scoreOf);
      for (const [at, position] of holders.entries()) expect(own[at]).toBeCloseTo(exact.scoreOf(position), 9);
    }
  });

  it('finds nearly all of the best of everything', () => {
    const shares = queries.map((query) => {
      const { ordinals, scoreOf } = score(query);
      const best = ordinals.toSorted((a, b) => scoreOf(b) - scoreOf(a) || a - b).slice(0, BEST);
      const exact = whole.top(query, BEST, { accepts: isArchived }).map(({ ordinal }) => ordinal);
      return best.filter((position) => exact.includes(position)).length / exact.length;
    });
    expect(shares.reduce((sum, share) => sum + share, 0) / QUERIES).toBeGreaterThan(FOUND_AT_LEAST);
  });
});
