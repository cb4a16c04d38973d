import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type CallOptions, isRetentiveError, RetentiveError, throwIfAborted } from '@retentive/core';
import type { Memory } from './memory-types.ts';
import { orAborted } from './or-aborted.ts';

interface SharedOwner {
  readonly memory: Promise<Memory>;
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

const remove = (key: string, owner: SharedOwner): void => {
  if (owners().get(key) === owner) owners().delete(key);
};

const beginOwner = (key: string, open: () => Promise<Memory>): SharedOwner => {
  const owner: SharedOwner = { memory: open(), handles: 0, closing: undefined };
  owners().set(key, owner);
  // Before anybody else hears of it: who tries again must not find what failed.
  owner.memory.catch(() => remove(key, owner));
  return owner;
};

/** Takes one handle off; the last one closes the owner. */
const leaveOwner = async (key: string, owner: SharedOwner): Promise<void> => {
  owner.handles -= 1;
  if (owner.handles > 0) return;
  owner.closing = owner.memory
    .then(
      (memory) => memory.close(),
      () => {},
    )
    .finally(() => remove(key, owner));
  owner.closing.catch(() => {});
  await owner.closing;
};

/** What another caller's opening can fail with that says nothing of one's own: its signal, and the end of its waiting. */
const isOthers = (error: unknown): boolean =>
  isRetentiveError(error, 'ABORTED') || isRetentiveError(error, 'STORE_LOCKED');

/** Joins the owner of a folder, or becomes the one who opens it. */
const joinOwner = async (
  key: string,
  open: () => Promise<Memory>,
  { signal }: CallOptions,
): Promise<{ readonly owner: SharedOwner; readonly memory: Memory }> => {
  while (true) {
    // A folder that is being closed can be opened again only when that is done.
    for (let known = owners().get(key); known?.closing !== undefined; known = owners().get(key))
      await known.closing;
    const joined = owners().get(key);
    const owner = joined ?? beginOwner(key, open);
    owner.handles += 1;
    try {
      return { owner, memory: await orAborted(owner.memory, signal, 'opening') };
    } catch (error) {
      // Who only leaves off waiting leaves the others an owner in good order.
      leaveOwner(key, owner).catch(() => {});
      throwIfAborted(signal, 'opening');
      if (joined === undefined || !isOthers(error)) throw error;
    }
  }
};

/** A handle on the owner of `path`, opened by `open` if there is none yet. The last handle to close closes the owner. */
export const shareOwner = async (
  path: string,
  open: () => Promise<Memory>,
  options: CallOptions,
): Promise<Memory> => {
  const key = nameOf(path);
  const { owner, memory } = await joinOwner(key, open, options);
  const leave = (): Promise<void> => leaveOwner(key, owner);
  let left: Promise<void> | undefined;
  const assertOpen = (): void => {
    if (left !== undefined) throw new RetentiveError('STORE_CLOSED', 'the memory is closed; open it again');
  };
  return {
    events: memory.events,
    scope(scope) {
      assertOpen();
      return memory.scope(scope);
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
