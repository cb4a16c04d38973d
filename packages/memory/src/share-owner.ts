import { resolve } from 'node:path';
import type { Memory } from './memory-types.ts';

interface SharedOwner {
  readonly memory: Promise<Memory>;
  handles: number;
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

/** A handle on the owner of `path`, opened by `open` if there is none yet. The last handle to close closes the owner. */
export const shareOwner = async (path: string, open: () => Promise<Memory>): Promise<Memory> => {
  const key = resolve(path);
  const known = owners().get(key);
  const owner: SharedOwner = known ?? { memory: open(), handles: 0 };
  owners().set(key, owner);
  owner.handles += 1;
  const leave = (): boolean => {
    owner.handles -= 1;
    if (owner.handles > 0) return false;
    if (owners().get(key) === owner) owners().delete(key);
    return true;
  };
  let memory: Memory;
  try {
    memory = await owner.memory;
  } catch (error) {
    leave();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    ...memory,
    close() {
      closing ??= leave() ? memory.close() : Promise.resolve();
      return closing;
    },
  };
};
