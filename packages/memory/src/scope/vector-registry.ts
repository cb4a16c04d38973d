import { rm, stat } from 'node:fs/promises';
import {
  type CallOptions,
  type Embedder,
  isRetentiveError,
  type MemoryEventBus,
  RetentiveError,
} from '@retentive/core';
import { checkEmbedder } from '../index/embedders/checked-embedder.ts';
import { createHashingEmbedder } from '../index/embedders/hashing-embedder.ts';
import type { VectorIndex } from '../index/vector-index.ts';
import { createInMemoryVectorIndex } from '../index/vectors/in-memory-vector-index.ts';
import { vectorFolderOf } from '../index/vectors/vector-folder.ts';
import { openVectraIndex } from '../index/vectors/vectra-index.ts';
import type { ScopeKey } from '../journal/journal.ts';
import { removeScopeFiles } from './scope-files.ts';
import type { ScopeState } from './scope-state.ts';
import { createScopeVectors, type Near, type NearQuery, type ScopeVectors } from './scope-vectors.ts';

/** The vectors of a memory, scope by scope: a folder each, or memory of this process. */
export interface VectorRegistry {
  /** The weight of vectors beside words in contexts; 0 leaves them out. */
  readonly fusionWeight: number;
  /** As {@link ScopeVectors.near}. */
  near(key: ScopeKey, state: ScopeState, query: NearQuery): Promise<Near>;
  /** As {@link ScopeVectors.reembed}. */
  reembed(key: ScopeKey, state: ScopeState, options?: CallOptions): Promise<number>;
  /** As {@link ScopeVectors.remove}. */
  remove(key: ScopeKey, state: ScopeState, ids: readonly string[], options?: CallOptions): Promise<void>;
  /**
   * Whether the vectors of a scope are what they should be by the sequence that they have reached; `unused` where there are
   * none, or only those of another embedder.
   */
  audit(key: ScopeKey, state: ScopeState): Promise<'unused' | 'sound' | { readonly wrong: string }>;
  /** Makes the vectors of a scope anew from nothing. */
  rebuild(key: ScopeKey, state: ScopeState, options?: CallOptions): Promise<void>;
  /** Takes away what projections of scopes have on disk, and makes no vectors of them anew until `run` has ended. */
  without<Result>(keys: readonly ScopeKey[], run: () => Promise<Result>): Promise<Result>;
  /** Flushes the index of a scope that nobody is asking now, and lets go of it until somebody does. */
  rest(key: ScopeKey): void;
  /** Flushes every index that was used. Idempotent. */
  close(): Promise<void>;
}

/** What a registry works with. */
export interface VectorRegistryOptions {
  /** Data folder; without it vectors end with the process. */
  readonly path: string | undefined;
  /** Default: feature hashing, with the rarity of words in the scope. */
  readonly embedder: Embedder | undefined;
  readonly events: MemoryEventBus;
}

const mismatch = (folder: string, reason: string, embedder: Embedder): RetentiveError =>
  new RetentiveError(
    'EMBEDDER_MISMATCH',
    `the vectors in ${folder} are not of the embedder ${embedder.id}: ${reason}. Open the memory with the embedder it ` +
      'was filled with, or embed everything anew: memory.reembed(), or `retentive reembed`',
    { details: { folder, embedder: embedder.id, dimensions: embedder.dimensions } },
  );

const exists = async (folder: string): Promise<boolean> => {
  try {
    await stat(folder);
    return true;
  } catch {
    return false;
  }
};

