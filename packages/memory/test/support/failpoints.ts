import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where in the work of a store something happens, and what. */
export interface Failpoint {
  /**
   * The commits by what they carry (`append`, `erase`, `schema`, `archive`) or all of them, the cut of the log, the rename
   * of a snapshot, or `write`: every statement that changes a database.
   */
  readonly point: 'append' | 'erase' | 'schema' | 'archive' | 'commit' | 'cut' | 'snapshot' | 'write';
  readonly when: 'before' | 'after';
  /** Which of the passages, from 1. */
  readonly at: number;
  readonly action: 'kill' | 'EIO' | 'ENOSPC';
  /** After it, everything that writes fails. */
  readonly lasting: boolean;
  /** A file that is written when it fires. */
  readonly note?: string | undefined;
}

const PRELOAD = new URL('./failpoints.mjs', import.meta.url).href;

/** The environment in which a child process, or a thread begun in it, has a failpoint. */
export const failpointEnvironment = (failpoint: Failpoint): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import=${PRELOAD}`,
  RETENTIVE_FAILPOINT: JSON.stringify(failpoint),
});

/** Runs with a failpoint in the threads that are begun meanwhile, and says whether it was reached. */
export const withFailpoint = async (failpoint: Failpoint, run: () => Promise<void>): Promise<boolean> => {
  const folder = mkdtempSync(join(tmpdir(), 'retentive-failpoint-'));
  const note = join(folder, 'fired');
  const before = { ...process.env };
  try {
    Object.assign(process.env, failpointEnvironment({ ...failpoint, note }));
    await run();
    return existsSync(note) && readFileSync(note, 'utf8') !== '';
  } finally {
    for (const name of ['NODE_OPTIONS', 'RETENTIVE_FAILPOINT']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    rmSync(folder, { recursive: true, force: true });
  }
};
