import * as nodeFiles from 'node:fs/promises';
import type { FileSystem } from '../index/vectors/snapshot-files.ts';
import type { Fault } from './fault.ts';

/**
 * The part of `node:fs/promises` that snapshots of files need, over the real disk, with a fault in the calls that change it:
 * `mkdir`, `write`, `fdatasync`, `fsync` and `rename`.
 */
export const createFaultyFiles = (fault: Fault): FileSystem => ({
  ...nodeFiles,
  rename: (from, to) => fault.around('rename', () => nodeFiles.rename(from, to)),
  mkdir: ((path: string, options: object) =>
    fault.around('mkdir', () => nodeFiles.mkdir(path, options))) as FileSystem['mkdir'],
  async open(...given) {
    const file = await nodeFiles.open(...given);
    const calls: Readonly<Record<string, unknown>> = {
      writeFile: (bytes: Uint8Array) => fault.aroundWrite('write', bytes, (some) => file.writeFile(some)),
      datasync: () => fault.around('fdatasync', () => file.datasync()),
      sync: () => fault.around('fsync', () => file.sync()),
    };
    return new Proxy(file, {
      get(target, name) {
        const own = calls[String(name)] ?? Reflect.get(target, name);
        return typeof own === 'function' ? own.bind(target) : own;
      },
    });
  },
});
