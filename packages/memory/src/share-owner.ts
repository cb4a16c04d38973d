import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { RetentiveError, type Scope, throwIfAborted } from '@retentive/core';
import type { Memory, MemoryOptions, ScopedMemory } from './memory-types.ts';
import { conflictsOf } from './option-conflicts.ts';
import { orAborted } from './or-aborted.ts';

/** A memory that several handles share. */
export interface Owner extends Memory {
  /** As `Memory.scope`, for a handle that may be closed before the owner. */
  scope(scope: Scope, assertOpen?: () => void): ScopedMemory;
}

interface SharedOwner {
  readonly memory: Promise<Owner>;
  /** Of the first opening. */
  readonly options: MemoryOptions;
  /** Ends the opening, once nobody waits for it any more. */
  readonly opening: AbortController;
  handles: number;
  /** Set once the last handle is closing it. */
  closing: Promise<void> | undefined;
}

const OWNERS = Symbol.for('retentive.owners.2');

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

const assertSameOptions = (path: string, owned: MemoryOptions, given: MemoryOptions): void => {
  const conflicts = conflictsOf(owned, given);
  if (conflicts.length === 0) return;
  throw new RetentiveError(
    'OPTION_INVALID',
    `${path} is open in this process with another ${conflicts.join(', ')}: open it with the same, or leave that out`,
    { details: { path, options: conflicts } },
  );
};

/**
 * A handle on the owner of `path`, opened by `open` if there is none yet. The last handle to close closes the owner. An
 * abort ends the wait of its own caller; the opening itself goes on as long as anybody waits for it.
 */
export const shareOwner = async (
  path: string,
  options: MemoryOptions,
  open: (options: MemoryOptions) => Promise<Owner>,
): Promise<Memory> => {
  const { signal } = options;
  const key = nameOf(path);
  throwIfAborted(signal, 'opening');
  // A folder that is being closed can be opened again only when that is done.
  for (let known = owners().get(key); known?.closing !== undefined; known = owners().get(key))
    await orAborted(known.closing, signal, 'opening');
  const begin = (): SharedOwner => {
    const opening = new AbortController();
    const memory = open({ ...options, signal: opening.signal });
    return { memory, options, opening, handles: 0, closing: undefined };
  };
  const known = owners().get(key);
  if (known !== undefined) assertSameOptions(path, known.options, options);
  const owner = known ?? begin();
  owners().set(key, owner);
  owner.handles += 1;
  const forget = (): void => {
    if (owners().get(key) === owner) owners().delete(key);
  };
  const end = (closing: Promise<void>): Promise<void> => {
    owner.closing = closing.finally(forget);
    owner.closing.catch(() => {});
    return owner.closing;
  };
  const memory = await orAborted(owner.memory, signal, 'opening').catch(async (error: unknown) => {
    owner.handles -= 1;
    if (owner.handles === 0 && owner.closing === undefined) {
      owner.opening.abort();
      // It may have been opened in the same moment.
      await end(
        owner.memory.then(
          (opened) => opened.close(),
          () => {},
        ),
      );
    }
    throw error;
  });
  const leave = (): Promise<void> => {
    owner.handles -= 1;
    if (owner.handles > 0) return Promise.resolve();
    return end(memory.close());
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
    async sweep(options) {
      assertOpen();
      return memory.sweep(options);
    },
    async erase(target, options) {
      assertOpen();
      return memory.erase(target, options);
    },
    async doctor(options) {
      assertOpen();
      return memory.doctor(options);
    },
    async jobs(options) {
      assertOpen();
      return memory.jobs(options);
    },
    async retryJobs(options) {
      assertOpen();
      return memory.retryJobs(options);
    },
    async backup(path, options) {
      assertOpen();
      return memory.backup(path, options);
    },
    changes(options) {
      assertOpen();
      return memory.changes(options);
    },
    close() {
      left ??= leave();
      return left;
    },
  };
};
