import type { SourceId } from '../journal/journal.ts';
import type { ScopeArchive, SourceRecord } from './scope-archive.ts';

/** Where sources are that left memory. */
export type SavedSources = Pick<ScopeArchive, 'source' | 'sources' | 'sourcesBefore'>;

/**
 * The sources of a scope: those that are open, have chunks in the working set, or changed since the last checkpoint are in
 * memory, the others are read from the archive.
 */
export interface SourceRecords {
  /** How many were ever opened. */
  readonly count: number;
  /** To look at. */
  find(id: SourceId): SourceRecord | undefined;
  /** To change. */
  change(id: SourceId): SourceRecord | undefined;
  /** Takes a new one. */
  add(record: SourceRecord): void;
  /** Counts a chunk of a source in or out of the working set. */
  countLoaded(id: SourceId, by: 1 | -1): void;
  /** Brings sources into memory with one read. */
  fetch(ids: readonly SourceId[]): void;
  /** Those that were opened before the one at `end`, the newest first; of other threads too. */
  before(end: number, thread: string | undefined): Iterable<SourceRecord>;
  /** Those that changed since they were saved. */
  changed(): readonly SourceRecord[];
  /** What changed is saved: lets go of what need not be in memory. */
  onSaved(): void;
}

/** Rows that a listing reads at a time. */
const PAGE = 64;

interface Held {
  readonly record: SourceRecord;
  /** Its chunks in the working set. */
  loaded: number;
  isChanged: boolean;
}

/** Makes the records of a scope of which `count` were opened and saved before. */
export const createSourceRecords = (saved: SavedSources, count = 0): SourceRecords => {
  const held = new Map<SourceId, Held>();
  const byOrdinal = new Map<number, SourceRecord>();
  let opened = count;

  const hold = (record: SourceRecord, isChanged: boolean): Held => {
    const entry = { record, loaded: 0, isChanged };
    held.set(record.header.id, entry);
    byOrdinal.set(record.ordinal, record);
    return entry;
  };

  const take = (id: SourceId): Held | undefined => {
    const known = held.get(id);
    if (known !== undefined) return known;
    const record = saved.source(id);
    return record === undefined ? undefined : hold(record, false);
  };

  return {
    get count() {
      return opened;
    },
    find: (id) => held.get(id)?.record ?? saved.source(id),
    change(id) {
      const entry = take(id);
      if (entry !== undefined) entry.isChanged = true;
      return entry?.record;
    },
    add(record) {
      opened += 1;
      hold(record, true);
    },
    countLoaded(id, by) {
      const entry = take(id);
      if (entry !== undefined) entry.loaded += by;
    },
    fetch(ids) {
      const missing = [...new Set(ids)].filter((id) => !held.has(id));
      for (const record of missing.length === 0 ? [] : saved.sources(missing)) hold(record, false);
    },
    *before(end, thread) {
      let at = end - 1;
      while (at >= 0) {
        const page = saved.sourcesBefore(at + 1, PAGE, thread);
        const stored = new Map(page.map((record) => [record.ordinal, record]));
        const low = page.length < PAGE ? 0 : (page.at(-1)?.ordinal ?? 0);
        for (; at >= low; at -= 1) {
          // What is in memory is newer.
          const record = byOrdinal.get(at) ?? stored.get(at);
          if (record !== undefined) yield record;
        }
      }
    },
    changed: () => [...held.values()].filter(({ isChanged }) => isChanged).map(({ record }) => record),
    onSaved() {
      for (const [id, entry] of held) {
        entry.isChanged = false;
        const { record, loaded } = entry;
        if (loaded > 0 || record.state === 'open') continue;
        held.delete(id);
        byOrdinal.delete(record.ordinal);
      }
    },
  };
};
