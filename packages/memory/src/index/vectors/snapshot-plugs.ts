import { RetentiveError } from '@retentive/core';
import type { VectorItem } from '../vector-index.ts';
import { decodeSnapshot, encodeSnapshot, type SnapshotFault, type SnapshotHead } from './snapshot-codec.ts';
import { createSnapshotFiles } from './snapshot-files.ts';

/** An item as vectra makes it of one that is inserted. */
export interface PlugItem {
  id: string;
  metadata: { kind: VectorItem['kind'] };
  vector: number[];
  norm: number;
}

/**
 * An item as vectra hands it back. Those that it was given by the codec are ours as they are: it looks at nothing but their
 * ids, and a copy of each would cost more memory than all the rest of it.
 */
type StoredItem = VectorItem | PlugItem;

interface PlugData {
  version: number;
  metadata_config: { indexed?: string[] };
  items: PlugItem[];
}

/** A file without what is in it, which vectra has. */
export type FoundSnapshot =
  | { readonly sequence: number }
  | { readonly fault: SnapshotFault; readonly reason: string };

/** Our bytes and our files, in the shape of vectra's places for a codec and a storage. */
export interface SnapshotPlugs {
  /** What the last file that was read stands for, or why it cannot be used; `undefined` when none was read. */
  readonly found: () => FoundSnapshot | undefined;
  /** The first error of the disk since `begin`: vectra keeps only the text of what went wrong. */
  readonly failure: () => unknown;
  /** Begins a write; what is written now stands for `sequence`. */
  readonly begin: (sequence: number) => void;
  /** The next read finds these items instead of the file: vectra takes them at once, without its search for each id. */
  readonly offer: (items: readonly VectorItem[]) => void;
  readonly storage: {
    pathExists(path: string): Promise<boolean>;
    readFile(path: string): Promise<Buffer>;
    upsertFile(path: string, content: Buffer | string): Promise<void>;
    createFolder(path: string): Promise<void>;
    deleteFolder(path: string): Promise<void>;
    deleteFile(path: string): Promise<void>;
    createFile(): Promise<never>;
    getDetails(): Promise<never>;
    listFiles(): Promise<never>;
  };
  readonly codec: {
    readonly extension: string;
    serializeIndex(data: { readonly items: readonly object[] }): Buffer;
    deserializeIndex(bytes: Buffer): PlugData;
    serializeCatalog(): never;
    deserializeCatalog(): never;
    serializeMetadata(): never;
    deserializeMetadata(): never;
  };
}

/** The same for all items of a kind: vectra keeps what it is given and changes none of it. */
const METADATA = { chunk: { kind: 'chunk' }, fact: { kind: 'fact' } } as const;

/** An item for vectra. Its types say `number[]`, but it only reads lengths and elements; the norm is that of a unit vector. */
export const plugOf = ({ id, kind, vector }: VectorItem): PlugItem => ({
  id,
  metadata: METADATA[kind],
  vector: vector as unknown as number[],
  norm: 1,
});

const kindOf = (item: StoredItem): VectorItem['kind'] =>
  'metadata' in item ? item.metadata.kind : item.kind;

const notUsed = (): never => {
  throw new RetentiveError('INTERNAL', 'the vector index has no use for this part of vectra');
};
const notUsedAsync = async (): Promise<never> => notUsed();

/** What vectra hands from the codec to the storage, where the blocks of the snapshot take its place. */
const STAND_IN = Buffer.alloc(0);

const plugData = (items: readonly VectorItem[]): PlugData => ({
  version: 1,
  metadata_config: {},
  items: items as readonly object[] as PlugItem[],
});

/** Makes the plugs of one index. */
export const createSnapshotPlugs = (head: SnapshotHead, files = createSnapshotFiles()): SnapshotPlugs => {
  let found: FoundSnapshot | undefined;
  let offered: readonly VectorItem[] | undefined;
  let failure: unknown;
  let sequence = 0;
  let encode = (): Iterable<Uint8Array> => [];

  const noting = async <T>(action: Promise<T>): Promise<T> => {
    try {
      return await action;
    } catch (error) {
      failure ??= error;
      throw error;
    }
  };

  return {
    found: () => found,
    failure: () => failure,
    begin(reached) {
      sequence = reached;
      failure = undefined;
      offered = undefined;
      encode = () => [];
    },
    offer(items) {
      offered = items;
    },
    storage: {
      pathExists: async (path) => offered !== undefined || noting(files.exists(path)),
      readFile: async (path) => (offered === undefined ? noting(files.read(path)) : Buffer.alloc(0)),
      upsertFile(path, content) {
        const blocks = content === STAND_IN ? encode() : [Buffer.from(content)];
        // The items would be kept alive after they are removed.
        encode = () => [];
        return noting(files.replace(path, blocks));
      },
      createFolder: (path) => noting(files.makeFolder(path)),
      deleteFolder: (path) => noting(files.remove(path)),
      deleteFile: (path) => noting(files.remove(path)),
      createFile: notUsedAsync,
      getDetails: notUsedAsync,
      listFiles: notUsedAsync,
    },
    codec: {
      extension: '.bin',
      serializeIndex({ items }) {
        const source = { sequence, items: items as readonly StoredItem[], kindOf };
        encode = () => encodeSnapshot(head, source);
        return STAND_IN;
      },
      deserializeIndex(bytes) {
        if (offered !== undefined) {
          const items = offered;
          offered = undefined;
          return plugData(items);
        }
        const decoded = decodeSnapshot(bytes, head);
        if ('fault' in decoded) {
          found = decoded;
          throw new RetentiveError('STORE_CORRUPT', decoded.reason);
        }
        found = { sequence: decoded.sequence };
        return plugData(decoded.items);
      },
      // Only vectra's index of documents asks for these.
      serializeCatalog: notUsed,
      deserializeCatalog: notUsed,
      serializeMetadata: notUsed,
      deserializeMetadata: notUsed,
    },
  };
};
