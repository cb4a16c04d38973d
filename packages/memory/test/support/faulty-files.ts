import * as nodeFiles from 'node:fs/promises';
import type { FileSystem } from '../../src/index/vectors/snapshot-files.ts';

/** How the k-th call that changes the disk fails: with an error, or after half of a write was done. */
export interface FileFault {
  /** From 1. */
  readonly at: number;
  readonly kind: 'EIO' | 'ENOSPC' | 'short';
  /** So does every one after it. */
  readonly lasting: boolean;
}

/** A file system whose k-th write, sync or rename fails; `fired` says whether there was a k-th. */
export const createFaultyFiles = ({
  at,
  kind,
  lasting,
}: FileFault): { readonly system: FileSystem; readonly fired: () => boolean } => {
  let passed = 0;
  const isDue = (): boolean => {
    passed += 1;
    return passed === at || (lasting && passed > at);
  };
  const failure = (what: string): Error => {
    const code = kind === 'short' ? 'EIO' : kind;
    return Object.assign(new Error(`${code}: injected, ${what}`), { code });
  };
  const around = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
    if (isDue()) throw failure(what);
    return call();
  };

  const system: FileSystem = {
    ...nodeFiles,
    rename: (from, to) => around('rename', () => nodeFiles.rename(from, to)),
    mkdir: ((path: string, options: object) =>
      around('mkdir', () => nodeFiles.mkdir(path, options))) as FileSystem['mkdir'],
    async open(...given) {
      const file = await nodeFiles.open(...given);
      const write = async (bytes: Uint8Array): Promise<void> => {
        if (!isDue()) return file.writeFile(bytes);
        if (kind === 'short') await file.writeFile(bytes.subarray(0, bytes.length >> 1));
        throw failure('write');
      };
      const calls: Readonly<Record<string, unknown>> = {
        writeFile: write,
        datasync: () => around('fdatasync', () => file.datasync()),
        sync: () => around('fsync', () => file.sync()),
      };
      return new Proxy(file, {
        get(target, name) {
          const own = calls[String(name)] ?? Reflect.get(target, name);
          return typeof own === 'function' ? own.bind(target) : own;
        },
      });
    },
  };
  return { system, fired: () => passed >= at };
};
