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

/** The rarest words of a query, by which the archive is asked; a common one would name half of it. */
const ASKED_TERMS = 8;
/** The archive's own best, to be scored as the working set is. */
const PROPOSED = 200;
/** The best of them are read with their neighbours, whose words they borrow. */
const SITUATED = 16;

const { radius } = DEFAULT_LEXICAL_OPTIONS.smoothing;

/** Archived chunks that a query may mean. */
export interface ArchivedIndex {
  readonly index: LexicalIndex;
  /** What is in the index, by position: chunks of the archive, and neighbours. */
  readonly chunks: ReadonlyMap<number, Chunk>;
}

/**
 * A lexical index of the archived chunks that come nearest to the terms of a query, with the neighbours of the best; its
 * scores stand beside those of the working set, whose measure of rarity and length it takes.
 */
export const createArchivedIndex = (
  terms: readonly string[],
  { archive, episodic, lexical, retention, termsOf }: ArchiveSources,
): ArchivedIndex => {
  const asked = terms
    .toSorted((a, b) => lexical.inverseDocumentFrequency(b) - lexical.inverseDocumentFrequency(a))
    .slice(0, ASKED_TERMS);
  const found = archive.search(asked, PROPOSED).filter((position) => retention.isArchived(position));
  const positions = new Set(found);
  for (const position of found.slice(0, SITUATED)) {
    for (let step = -radius; step <= radius; step += 1) positions.add(position + step);
  }
  const index = createLexicalIndex({ ...DEFAULT_LEXICAL_OPTIONS, statistics: lexical });
  const chunks = new Map<number, Chunk>();
  /** Of each session, the last position read: what lies further apart is not near each other. */
  const runs = new Map<string, { last: number; count: number }>();
  for (const chunk of episodic.chunksAt(positions)) {
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
