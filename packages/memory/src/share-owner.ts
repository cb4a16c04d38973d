import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { RetentiveError, type Scope } from '@retentive/core';
import type { Memory, ScopedMemory } from './memory-types.ts';

/** A memory that several handles share. */
export interface Owner extends Memory {
  /** As `Memory.scope`, for a handle that may be closed before the owner. */
  scope(scope: Scope, assertOpen?: () => void): ScopedMemory;
}

interface SharedOwner {
  readonly memory: Promise<Owner>;
  handles: number;
  /** Set once the last handle is closing it. */
  closing: Promise<void> | undefined;
}

const OWNERS = Symbol.for('retentive.owners.1');

/**
 * The owners of this process. They stand on the global object because two installed copies of this package must see
 * the same ones: the folder is locked for the process as a whole.
 */
const owners = (): Map<string, SharedOwner> => {
  const place = globalThis as { [OWNERS]?: Map<string, SharedOwner> };
  place[OWNERS] ??= new Map();
  return place[OWNERS];
};

/** One name for a folder, also through links; it may not exist yet. */
const nameOf = (path: string): string => {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    try {
      return join(realpathSync(dirname(absolute)), basename(absolute));
    } catch {
      return absolute;
    }
  }
};

/** A handle on the owner of `path`, opened by `open` if there is none yet. The last handle to close closes the owner. */
export const shareOwner = async (path: string, open: () => Promise<Owner>): Promise<Memory> => {
  const key = nameOf(path);
  // A folder that is being closed can be opened again only when that is done.
  for (let known = owners().get(key); known?.closing !== undefined; known = owners().get(key))
    await known.closing;
  const owner: SharedOwner = owners().get(key) ?? { memory: open(), handles: 0, closing: undefined };
  owners().set(key, owner);
  owner.handles += 1;
  const forget = (): void => {
    if (owners().get(key) === owner) owners().delete(key);
  };
  const memory = await owner.memory.catch((error: unknown) => {
    forget();
    throw error;
  });
  const leave = (): Promise<void> => {
    owner.handles -= 1;
    if (owner.handles > 0) return Promise.resolve();
    owner.closing = memory.close().finally(forget);
    owner.closing.catch(() => {});
    return owner.closing;
  };
  let left: Promise<void> | undefined;
  const assertOpen = (): void => {
    if (left !== undefined) throw new RetentiveError('STORE_CLOSED', 'the memory is closed; open it again');
  };
  return {
    events: memory.events,
    scope(scope) {
      assertOpen();
      return memory.scope(scope, assertOpen);
    },
    async resume(id, offset, options) {
      assertOpen();
      return memory.resume(id, offset, options);
    },
    async reembed(options) {
      assertOpen();
      return memory.reembed(options);
    },
    async doctor(options) {
      assertOpen();
      return memory.doctor(options);
    },
    close() {
      left ??= leave();
      return left;
    },
  };
};
