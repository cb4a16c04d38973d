import { isRetentiveError } from '@retentive/core';
import type { Memory } from '@retentive/memory';

/** Sweeps a memory in the background until it is closed. */
export interface DaemonSweeper {
  /** Aborts what is under way and waits for it. Idempotent. */
  close(): Promise<void>;
}

/** What the sweeper works with. */
export interface SweeperOptions {
  readonly memory: Pick<Memory, 'sweep'>;
  /** From the end of one sweep to the beginning of the next, in ms. */
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Sweeps at once and then every so often, a bounded part at a time, so that requests have their turn between two. A sweep
 * that fails is told and tried again the next time.
 */
export const startSweeper = ({ memory, everyMs, onError }: SweeperOptions): DaemonSweeper => {
  const closing = new AbortController();
  const { signal } = closing;
  let timer: NodeJS.Timeout | undefined;

  const sweepAll = async (): Promise<void> => {
    try {
      while (!signal.aborted && !(await memory.sweep({ signal })).done);
    } catch (error) {
      if (!isRetentiveError(error, 'ABORTED')) onError(error);
    }
  };

  const round = async (): Promise<void> => {
    await sweepAll();
    if (signal.aborted) return;
    timer = setTimeout(() => {
      running = round();
    }, everyMs);
    // It keeps no process alive.
    timer.unref();
  };

  let running = round();
  return {
    async close() {
      closing.abort();
      clearTimeout(timer);
      await running;
    },
  };
};
