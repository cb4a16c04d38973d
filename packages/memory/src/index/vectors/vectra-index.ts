import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CallOptions, isRetentiveError, RetentiveError, throwIfAborted } from '@retentive/core';
import type { LocalIndex } from 'vectra';
import type { VectorIndex, VectorItem } from '../vector-index.ts';
import { loadVectra } from './load-vectra.ts';
import type { SnapshotFault } from './snapshot-codec.ts';
import type { SnapshotFiles } from './snapshot-files.ts';
import { createSnapshotPlugs, plugOf, type SnapshotPlugs } from './snapshot-plugs.ts';
import { createVectorTable, type VectorTableOptions } from './vector-table.ts';

/** Options of {@link openVectraIndex}. */
export interface VectraIndexOptions extends VectorTableOptions, CallOptions {
  /** The folder of this index alone; made at the first flush. */
  readonly folder: string;
  /** `id` of the embedder: vectors of another one are not read. */
  readonly fingerprint: string;
  /** Where snapshots are kept; default the disk. */
  readonly files?: SnapshotFiles | undefined;
}

/**
 * What was found at opening. After `empty` and `rebuild` the index is empty with sequence 0, and the caller fills it from
 * the journal; the first flush replaces what was there.
 */
export type OpenedSnapshot =
  | { readonly state: 'loaded' }
  | { readonly state: 'empty' }
  | { readonly state: 'rebuild'; readonly fault: SnapshotFault; readonly reason: string };

/** A vector index that tells what it found on disk. */
export interface DurableVectorIndex extends VectorIndex {
  readonly opened: OpenedSnapshot;
}

const FILE_NAME = 'vectors.bin';
/** vectra looks for each new id among all items, so inserts are slow; other work gets its turn after so many of them. */
const INSERTS_PER_TURN = 64;
/** Beyond so many comparisons, a tenth of a second, all items are handed over at once instead of one by one. */
const MAX_COMPARISONS = 4_000_000;

type VectraIndex = LocalIndex<{ kind: string }>;

const FULL_DISK: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

const writeError = (folder: string, cause: unknown): RetentiveError => {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new RetentiveError(
    FULL_DISK.has(code) ? 'STORE_FULL' : 'STORE_WRITE_FAILED',
    `cannot write the vectors in ${folder}: ${message}`,
    { cause, retryable: true, details: { folder } },
  );
};

interface Loaded {
  readonly opened: OpenedSnapshot;
  readonly sequence: number;
  readonly items: readonly VectorItem[];
}

