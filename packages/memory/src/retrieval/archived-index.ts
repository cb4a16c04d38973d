import type { Chunk, SessionId } from '@retentive/core';
import type { ChunkArchive } from '../episodic/chunk-archive.ts';
import type { EpisodicStore } from '../episodic/episodic-types.ts';
import { createLexicalIndex, type LexicalIndex } from '../index/lexical-index.ts';
import { DEFAULT_LEXICAL_OPTIONS } from '../index/lexical-options.ts';
import type { RetentionProjection } from '../retention/retention-projection.ts';

/** What an index of archived chunks is made from. */
export interface ArchiveSources {
  readonly archive: ChunkArchive;
  readonly episodic: Pick<EpisodicStore, 'chunksAt'>;
  /** Says how rare a word is: what stayed is a sample of what was said. */
  readonly lexical: LexicalIndex;
  readonly retention: Pick<RetentionProjection, 'isArchived'>;
  readonly termsOf: (chunk: Chunk) => ReadonlyMap<string, number>;
}

/** The archive's own best, to be scored as the working set is. */
const PROPOSED = 200;
/** The archive is asked for so many at a time, so often at most, until enough of them may be proposed. */
const PAGES = 10;
/** The best of them are read with their neighbours, whose words they borrow. */
const SITUATED = 16;

const { radius } = DEFAULT_LEXICAL_OPTIONS.smoothing;

/** Which chunks a query reads. */
export interface ArchiveFilters {
  readonly isProposed: (chunk: Chunk) => boolean;
  readonly isReadable: (chunk: Chunk) => boolean;
}

/** Archived chunks that a query may mean. */
export interface ArchivedIndex {
  readonly index: LexicalIndex;
  /** What is in the index, by position: chunks of the archive, and neighbours. */
  readonly chunks: ReadonlyMap<number, Chunk>;
}

/**
 * A lexical index of the archived chunks that come nearest to the terms of a query, with the neighbours of the best; its
 * scores stand beside those of the working set, whose measure of rarity and length it takes. `isProposed` says which may be
 * found, `isReadable` which may lend their words.
 */
export const createArchivedIndex = (
  terms: readonly string[],
  { archive, episodic, lexical, retention, termsOf }: ArchiveSources,
  { isProposed, isReadable }: ArchiveFilters,
): ArchivedIndex => {
  const found: number[] = [];
  for (let page = 0; page < PAGES && found.length < PROPOSED; page += 1) {
    const positions = archive.search(terms, PROPOSED, page * PROPOSED);
    const archived = positions.filter((position) => retention.isArchived(position));
    const proposed = new Set(
      episodic
        .chunksAt(archived)
        .filter(isProposed)
        .map(({ position }) => position),
    );
    found.push(...archived.filter((position) => proposed.has(position)));
    if (positions.length < PROPOSED) break;
  }
  const positions = new Set(found.slice(0, PROPOSED));
  for (const position of found.slice(0, SITUATED)) {
    for (let step = -radius; step <= radius; step += 1) positions.add(position + step);
  }
  const index = createLexicalIndex({ ...DEFAULT_LEXICAL_OPTIONS, statistics: lexical });
  const chunks = new Map<number, Chunk>();
  /** Of each session, the last position read: what lies further apart is not near each other. */
  const runs = new Map<string, { last: number; count: number }>();
  for (const chunk of episodic.chunksAt(positions)) {
    if (!isReadable(chunk)) continue;
    const { position } = chunk;
    chunks.set(position, chunk);
    const run = runs.get(chunk.session) ?? { last: position, count: 0 };
    if (position - run.last > radius) run.count += 1;
    run.last = position;
    runs.set(chunk.session, run);
    const session = `${chunk.session}/${run.count}` as SessionId;
    index.add({ ordinal: position, session, terms: termsOf(chunk) });
  }
  return { index, chunks };
};
