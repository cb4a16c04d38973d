import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CallOptions, isRetentiveError, RetentiveError, throwIfAborted } from '@retentive/core';
import type { FileStorage, IndexCodec, LocalIndex } from 'vectra';
import type { VectorIndex, VectorItem } from '../vector-index.ts';
import {
  type DecodedSnapshot,
  decodeSnapshot,
  encodeSnapshot,
  type SnapshotFault,
  type SnapshotHead,
} from './snapshot-codec.ts';
import { createSnapshotFiles } from './snapshot-files.ts';
import { createVectorTable, type VectorTableOptions } from './vector-table.ts';

/** Options of {@link openVectraIndex}. */
export interface VectraIndexOptions extends VectorTableOptions, CallOptions {
  /** The folder of this index alone; made at the first flush. */
  readonly folder: string;
  /** `id` of the embedder: vectors of another one are not read. */
  readonly fingerprint: string;
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

type Metadata = { readonly kind: VectorItem['kind'] };
type VectraIndex = LocalIndex<{ kind: string }>;

/** vectra's own type says `number[]`; it only reads lengths and elements. */
const asVectra = (vector: Float32Array): number[] => vector as unknown as number[];
const fromVectra = (vector: readonly number[]): Float32Array => vector as unknown as Float32Array;

const notUsed = async (): Promise<never> => {
  throw new RetentiveError('INTERNAL', 'the vector index has no use for this part of a storage');
};

interface Plugs {
  readonly storage: FileStorage;
  readonly codec: IndexCodec;
  /** The last file that was decoded, or what kept it from being read. */
  readonly decoded: () => DecodedSnapshot | undefined;
  /** The first error of the disk since `begin`: vectra keeps only the text of what went wrong. */
  readonly failure: () => unknown;
  /** Begins a write; what is written now stands for `sequence`. */
  readonly begin: (sequence: number) => void;
}

/** Our bytes and our files in vectra's places for them. */
const createPlugs = (head: SnapshotHead): Plugs => {
  const files = createSnapshotFiles();
  let decoded: DecodedSnapshot | undefined;
  let failure: unknown;
  let sequence = 0;

  const noting = async <T>(action: Promise<T>): Promise<T> => {
    try {
      return await action;
    } catch (error) {
      failure ??= error;
      throw error;
    }
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

  return {
    decoded: () => decoded,
    failure: () => failure,
    begin(reached) {
      sequence = reached;
      failure = undefined;
      // Its vectors would be kept alive after they are removed.
      decoded = undefined;
    },
    storage: {
      pathExists: (path) => noting(files.exists(path)),
      readFile: (path) => noting(files.read(path)),
      upsertFile: (path, content) =>
        noting(files.replace(path, typeof content === 'string' ? Buffer.from(content) : content)),
      createFolder: (path) => noting(files.makeFolder(path)),
      deleteFolder: (path) => noting(files.remove(path)),
      deleteFile: (path) => noting(files.remove(path)),
      createFile: notUsed,
      getDetails: notUsed,
      listFiles: notUsed,
    },
    codec: {
      extension: '.bin',
      serializeIndex: ({ items }) =>
        encodeSnapshot(head, {
          sequence,
          items: items.map(({ id, metadata, vector }) => ({
            id,
            kind: (metadata as Metadata).kind,
            vector: fromVectra(vector),
          })),
        }),
      deserializeIndex(bytes) {
        decoded = decodeSnapshot(bytes, head);
        if ('fault' in decoded) throw new RetentiveError('STORE_CORRUPT', decoded.reason);
        const items = decoded.items.map(({ id, kind, vector }) => ({
          id,
          metadata: { kind },
          vector: asVectra(vector),
          norm: 1,
        }));
        return { version: 1, metadata_config: {}, items };
      },
      // Only vectra's document index asks for these.
      serializeCatalog: json,
      deserializeCatalog: () => ({ version: 1, count: 0, uriToId: {}, idToUri: {} }),
      serializeMetadata: json,
      deserializeMetadata: () => ({}),
    },
  };
};

const loadVectra = async (): Promise<typeof LocalIndex> => {
  try {
    const { LocalIndex: loaded } = await import('vectra');
    return loaded;
  } catch (cause) {
    throw new RetentiveError('DEPENDENCY_MISSING', 'the package vectra cannot be loaded; install it again', {
      cause,
    });
  }
};

const FULL_DISK: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

const writeError = (folder: string, cause: unknown): RetentiveError => {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new RetentiveError(
    FULL_DISK.has(code) ? 'STORE_FULL' : 'STORE_WRITE_FAILED',
    `cannot write the vectors in ${folder}: ${message}`,
    { cause, retryable: true, details: { folder } },
  );
};

const readSnapshot = async (local: VectraIndex, plugs: Plugs): Promise<OpenedSnapshot> => {
  try {
    if (!(await local.isIndexCreated())) return { state: 'empty' };
    await local.listItems();
    return { state: 'loaded' };
  } catch (error) {
    const decoded = plugs.decoded();
    if (decoded !== undefined && 'fault' in decoded) return { state: 'rebuild', ...decoded };
    const reason = error instanceof Error ? error.message : String(error);
    return { state: 'rebuild', fault: 'damaged', reason: `it cannot be read: ${reason}` };
  }
};

/**
 * Opens the vectors of a folder through vectra's `LocalIndex`, which is loaded at the first call. Searches are our own,
 * over vectors in memory. A flush writes one whole snapshot, atomically: its cost grows with the index, not with the
 * change. A snapshot that is missing, damaged or of another embedder is no error, see `opened`. Besides the codes of the
 * port a flush rejects with STORE_WRITE_FAILED or STORE_FULL and may be tried again. @throws DEPENDENCY_MISSING, ABORTED
 */
export const openVectraIndex = async (options: VectraIndexOptions): Promise<DurableVectorIndex> => {
  const { folder, dimensions, fingerprint, signal } = options;
  throwIfAborted(signal, 'the opening of the vectors');
  const Local = await loadVectra();
  throwIfAborted(signal, 'the opening of the vectors');
  const plugs = createPlugs({ dimensions, fingerprint });
  const local: VectraIndex = new Local(folder, FILE_NAME, plugs.storage, plugs.codec);
  const opened = await readSnapshot(local, plugs);
  throwIfAborted(signal, 'the opening of the vectors');

  const table = createVectorTable(options);
  const loaded = plugs.decoded();
  let sequence = 0;
  if (loaded !== undefined && 'items' in loaded) {
    for (const item of loaded.items) table.adopt(item);
    sequence = loaded.sequence;
  }
  let written = sequence;
  let created = opened.state === 'loaded';
  /** What changed since the last snapshot; `undefined` for what was removed. */
  let pending = new Map<string, VectorItem | undefined>();
  let writing: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const assertOpen = (): void => {
    if (closing !== undefined)
      throw new RetentiveError('STORE_CLOSED', `the vectors in ${folder} are closed`);
  };

  const feed = async (changes: ReadonlyMap<string, VectorItem | undefined>, stop?: AbortSignal) => {
    await local.beginUpdate();
    await local.deleteItems(changes.keys());
    let inserts = 0;
    for (const item of changes.values()) {
      if (item === undefined) continue;
      await local.insertItem({ id: item.id, metadata: { kind: item.kind }, vector: asVectra(item.vector) });
      inserts += 1;
      if (inserts % INSERTS_PER_TURN !== 0) continue;
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
    pending = new Map();
    try {
      plugs.begin(0);
      if (!created) await local.createIndex({ version: 1, deleteIfExists: true });
      created = true;
      await feed(changes, stop);
      plugs.begin(reached);
      await local.endUpdate();
      written = reached;
    } catch (error) {
      local.cancelUpdate();
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
    opened,
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
