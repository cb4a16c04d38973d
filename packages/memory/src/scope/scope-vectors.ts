import {
  type CallOptions,
  type ChunkId,
  type Embedder,
  type FactId,
  isRetentiveError,
  RetentiveError,
  throwIfAborted,
} from '@retentive/core';
import type { EmbeddingSide } from '../index/embedders/function-embedder.ts';
import type { VectorHit, VectorIndex, VectorItem } from '../index/vector-index.ts';
import { orAborted } from '../or-aborted.ts';
import { type EmbeddingTask, embedBatch } from './embed-batch.ts';
import type { ScopeState } from './scope-state.ts';

/** What vectors are asked for. */
export interface NearQuery extends CallOptions {
  readonly text: string;
  /** As a query, or as another document: of the same words a document is the nearest there is. */
  readonly side: EmbeddingSide;
  readonly limit: number;
  /** Of what lives in the scope, what may be found. */
  readonly accepts: (id: string, kind: VectorItem['kind']) => boolean;
  /** Ids of what has its cosine told wherever it ranks. Asked when the vectors have caught up with the scope. */
  readonly also?: (() => Iterable<string>) | undefined;
}

/** What lies near a text. */
export interface Near {
  /** The nearest, best first. */
  readonly hits: readonly VectorHit[];
  /** By id, of what was asked for by `also` and has a vector. */
  readonly cosines: ReadonlyMap<string, number>;
}

/** The vectors of one scope: a projection that catches up with the scope before each use. */
export interface ScopeVectors {
  /**
   * The nearest chunks and facts. @throws EMBEDDER_MISMATCH, EMBEDDER_FAILED, VECTOR_INVALID, ABORTED
   */
  near(state: ScopeState, query: NearQuery): Promise<Near>;
  /** Embeds everything with the present embedder, in place of another's vectors, and flushes. Gives how many it made. */
  reembed(state: ScopeState, options?: CallOptions): Promise<number>;
  /**
   * Takes vectors out, on disk too, once the scope has let go of what they stand for. Those of another embedder cannot be
   * told apart and go with them: what is forgotten must not stay. What the scope has again, in other words, is embedded anew.
   */
  remove(state: ScopeState, ids: readonly string[], options?: CallOptions): Promise<void>;
  /** Ids of chunks and facts that the index should have by the sequence that it has reached, and has not. */
  missing(state: ScopeState): Promise<readonly string[]>;
  /** Flushes what there is. Idempotent. */
  close(): Promise<void>;
}

/** What the vectors of a scope work with. */
export interface ScopeVectorsParts {
  /**
   * Opens the index, `reached` being the sequence of the scope; `replace` takes vectors of another embedder for none.
   * @throws EMBEDDER_MISMATCH
   */
  readonly open: (reached: number, replace: boolean) => Promise<VectorIndex>;
  readonly embedderOf: (state: ScopeState) => Embedder;
}

const NO_COSINES: ReadonlyMap<string, number> = new Map();

/** Texts of one call of the embedder. */
const BATCH = 64;

/** Vectors that a crash may cost; a flush writes the whole index. */
const CHANGES_PER_FLUSH = 1_000;

/** What came after `sequence` and has words, in order. */
const tasksAfter = ({ episodic, factTerms, semantic }: ScopeState, sequence: number): EmbeddingTask[] => {
  const tasks: EmbeddingTask[] = [];
  for (const { chunk, sequence: added } of episodic.chunksAfter(sequence)) {
    if (chunk.text.trim() === '') continue;
    tasks.push({ id: chunk.id, kind: 'chunk', text: chunk.text, sequence: added });
  }
  for (const { id, sequence: added } of factTerms.addedAfter(sequence)) {
    const fact = semantic.fact(id);
    if (fact !== undefined) tasks.push({ id, kind: 'fact', text: fact.text, sequence: added });
  }
  return tasks.sort((a, b) => a.sequence - b.sequence);
};

/**
 * Whether the scope still has it in memory: vectors are of the working set and of facts, the archive is found by words. A
 * fact that is not believed may be again; a chunk that is gone has its id anew, or comes back with a later entry.
 */
const isThere = ({ episodic, semantic }: ScopeState, id: string, kind: VectorItem['kind']): boolean =>
  kind === 'chunk' ? episodic.isLoaded(id as ChunkId) : semantic.fact(id as FactId) !== undefined;

/** What the index should have by the sequence that it has reached, and has not. */
const absentFrom = async (state: ScopeState, index: VectorIndex): Promise<readonly string[]> => {
  state.settle();
  const tasks = tasksAfter(state, 0).filter(({ sequence }) => sequence <= index.sequence);
  if (tasks.length === 0) return [];
  const there = new Set<string>();
  const any = new Float32Array(index.capabilities.dimensions).fill(1);
  // A filter that accepts nothing is asked about everything.
  await index.search(any, 1, (id) => {
    there.add(id);
    return false;
  });
  return tasks.filter(({ id }) => !there.has(id)).map(({ id }) => id);
};

