import type { Chunk, ChunkId } from '@retentive/core';
import type { EpisodicChange, EpisodicStore } from '../episodic/episodic-types.ts';
import type { ArchivedItem, ScopeArchive } from '../episodic/scope-archive.ts';
import type { LexicalIndex } from '../index/lexical-index.ts';
import type { JournalEntry } from '../journal/journal.ts';
import type { DeferredRetention } from '../retention/deferred-retention.ts';
import type { Excerpt } from '../retention/excerpt.ts';
import type { ArchivedChunk } from '../retention/retention-types.ts';

/** Told of the chunks that left the working set, and of the entry that they left for. */
export type ArchivedListener = (entry: JournalEntry, archived: readonly ArchivedChunk[]) => void;

/**
 * What of a scope is in memory: retention decides, index and archive follow. An entry is only noted when it comes, so that
 * nobody who writes waits for scores; it is decided on at the next read, or when `settle` is called. When that happens
 * changes nothing in what comes out.
 */
export interface WorkingSet {
  /** Settled, with all words read. */
  readonly lexical: LexicalIndex;
  /** Settled. */
  readonly retention: DeferredRetention;
  /** What is held of an archived chunk, settled; undefined where nothing is. O(1). */
  excerptAt(position: number): Excerpt | undefined;
  /** Settled. */
  excerpts(): Iterable<Excerpt>;
  /** Of the excerpts in memory, settled or not. */
  readonly excerptTokens: number;
  /** Notes what an entry brought and took. */
  follow(entry: JournalEntry, change: EpisodicChange): void;
  /** Decides on all that was noted, in its order. */
  settle(): void;
  /** From now on tells of what leaves; before it is called nobody is told. */
  listen(listener: ArchivedListener): void;
}

/** What a working set works with. */
export interface WorkingSetParts {
  readonly episodic: EpisodicStore;
  readonly lexical: LexicalIndex;
  readonly retention: DeferredRetention;
  readonly archive: ScopeArchive;
  readonly termsOf: (chunk: Chunk) => ReadonlyMap<string, number>;
}

interface Noted {
  readonly entry: JournalEntry;
  readonly change: EpisodicChange;
  /** Chunks that a pin or an access names, as they stood then. */
  readonly named: readonly Chunk[];
}

/** Chunks whose words wait to be read until the next question: what they cost it is some milliseconds. */
const MOST_UNREAD = 64;

/** Entries that wait to be decided on, should nothing else get a turn. */
const MOST_NOTED = 64;

