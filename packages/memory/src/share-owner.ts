import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isRetentiveError, RetentiveError, type Scope, throwIfAborted } from '@retentive/core';
import type { MemoryOptions } from './memory-options.ts';
import type { Memory, ScopedMemory } from './memory-types.ts';
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

const forget = (key: string, owner: SharedOwner): void => {
  if (owners().get(key) === owner) owners().delete(key);
};

type OpenOwner = (options: MemoryOptions) => Promise<Owner>;

const beginOwner = (key: string, options: MemoryOptions, open: OpenOwner): SharedOwner => {
  const opening = new AbortController();
  const memory = open({ ...options, signal: opening.signal });
  const owner: SharedOwner = { memory, options, opening, handles: 0, closing: undefined };
  owners().set(key, owner);
  // Before anybody else hears of it: who tries again must not find what failed.
  memory.catch(() => forget(key, owner));
  return owner;
};

/** Takes one handle off; the last one closes the owner, or ends its opening. */
const leaveOwner = async (key: string, owner: SharedOwner): Promise<void> => {
  owner.handles -= 1;
  if (owner.handles > 0) return;
  owner.opening.abort();
  owner.closing = owner.memory
    .then(
      // It may have been opened in the same moment.
      (memory) => memory.close(),
      () => {},
    )
    .finally(() => forget(key, owner));
  owner.closing.catch(() => {});
  await owner.closing;
};

interface JoinedOwner {
  readonly owner: SharedOwner;
  readonly memory: Owner;
}

/** Joins the owner of a folder, or becomes the one who opens it. */
const joinOwner = async (
  key: string,
  path: string,
  options: MemoryOptions,
  open: OpenOwner,
): Promise<JoinedOwner> => {
  const { signal } = options;
  while (true) {
    throwIfAborted(signal, 'opening');
    // A folder that is being closed can be opened again only when that is done.
    for (let known = owners().get(key); known?.closing !== undefined; known = owners().get(key))
      await orAborted(known.closing, signal, 'opening');
    const known = owners().get(key);
    if (known !== undefined) assertSameOptions(path, known.options, options);
    const owner = known ?? beginOwner(key, options, open);
    owner.handles += 1;
    try {
      return { owner, memory: await orAborted(owner.memory, signal, 'opening') };
    } catch (error) {
      await leaveOwner(key, owner);
      // The end of another caller's waiting says nothing of one's own.
      if (known === undefined || !isRetentiveError(error, 'STORE_LOCKED')) throw error;
    }
  }
};

/**
 * A handle on the owner of `path`, opened by `open` if there is none yet. The last handle to close closes the owner. An
 * abort ends the wait of its own caller; the opening itself goes on as long as anybody waits for it.
 */
export const shareOwner = async (path: string, options: MemoryOptions, open: OpenOwner): Promise<Memory> => {
  const key = nameOf(path);
  const { owner, memory } = await joinOwner(key, path, options, open);
  const leave = (): Promise<void> => leaveOwner(key, owner);
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
    async stats(options) {
      assertOpen();
      return memory.stats(options);
    },
    async backup(path, options) {
      assertOpen();
      return memory.backup(path, options);
    },
    changes(options) {
      assertOpen();
      return memory.changes(options);
    },
    async announce(daemon) {
      assertOpen();
      return memory.announce(daemon);
    },
    close() {
      left ??= leave();
      return left;
    },
  };
};