/** Makes a registry in which nothing is open. @throws OPTION_INVALID for what is no embedder */
export const createVectorRegistry = (options: VectorRegistryOptions): VectorRegistry => {
  const { path, events } = options;
  const given = options.embedder === undefined ? undefined : checkEmbedder(options.embedder);
  const scopes = new Map<string, ScopeVectors>();
  /** Why snapshots could not be used, by folder, until they are made anew. */
  const damages = new Map<string, string>();
  /** Scopes that are being erased, and until when. */
  const held = new Map<string, Promise<unknown>>();
  /** Indexes that are being let go of. */
  const closing = new Set<Promise<unknown>>();
  /** How many calls of a scope are under way. */
  const users = new Map<string, number>();
  let closed: Promise<unknown> | undefined;

  const embedderOf = ({ lexical, analyze }: Pick<ScopeState, 'lexical' | 'analyze'>): Embedder =>
    given ?? createHashingEmbedder({ weightOf: lexical.inverseDocumentFrequency, analyze });
  const present = given ?? createHashingEmbedder();
  const { id, dimensions, fusionWeight } = present;

  const openFolder = async (folder: string, reached: number, replace: boolean): Promise<VectorIndex> => {
    const rebuilt = (reason: string): void => {
      damages.set(folder, reason);
      events.emit('projection:rebuilt', { projection: 'vectors', reason });
    };
    const open = () => openVectraIndex({ folder, dimensions, fingerprint: id });
    const index = await open();
    const { opened } = index;
    if (opened.state === 'rebuild') {
      const isOthers = opened.fault === 'fingerprint' || opened.fault === 'dimensions';
      if (isOthers && !replace) {
        // Nothing was put, so nothing is written.
        await index.close();
        throw mismatch(folder, opened.reason, present);
      }
      rebuilt(opened.reason);
    }
    if (index.sequence <= reached) return index;
    // The journal is an older one, such as a restored copy: what these vectors stand for is not what it holds.
    await index.close();
    await rm(folder, { recursive: true, force: true });
    rebuilt(`it is ahead of the journal: ${index.sequence}, not ${reached}`);
    return open();
  };

  const nameOf = ({ tenant, user }: ScopeKey): string => JSON.stringify([tenant, user]);

  const vectorsOf = (key: ScopeKey): ScopeVectors => {
    if (closed !== undefined) throw new RetentiveError('STORE_CLOSED', 'the memory is closed; open it again');
    const name = nameOf(key);
    const known = scopes.get(name);
    if (known !== undefined) return known;
    const made = createScopeVectors({
      open: async (reached, replace) =>
        path === undefined
          ? createInMemoryVectorIndex({ dimensions })
          : openFolder(vectorFolderOf(path, key), reached, replace),
      embedderOf,
    });
    scopes.set(name, made);
    return made;
  };

  const isUsed = async (key: ScopeKey): Promise<boolean> =>
    scopes.has(nameOf(key)) || (path !== undefined && (await exists(vectorFolderOf(path, key))));

  const whenFree = async (key: ScopeKey): Promise<ScopeVectors> => {
    await held.get(nameOf(key));
    return vectorsOf(key);
  };

  /** Counts the calls of a scope that are under way. */
  const using = async <Result>(key: ScopeKey, run: () => Promise<Result>): Promise<Result> => {
    const name = nameOf(key);
    users.set(name, (users.get(name) ?? 0) + 1);
    try {
      return await run();
    } finally {
      const left = (users.get(name) ?? 1) - 1;
      if (left === 0) users.delete(name);
      else users.set(name, left);
    }
  };

  const takeAway = async (key: ScopeKey): Promise<void> => {
    await scopes.get(nameOf(key))?.close();
    scopes.delete(nameOf(key));
    if (path !== undefined) await removeScopeFiles(path, key);
  };

  const audit: VectorRegistry['audit'] = async (key, state) => {
    await held.get(nameOf(key));
    if (!(await isUsed(key))) return 'unused';
    try {
      const missing = await vectorsOf(key).missing(state);
      const damage = path === undefined ? undefined : damages.get(vectorFolderOf(path, key));
      if (damage !== undefined) return { wrong: damage };
      return missing.length === 0 ? 'sound' : { wrong: `${missing.length} are missing, first ${missing[0]}` };
    } catch (error) {
      if (isRetentiveError(error, 'EMBEDDER_MISMATCH')) return 'unused';
      throw error;
    }
  };

  return {
    fusionWeight,
    near: (key, state, query) => using(key, async () => (await whenFree(key)).near(state, query)),
    reembed: (key, state, callOptions) =>
      using(key, async () => (await whenFree(key)).reembed(state, callOptions)),
    rest(key) {
      const name = nameOf(key);
      const scope = scopes.get(name);
      // In this process only they could not come back but by embedding again.
      if (path === undefined || scope === undefined || users.has(name) || held.has(name)) return;
      scopes.delete(name);
      const resting = scope.close().finally(() => {
        if (held.get(name) === resting) held.delete(name);
        closing.delete(resting);
      });
      closing.add(resting);
      held.set(name, resting);
    },
    audit: (key, state) => using(key, () => audit(key, state)),
    rebuild: (key, state, callOptions) =>
      using(key, async () => {
        await held.get(nameOf(key));
        await scopes.get(nameOf(key))?.close();
        scopes.delete(nameOf(key));
        if (path !== undefined) {
          await rm(vectorFolderOf(path, key), { recursive: true, force: true });
          damages.delete(vectorFolderOf(path, key));
        }
        await vectorsOf(key).reembed(state, callOptions);
      }),
    async without(keys, run) {
      const before = keys.map((key) => held.get(nameOf(key)));
      let release = (): void => {};
      const free = new Promise<void>((resolve) => {
        release = resolve;
      });
      for (const key of keys) held.set(nameOf(key), free);
      try {
        // A flush that has begun would bring files back.
        await Promise.allSettled(before);
        for (const key of keys) await takeAway(key);
        return await run();
      } finally {
        for (const key of keys) if (held.get(nameOf(key)) === free) held.delete(nameOf(key));
        release();
      }
    },
    remove: (key, state, ids, callOptions) =>
      using(key, async () => {
        await held.get(nameOf(key));
        if (await isUsed(key)) await vectorsOf(key).remove(state, ids, callOptions);
      }),
    async close() {
      closed ??= Promise.all([...closing, ...[...scopes.values()].map((scope) => scope.close())]);
      await closed;
    },
  };
};