const readSnapshot = async (local: VectraIndex, plugs: SnapshotPlugs): Promise<Loaded> => {
  const nothing = { sequence: 0, items: [] };
  try {
    if (!(await local.isIndexCreated())) return { opened: { state: 'empty' }, ...nothing };
    // As the codec gave them to vectra.
    const items = (await local.listItems()) as readonly object[] as readonly VectorItem[];
    const found = plugs.found();
    const sequence = found !== undefined && 'sequence' in found ? found.sequence : 0;
    return { opened: { state: 'loaded' }, sequence, items };
  } catch (error) {
    const found = plugs.found();
    if (found !== undefined && 'fault' in found)
      return { opened: { state: 'rebuild', ...found }, ...nothing };
    const reason = `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { opened: { state: 'rebuild', fault: 'damaged', reason }, ...nothing };
  }
};

/**
 * Opens the vectors of a folder through vectra's `LocalIndex`, which is loaded at the first call. Searches are our own,
 * over vectors in memory. A flush writes one whole snapshot, atomically: its cost grows with the index, not with the
 * change. A snapshot that is missing, damaged or of another embedder is no error, see `opened`. Besides the codes of the
 * port a flush rejects with STORE_WRITE_FAILED or STORE_FULL and may be tried again. @throws DEPENDENCY_MISSING, ABORTED
 */
export const openVectraIndex = async (options: VectraIndexOptions): Promise<DurableVectorIndex> => {
  const { folder, dimensions, fingerprint, files, signal } = options;
  throwIfAborted(signal, 'the opening of the vectors');
  const Local = loadVectra();
  const plugs = createSnapshotPlugs({ dimensions, fingerprint }, files);
  /** One for each reading and each writing: vectra keeps the items of its index, and they are in the table already. */
  const openLocal = (): VectraIndex => new Local(folder, FILE_NAME, plugs.storage, plugs.codec);
  const found = await readSnapshot(openLocal(), plugs);
  throwIfAborted(signal, 'the opening of the vectors');

  const table = createVectorTable(options);
  for (const item of found.items) table.adopt(item);
  let sequence = found.sequence;
  let written = sequence;
  let created = found.opened.state === 'loaded';
  /** What changed since the last snapshot; `undefined` for what was removed. */
  let pending = new Map<string, VectorItem | undefined>();
  let writing: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const assertOpen = (): void => {
    if (closing === undefined) return;
    throw new RetentiveError('STORE_CLOSED', `the vectors in ${folder} are closed`);
  };

  const insert = async (local: VectraIndex, items: readonly VectorItem[], stop?: AbortSignal) => {
    for (const [at, item] of items.entries()) {
      await local.insertItem(plugOf(item));
      if ((at + 1) % INSERTS_PER_TURN !== 0) continue;
      await nextTurn();
      throwIfAborted(stop, 'the flush of vectors');
    }
  };

  const write = async (stop?: AbortSignal): Promise<void> => {
    throwIfAborted(stop, 'the flush of vectors');
    if (pending.size === 0 && sequence === written) return;
    // Vectors never change once stored, so this is the index at `reached`, whatever is put meanwhile.
    const reached = sequence;
    const changes = pending;
    const items = table.items();
    const few = changes.size * items.length <= MAX_COMPARISONS;
    pending = new Map();
    try {
      plugs.begin(0);
      if (!created) await openLocal().createIndex({ version: 1, deleteIfExists: true });
      created = true;
      plugs.offer(few ? items.filter(({ id }) => !changes.has(id)) : items);
      const local = openLocal();
      await local.beginUpdate();
      if (few)
        await insert(
          local,
          [...changes.values()].filter((item) => item !== undefined),
          stop,
        );
      plugs.begin(reached);
      await local.endUpdate();
      written = reached;
    } catch (error) {
      pending = new Map([...changes, ...pending]);
      if (isRetentiveError(error)) throw error;
      throw writeError(folder, plugs.failure() ?? error);
    }
  };

  /** One write at a time, in order of the calls. */
  const enqueue = (stop?: AbortSignal): Promise<void> => {
    const written = writing.then(() => write(stop));
    writing = written.catch(() => {});
    return written;
  };

  return {
    capabilities: { name: 'vectra', durable: true, dimensions },
    opened: found.opened,
    get sequence() {
      return sequence;
    },
    get size() {
      return table.size();
    },
    async put(items, reached, { signal: stop } = {}) {
      assertOpen();
      throwIfAborted(stop, 'the write of vectors');
      table.put(items);
      for (const { id } of items) pending.set(id, table.get(id));
      sequence = Math.max(sequence, reached);
    },
    async remove(ids, reached, { signal: stop } = {}) {
      assertOpen();
      throwIfAborted(stop, 'the removal of vectors');
      table.remove(ids);
      for (const id of ids) pending.set(id, undefined);
      sequence = Math.max(sequence, reached);
    },
    async search(query, limit, filter) {
      assertOpen();
      return table.search(query, limit, filter);
    },
    async cosines(query, ids) {
      assertOpen();
      return table.cosines(query, ids);
    },
    async flush({ signal: stop } = {}) {
      assertOpen();
      await enqueue(stop);
    },
    close() {
      closing ??= enqueue();
      return closing;
    },
  };
};