/** Makes the {@link WorkingSet} of the chunks that are loaded, which `retention` knows. */
export const createWorkingSet = (parts: WorkingSetParts): WorkingSet => {
  const { episodic, lexical, retention, archive, termsOf } = parts;
  /** Chunks that wait for their words to be read, by position. */
  const unread = new Map<number, Chunk>(
    [...episodic.chunksAfter(0), ...retention.excerpts()].map(({ chunk }): readonly [number, Chunk] => [
      chunk.position,
      chunk,
    ]),
  );
  /** Excerpts in the index, by position. */
  const excerpts = new Map<number, Excerpt>(
    [...retention.excerpts()].map((excerpt): readonly [number, Excerpt] => [excerpt.chunk.position, excerpt]),
  );
  let excerptTokens = [...excerpts.values()].reduce((sum, { chunk }) => sum + chunk.tokens, 0);
  let noted: Noted[] = [];
  let listener: ArchivedListener | undefined;
  let isAsked = false;

  const readWords = (): void => {
    for (const [position, chunk] of unread)
      lexical.add({ ordinal: position, session: chunk.session, terms: termsOf(chunk) });
    unread.clear();
  };

  /** Before the first question words wait without limit: most of what a replay brings leaves again. */
  const index = (chunk: Chunk): void => {
    unread.set(chunk.position, chunk);
    if (isAsked && unread.size >= MOST_UNREAD) readWords();
  };

  const unindex = (chunk: Chunk, terms?: ReadonlyMap<string, number>): void => {
    if (!unread.delete(chunk.position)) lexical.remove(chunk.position, terms ?? termsOf(chunk));
  };

  const dropExcerpt = ({ chunk }: Excerpt): void => {
    unindex(chunk);
    excerpts.delete(chunk.position);
    excerptTokens -= chunk.tokens;
  };

  /** Brings the index to what is held of archived chunks; before whole chunks come to their places. */
  const followExcerpts = (positions: Iterable<number>): void => {
    for (const position of positions) {
      const before = excerpts.get(position);
      const now = retention.excerptAt(position);
      if (before === now) continue;
      if (before !== undefined) dropExcerpt(before);
      if (now === undefined) continue;
      excerpts.set(position, now);
      excerptTokens += now.chunk.tokens;
      index(now.chunk);
    }
  };

  const unload = (archived: readonly ArchivedChunk[], { sequence, recordedAt }: JournalEntry): void => {
    if (archived.length === 0) return;
    const isKnown = sequence <= archive.sequence;
    const items: ArchivedItem[] = [];
    for (const { chunk } of archived) {
      const terms = isKnown ? undefined : termsOf(chunk);
      if (terms !== undefined) items.push({ chunk, terms });
      unindex(chunk, terms);
      episodic.unload(chunk);
    }
    if (!isKnown) archive.put(items, sequence, recordedAt);
  };

  /**
   * Runs what may bring chunks back from the archive, and loads those that came. Gives what left in the end: of several
   * chunks one may come and leave again for the next, or leave and come back.
   */
  const bringingBack = (
    chunks: readonly Chunk[],
    run: () => readonly ArchivedChunk[],
  ): readonly ArchivedChunk[] => {
    const hidden = new Map(
      chunks
        .filter(({ position }) => retention.isArchived(position))
        .map((chunk): readonly [number, Chunk] => [chunk.position, chunk]),
    );
    const left = new Map<number, ArchivedChunk>();
    for (const archived of run()) {
      const { position } = archived.chunk;
      if (!hidden.has(position) && retention.isArchived(position)) left.set(position, archived);
    }
    followExcerpts(hidden.keys());
    for (const chunk of hidden.values()) {
      if (retention.isArchived(chunk.position)) continue;
      episodic.restore(chunk);
      index(chunk);
    }
    return [...left.values()];
  };

  /** Chunks that an entry names; what was forgotten or taken back since has none any more. */
  const namedBy = ({ body }: JournalEntry): readonly Chunk[] => {
    if (body.kind === 'pin') return episodic.chunksOf(body.id);
    // Facts have no place in the working set.
    return body.kind === 'access' ? body.items.flatMap((id) => episodic.chunk(id as ChunkId) ?? []) : [];
  };

  const decide = ({ entry: { body }, change, named }: Noted): readonly ArchivedChunk[] => {
    if (body.kind === 'pin') return bringingBack(named, () => retention.onPin(named, body.pinned));
    if (body.kind === 'access') return bringingBack(named, () => retention.onAccess(named));
    for (const chunk of change.removed) {
      const excerpt = excerpts.get(chunk.position);
      if (excerpt === undefined) unindex(chunk);
      else dropExcerpt(excerpt);
      // It may have come back for an entry before this one.
      episodic.unload(chunk);
    }
    for (const chunk of change.added) index(chunk);
    return retention.onChunks(change.added, change.removed);
  };

  const settle = (): void => {
    const waiting = noted;
    noted = [];
    for (const one of waiting) {
      const archived = decide(one);
      unload(archived, one.entry);
      followExcerpts(retention.takeChangedExcerpts());
      if (archived.length > 0) listener?.(one.entry, archived);
    }
  };

  return {
    get lexical() {
      settle();
      isAsked = true;
      readWords();
      return lexical;
    },
    get retention() {
      settle();
      return retention;
    },
    get excerptTokens() {
      return excerptTokens;
    },
    excerptAt(position) {
      settle();
      return excerpts.get(position);
    },
    excerpts() {
      settle();
      return excerpts.values();
    },
    follow(entry, change) {
      const named = namedBy(entry);
      if (named.length + change.added.length + change.removed.length > 0)
        noted.push({ entry, change, named });
      if (noted.length >= MOST_NOTED) settle();
    },
    settle,
    listen(told) {
      listener = told;
    },
  };
};
