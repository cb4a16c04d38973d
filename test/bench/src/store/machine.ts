import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, platform, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@retentive/core';
import { summarizeTimes, type Timed } from '../timing.ts';
import type { Machine } from './schemas.ts';

const RECORD_BYTES = 256;
const RECORDS = 300;
const COMPARED_BYTES = 64 * 2 ** 20;
const COMPARISONS = 8;

/** The fastest that anything durable can be written here one by one: appended, then synced. */
export const openAppender = () => {
  const folder = mkdtempSync(join(tmpdir(), 'retentive-append-'));
  const file = openSync(join(folder, 'log'), 'a');
  const record = Buffer.alloc(RECORD_BYTES, 'x');
  return {
    append(): void {
      writeSync(file, record);
      fdatasyncSync(file);
    },
    close(): void {
      closeSync(file);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** How fast that is now. */
export const timeAppends = (): Timed => {
  const { append, close } = openAppender();
  try {
    const times: number[] = [];
    const start = systemClock.elapsed();
    for (let index = 0; index < RECORDS; index += 1) {
      const begun = systemClock.elapsed();
      append();
      times.push(systemClock.elapsed() - begun);
    }
    return summarizeTimes(times, systemClock.elapsed() - start);
  } finally {
    close();
  }
};

/** How fast memory is read through, GB/s: two equal buffers larger than any cache, compared. */
const measureMemcmp = (): number => {
  const [left, right] = [Buffer.alloc(COMPARED_BYTES, 1), Buffer.alloc(COMPARED_BYTES, 1)];
  left.compare(right);
  const start = systemClock.elapsed();
  for (let index = 0; index < COMPARISONS; index += 1) left.compare(right);
  const seconds = (systemClock.elapsed() - start) / 1_000;
  return (2 * COMPARED_BYTES * COMPARISONS) / seconds / 1e9;
};

/** The machine and its limits now. Other work slows them as it slows what is measured beside them. */
export const describeMachine = (appends: Timed): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  platform: `${platform()} ${release()}`,
  node: process.version,
  loadBefore: loadavg()[0] ?? 0,
  appendFdatasyncPerSecond: appends.perSecond,
  memcmpGbPerSecond: measureMemcmp(),
});
