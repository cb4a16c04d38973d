import type { Chunk } from '@retentive/core';
import type { SourceId } from '../journal/journal.ts';
import {
  type ArchivedItem,
  type Checkpoint,
  closedArchiveError,
  lengthOf,
  partOf,
  type ScopeArchive,
  type SourceRecord,
} from './scope-archive.ts';

/** BM25's usual constants. */
const K1 = 1.2;
const B = 0.75;

/** Makes a {@link ScopeArchive} in memory, for memories without a folder and as the twin of the one on disk. */
export const createInMemoryScopeArchive = (): ScopeArchive => {
  const items = new Map<number, ArchivedItem & { readonly length: number }>();
  const holders = new Map<string, Set<number>>();
  /** Copies: who holds a record may change it. */
  const saved = new Map<SourceId, SourceRecord>();
  let checkpoint: Checkpoint | undefined;
  let sequence = 0;
  let recordedAt = 0;
  let totalLength = 0;
  let closed = false;

  const assertOpen = (): void => {
    if (closed) throw closedArchiveError('in memory');
  };

  const add = (item: ArchivedItem): void => {
    const { position } = item.chunk;
    if (items.has(position)) return;
    const length = lengthOf(item.terms);
    items.set(position, { ...item, length });
    totalLength += length;
    for (const term of item.terms.keys()) {
      const known = holders.get(term) ?? new Set();
      holders.set(term, known.add(position));
    }
  };

  return {
    get sequence() {
      return sequence;
    },
    get recordedAt() {
      return recordedAt;
    },
    isDurable: false,
    fault: undefined,
    put(added, reached, at = 0) {
      assertOpen();
      if (reached <= sequence) return;
      for (const item of added) add(item);
      sequence = reached;
      recordedAt = at;
    },
    chunkAt(position): Chunk | undefined {
      assertOpen();
      return items.get(position)?.chunk;
    },
    chunksAt(positions) {
      assertOpen();
      return positions.flatMap((position) => items.get(position)?.chunk ?? []);
    },
    partsAt(positions, terms) {
      assertOpen();
      return positions.flatMap((position) => {
        const item = items.get(position);
        return item === undefined ? [] : partOf(item, terms);
      });
    },
    countOf(term) {
      assertOpen();
      return holders.get(term)?.size ?? 0;
    },
    search(terms, limit, offset = 0) {
      assertOpen();
      const scores = new Map<number, number>();
      const average = totalLength / Math.max(1, items.size);
      for (const term of new Set(terms)) {
        const found = holders.get(term) ?? new Set();
        const rarity = Math.log(1 + (items.size - found.size + 0.5) / (found.size + 0.5));
        for (const position of found) {
          const { terms: own, length } = items.get(position) as ArchivedItem & { length: number };
          const frequency = own.get(term) ?? 0;
          const norm = K1 * (1 - B + (B * length) / average);
          const gain = (rarity * frequency * (K1 + 1)) / (frequency + norm);
          scores.set(position, (scores.get(position) ?? 0) + gain);
        }
      }
      return [...scores]
        .sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || a - b)
        .slice(offset, offset + limit)
        .map(([position]) => position);
    },
    checkpoint() {
      assertOpen();
      return checkpoint;
    },
    source(id) {
      assertOpen();
      return structuredClone(saved.get(id));
    },
    sources(ids) {
      assertOpen();
      return ids.flatMap((id) => structuredClone(saved.get(id)) ?? []);
    },
    sourcesBefore(end, limit, thread) {
      assertOpen();
      return structuredClone(
        [...saved.values()]
          .filter(
            ({ ordinal, header }) => ordinal < end && (thread === undefined || header.thread === thread),
          )
          .sort((a, b) => b.ordinal - a.ordinal)
          .slice(0, limit),
      );
    },
    save(next, sources) {
      assertOpen();
      for (const source of sources) saved.set(source.header.id, structuredClone(source));
      checkpoint = next;
      if (next.sequence > sequence) {
        sequence = next.sequence;
        recordedAt = next.recordedAt;
      }
      return true;
    },
    rest: assertOpen,
    discard() {
      assertOpen();
      items.clear();
      holders.clear();
      saved.clear();
      checkpoint = undefined;
      sequence = 0;
      totalLength = 0;
    },
    close() {
      closed = true;
      items.clear();
      holders.clear();
      saved.clear();
    },
  };
};
