import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGeneratedTalk } from '../../src/store/generated-talk.ts';
import { storeReportSchema } from '../../src/store/schemas.ts';
import { attempt, diskMb, missingRow, timedRow } from '../../src/store/store-task.ts';
import { summarizeTimes, timeInTurns, timeRuns } from '../../src/timing.ts';

const TASK = { system: 'retentive', n: 10 };

describe('generated talk', () => {
  const talk = createGeneratedTalk(7);

  it('is the same for the same seed and another for another', () => {
    expect(createGeneratedTalk(7).message(3)).toBe(talk.message(3));
    expect(createGeneratedTalk(8).message(3)).not.toBe(talk.message(3));
    expect(talk.message(4)).not.toBe(talk.message(3));
  });

  it('asks with words of the message', () => {
    for (let index = 0; index < 50; index += 1) {
      const words = talk.message(index).slice(0, -1).split(' ');
      expect(words.length).toBeGreaterThanOrEqual(8);
      expect(talk.query(index).split(' ')).toHaveLength(6);
      expect(
        talk
          .query(index)
          .split(' ')
          .every((word) => words.includes(word)),
      ).toBe(true);
    }
  });

  it('has common words and rare ones', () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 300; index += 1) {
      for (const word of talk.message(index).slice(0, -1).split(' '))
        counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect(sorted.length).toBeGreaterThan(1_000);
    expect(sorted[0]).toBeGreaterThan(100 * (sorted.at(-1) ?? 0));
  });
});

describe('rows of a store', () => {
  it('carry times, or null with the first line of the reason', async () => {
    const timed = timedRow(TASK, 'observe', summarizeTimes([1, 2, 3, 4], 20), 1.5);
    expect(timed).toEqual({
      ...TASK,
      op: 'observe',
      perSecond: 200,
      p50: 2,
      p95: 4,
      rssMb: null,
      diskMb: 1.5,
    });
    const missing = await attempt(TASK, 'search', () => Promise.reject(new Error('no such thing\nat once')));
    expect(missing).toEqual({
      ...missingRow(TASK, 'search', ''),
      reason: 'no such thing',
    });
    const machine = {
      cpu: 'x',
      cores: 2,
      platform: 'linux',
      node: 'v20',
      loadBefore: 0,
      appendFdatasyncPerSecond: 1,
      memcmpGbPerSecond: 1,
    };
    expect(storeReportSchema.parse({ machine, rows: [timed, missing] }).rows).toHaveLength(2);
  });

  it('run as often as asked, by as many callers as asked', async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    await timeRuns(
      20,
      async (index) => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        seen.push(index);
        running -= 1;
      },
      4,
    );
    expect(most).toBe(4);
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('take turns with what they are compared with', async () => {
    const seen: string[] = [];
    const timed = await timeInTurns(
      60,
      async (index) => seen.push(`own ${index}`),
      (index) => seen.push(`other ${index}`),
    );
    expect(timed).toHaveLength(2);
    expect(new Set(seen).size).toBe(120);
    const sides = seen.map((run) => run.split(' ')[0]);
    expect(sides.slice(20, 30)).toEqual([...Array(5).fill('own'), ...Array(5).fill('other')]);
    expect(sides.filter((side, at) => side !== sides[at - 1])).toHaveLength(6);
  });

  it('count every file of a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'retentive-disk-'));
    await writeFile(join(folder, 'a'), Buffer.alloc(1_000_000));
    expect(await diskMb(folder)).toBe(1);
    await rm(folder, { recursive: true });
  });
});
