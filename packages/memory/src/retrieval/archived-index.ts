import type { Chunk, SessionId } from '@retentive/core';
import type { EpisodicStore } from '../episodic/episodic-types.ts';
import type { ArchivedPart, ScopeArchive } from '../episodic/scope-archive.ts';
import { createLexicalIndex, type LexicalIndex, type LexicalScores } from '../index/lexical-index.ts';
import { DEFAULT_LEXICAL_OPTIONS } from '../index/lexical-options.ts';
import type { RetentionProjection } from '../retention/retention-projection.ts';
import { createBest } from './top-k.ts';

/** What archived chunks are scored with. */
export interface ArchiveSources {
  readonly archive: ScopeArchive;
  readonly episodic: Pick<EpisodicStore, 'chunksAt' | 'loadedAt'>;
  /** Says how rare a word is: what stayed is a sample of what was said. */
  readonly lexical: LexicalIndex;
  readonly retention: Pick<RetentionProjection, 'isArchived'>;
}

/** The archive's own best, to be scored as the working set is. */
const PROPOSED = 128;
/** The archive is asked for so many at a time, so often at most, until enough of them may be proposed. */
const PAGES = 16;
/** The rarest terms of a query, by which the archive is asked; a common one would name half of it. */
const ASKED_TERMS = 8;
/** The rarest of these are enough, if so many chunks have one: what has only the others stands behind them. */
const NAMED = 256;

const { radius } = DEFAULT_LEXICAL_OPTIONS.smoothing;

/** Which chunks a query reads. */
export interface ArchiveFilters {
  readonly isProposed: (chunk: Chunk) => boolean;
  /** Of what was said when. */
  readonly isReadable: (time: number) => boolean;
}

/** Scores of archived chunks that a query may mean. */
export interface ArchivedScores extends LexicalScores {
  /** Those with a score, by position. */
  readonly chunks: ReadonlyMap<number, Chunk>;
}

/** The rarest terms, as far as it takes to name enough chunks, and all that may be asked for. */
const chooseTerms = (
  terms: readonly string[],
  { archive, lexical }: ArchiveSources,
): readonly (readonly string[])[] => {
  const rarest = terms
    .map((term) => ({ term, rarity: lexical.inverseDocumentFrequency(term) }))
    .sort((a, b) => b.rarity - a.rarity);
  const all: string[] = [];
  let few: readonly string[] | undefined;
  let named = 0;
  for (const { term } of rarest) {
    if (all.length === ASKED_TERMS) break;
    // Counting a common one takes long, and what was enough stays enough.
    if (few === undefined) {
      const count = archive.countOf(term);
      if (count === 0) continue;
      named += count;
    }
    all.push(term);
    if (few === undefined && named >= NAMED) few = [...all];
  }
  return few === undefined || few.length === all.length ? [all] : [few, all];
};

/** Archived chunks that may be proposed, by position: those that come nearest to the terms by their own words. */
const proposeChunks = (
  terms: readonly string[],
  sources: ArchiveSources,
  isProposed: ArchiveFilters['isProposed'],
): Map<number, Chunk> => {
  const { archive, episodic, retention } = sources;
  const found = new Map<number, Chunk>();
  for (const asked of chooseTerms(terms, sources)) {
    for (let page = 0; page < PAGES && found.size < PROPOSED; page += 1) {
      const positions = archive.search(asked, PROPOSED, page * PROPOSED);
      const archived = positions.filter((position) => retention.isArchived(position) && !found.has(position));
      const there = new Map(episodic.chunksAt(archived).map((chunk) => [chunk.position, chunk]));
      for (const position of archived) {
        const chunk = there.get(position);
        if (chunk !== undefined && found.size < PROPOSED && isProposed(chunk)) found.set(position, chunk);
      }
      if (positions.length < PROPOSED) break;
    }
  }
  return found;
};

/** What is needed of the chunks at positions to score them, in order. */
const readParts = (
  positions: ReadonlySet<number>,
  terms: readonly string[],
  { archive, episodic, lexical }: ArchiveSources,
): readonly ArchivedPart[] => {
  const parts: ArchivedPart[] = [];
  const away: number[] = [];
  for (const position of positions) {
    const chunk = episodic.loadedAt(position);
    const part = chunk === undefined ? undefined : lexical.partOf(position, terms);
    if (chunk === undefined || part === undefined) away.push(position);
    else parts.push({ position, session: chunk.session, time: chunk.time, ...part });
  }
  if (away.length > 0) parts.push(...archive.partsAt(away, terms));
  return parts.sort((a, b) => a.position - b.position);
};

/**
 * Scores the archived chunks that come nearest to the terms of a query, and as many of the archived ones beside them; each
 * with the words of those around it, by the measure of rarity and length that the working set has, beside whose scores
 * they stand. `isProposed` says which may be found, `isReadable` which may lend their words, but for those in `hidden`.
 */
export const scoreArchived = (
  terms: readonly string[],
  sources: ArchiveSources,
  hidden: ReadonlySet<number>,
  { isProposed, isReadable }: ArchiveFilters,
): ArchivedScores => {
  const { episodic, lexical, retention } = sources;
  const proposed = proposeChunks(terms, sources, isProposed);
  const positions = new Set<number>();
  for (const position of proposed.keys()) {
    for (let step = -radius; step <= radius; step += 1) positions.add(position + step);
  }
  const index = createLexicalIndex({ ...DEFAULT_LEXICAL_OPTIONS, statistics: lexical });
  /** Of each session, the last position read: what lies further apart is not near each other. */
  const runs = new Map<string, { last: number; count: number }>();
  for (const { position, session: name, time, ...part } of readParts(positions, terms, sources)) {
    if (!isReadable(time)) continue;
    const run = runs.get(name) ?? { last: position, count: 0 };
    if (position - run.last > radius) run.count += 1;
    run.last = position;
    runs.set(name, run);
    index.add({ ordinal: position, session: `${name}/${run.count}` as SessionId, ...part });
  }
  const scores = index.search(terms, hidden);
  const chunks = new Map<number, Chunk>();
  const neighbours = createBest(proposed.size);
  scores.each((position, score) => {
    const chunk = proposed.get(position);
    if (chunk !== undefined) chunks.set(position, chunk);
    else if (retention.isArchived(position)) neighbours.add(position, score);
  });
  const near = neighbours.sorted().map(({ ordinal }) => ordinal);
  for (const chunk of episodic.chunksAt(near)) if (isProposed(chunk)) chunks.set(chunk.position, chunk);
  const ordinals = [...chunks.keys()];
  return {
    ...scores,
    count: ordinals.length,
    ordinals,
    each(visit) {
      for (const ordinal of ordinals) visit(ordinal, scores.scoreOf(ordinal));
    },
    chunks,
  };
};
