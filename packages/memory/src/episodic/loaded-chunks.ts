import type { Chunk, ChunkId } from '@retentive/core';
import type { SourceRecords } from './source-records.ts';

/** A chunk that came into the working set, with the entry that brought it. */
export interface Arrival {
  readonly chunk: Chunk;
  readonly sequence: number;
}

/** Arrivals of chunks that are gone may stand beside as many as live, before the list is made anew. */
const SPARE_ARRIVALS = 1_024;

/** The chunks of a scope that are in its working set, in the order of their arrival too. */
export interface LoadedChunks {
  readonly size: number;
  readonly tokens: number;
  at(position: number): Chunk | undefined;
  byId(id: ChunkId): Chunk | undefined;
  /** Takes one in, new or again; `hasId` is false of one whose id another has by now. */
  arrive(chunk: Chunk, sequence: number, hasId?: boolean): void;
  /** Lets one go; nothing happens where it is not here. */
  leave(chunk: Chunk): void;
  /** Those that came after an entry and are here, by their last arrival, in order. */
  after(sequence: number): readonly Arrival[];
}

/** The first arrival in order of sequence that came after `limit`; the length of the list when none did. */
const firstAfter = (arrivals: readonly Arrival[], limit: number): number => {
  let low = 0;
  let high = arrivals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((arrivals[middle] as Arrival).sequence > limit) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Makes {@link LoadedChunks}, none; how many each source has is counted in `sources`. */
export const createLoadedChunks = (sources: Pick<SourceRecords, 'countLoaded'>): LoadedChunks => {
  /** The working set, by position: each chunk as it arrived last. */
  const loaded = new Map<number, Arrival>();
  /** The same chunks by id, for whoever looks at many. */
  const loadedById = new Map<ChunkId, Chunk>();
  let arrivals: Arrival[] = [];
  let tokens = 0;

  const isLast = (arrival: Arrival): boolean => loaded.get(arrival.chunk.position) === arrival;

  return {
    get size() {
      return loaded.size;
    },
    get tokens() {
      return tokens;
    },
    at: (position) => loaded.get(position)?.chunk,
    byId: (id) => loadedById.get(id),
    arrive(chunk, sequence, hasId = true) {
      const arrival = { chunk, sequence };
      if (!loaded.has(chunk.position)) {
        sources.countLoaded(chunk.source.id, 1);
        tokens += chunk.tokens;
      }
      loaded.set(chunk.position, arrival);
      if (hasId) loadedById.set(chunk.id, chunk);
      arrivals.push(arrival);
    },
    leave({ id, position, source, tokens: size }) {
      if (!loaded.delete(position)) return;
      if (loadedById.get(id)?.position === position) loadedById.delete(id);
      tokens -= size;
      sources.countLoaded(source.id, -1);
      if (arrivals.length > 2 * loaded.size + SPARE_ARRIVALS) arrivals = arrivals.filter(isLast);
    },
    after: (sequence) => arrivals.slice(firstAfter(arrivals, sequence)).filter(isLast),
  };
};