/** Makes the vectors of a scope. Nothing is opened before the first use. */
export const createScopeVectors = ({ open, embedderOf }: ScopeVectorsParts): ScopeVectors => {
  const closing = new AbortController();
  let opening: Promise<VectorIndex> | undefined;
  let catching: Promise<number> | undefined;
  let closed: Promise<void> | undefined;
  let unflushed = 0;
  /** Ids of what the scope has from an entry that the index has passed, and that have no vector. */
  const owed = new Set<string>();

  const tasksFor = (state: ScopeState, index: VectorIndex): EmbeddingTask[] => {
    const tasks = tasksAfter(state, index.sequence);
    if (owed.size === 0) return tasks;
    const passed = tasksAfter(state, 0).filter(
      ({ id, sequence }) => owed.has(id) && sequence <= index.sequence,
    );
    return [...passed, ...tasks];
  };

  /** Notes what is there again though the index has passed it: another capacity, or an erasure, keeps other chunks. */
  const oweAbsent = async (state: ScopeState, index: VectorIndex): Promise<void> => {
    for (const id of await absentFrom(state, index)) owed.add(id);
  };

  const openWhole = async (state: ScopeState, replace: boolean): Promise<VectorIndex> => {
    const index = await open(state.episodic.sequence, replace);
    await oweAbsent(state, index);
    return index;
  };

  const openOnce = (state: ScopeState, replace = false): Promise<VectorIndex> => {
    if (closed !== undefined) throw new RetentiveError('STORE_CLOSED', 'the memory is closed; open it again');
    opening ??= openWhole(state, replace).catch((error: unknown) => {
      // Another embedder's vectors stay what they are until `reembed`; anything else may go better next time.
      if (!isRetentiveError(error, 'EMBEDDER_MISMATCH')) opening = undefined;
      throw error;
    });
    return opening;
  };

  /** Embeds until nothing is left, also what is added meanwhile. Each batch counts, whatever happens to the next. */
  const embedAll = async (state: ScopeState, index: VectorIndex): Promise<number> => {
    const { signal } = closing;
    const embedder = embedderOf(state);
    let made = 0;
    // The round is known as one before it can end.
    await Promise.resolve();
    try {
      while (true) {
        state.settle();
        const reached = state.episodic.sequence;
        const tasks = tasksFor(state, index);
        if (tasks.length === 0) return made;
        for (let from = 0; from < tasks.length; from += BATCH) {
          throwIfAborted(signal, 'the embedding');
          const items = await embedBatch(tasks.slice(from, from + BATCH), embedder, { signal });
          const next = tasks[from + BATCH];
          // An entry is reached when all that it brought is there.
          await index.put(items, next === undefined ? reached : next.sequence - 1);
          for (const { id } of items) owed.delete(id);
          made += items.length;
        }
      }
    } finally {
      // In the same moment as the last look: who comes later starts a new round.
      catching = undefined;
      unflushed += made;
    }
  };

  const catchUp = async (state: ScopeState, index: VectorIndex): Promise<number> => {
    catching ??= embedAll(state, index);
    const made = await catching;
    if (unflushed >= CHANGES_PER_FLUSH) {
      unflushed = 0;
      // What cannot be written now is written at the next flush, or embedded anew from the journal.
      void index.flush().catch(() => {});
    }
    return made;
  };

  const embedQuery = async (state: ScopeState, query: NearQuery): Promise<Float32Array> => {
    const { text, side, signal = closing.signal } = query;
    const embedder = embedderOf(state);
    if (side === 'query') return embedder.embedQuery(text, { signal });
    const [vector] = await embedder.embedDocuments([text], { signal });
    return vector as Float32Array;
  };

  const find = async (state: ScopeState, query: NearQuery): Promise<Near> => {
    const index = await openOnce(state);
    const [vector] = await Promise.all([embedQuery(state, query), catchUp(state, index)]);
    const gone = new Set<string>();
    const hits = await index.search(vector, query.limit, (id, kind) => {
      if (isThere(state, id, kind)) return query.accepts(id, kind);
      gone.add(id);
      return false;
    });
    if (gone.size > 0) await index.remove([...gone], index.sequence);
    const cosines = query.also === undefined ? NO_COSINES : await index.cosines(vector, query.also());
    return { hits, cosines };
  };

  /** The index, emptied where its vectors are another embedder's. */
  const openReplacing = async (state: ScopeState): Promise<VectorIndex> => {
    const before = opening;
    const known = await before?.catch(() => undefined);
    if (known === undefined && opening === before) opening = undefined;
    return openOnce(state, true);
  };

  const close = async (): Promise<void> => {
    closing.abort();
    const index = await opening?.catch(() => undefined);
    await catching?.catch(() => {});
    // The journal holds everything: a failure here costs the next opening some embedding, and no data.
    await index?.close().catch(() => {});
  };

  return {
    async near(state, query) {
      throwIfAborted(query.signal, 'the search of vectors');
      return orAborted(find(state, query), query.signal, 'the search of vectors');
    },
    async reembed(state, { signal } = {}) {
      throwIfAborted(signal, 'reembed');
      const index = await openReplacing(state);
      const made = await orAborted(catchUp(state, index), signal, 'reembed');
      await index.flush({ signal });
      return made;
    },
    async remove(state, ids, { signal } = {}) {
      throwIfAborted(signal, 'the removal of vectors');
      const index = await openReplacing(state);
      await catching?.catch(() => {});
      await index.remove(ids, index.sequence);
      await oweAbsent(state, index);
      // An embedder that is away makes them at the next use: taking out must not fail for it.
      if (owed.size > 0) await catchUp(state, index).catch(() => {});
      await index.flush({ signal });
    },
    async missing(state) {
      const index = await openOnce(state);
      await catching?.catch(() => {});
      return absentFrom(state, index);
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
};
