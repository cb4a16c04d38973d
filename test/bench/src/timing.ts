import { systemClock } from '@retentive/core';
import { percentile } from '@retentive/memory/evaluation';

/** How long runs took, each by itself and all together. */
export interface Timed {
  readonly perSecond: number;
  /** Ms. */
  readonly p50: number;
  readonly p95: number;
}

/** Figures of runs that took `times` ms each and `totalMs` together. */
export const summarizeTimes = (times: readonly number[], totalMs: number): Timed => ({
  perSecond: totalMs === 0 ? 0 : (times.length * 1_000) / totalMs,
  p50: percentile(times, 0.5) ?? 0,
  p95: percentile(times, 0.95) ?? 0,
});

/** Runs of one turn: enough to be warm, few enough that other work on the machine meets both alike. */
const TURN = 25;

/** Runs `count` times one by one, taking turns with `beside`, which runs as often: figures of both, in that order. */
export const timeInTurns = async (
  count: number,
  run: (index: number) => Promise<unknown>,
  beside: (index: number) => unknown,
): Promise<readonly [Timed, Timed]> => {
  const times: [number[], number[]] = [[], []];
  const timeTurn = async (side: 0 | 1, from: number): Promise<void> => {
    for (let index = from; index < Math.min(count, from + TURN); index += 1) {
      const start = systemClock.elapsed();
      await (side === 0 ? run(index) : beside(index));
      times[side].push(systemClock.elapsed() - start);
    }
  };
  for (let from = 0; from < count; from += TURN) {
    await timeTurn(0, from);
    await timeTurn(1, from);
  }
  const [own, other] = times.map((all) =>
    summarizeTimes(
      all,
      all.reduce((sum, time) => sum + time, 0),
    ),
  );
  return [own as Timed, other as Timed];
};

/** Runs `count` times, `callers` at once: each caller starts its next run when its last one has resolved. */
export const timeRuns = async (
  count: number,
  run: (index: number) => Promise<unknown>,
  callers = 1,
): Promise<Timed> => {
  const times: number[] = [];
  let next = 0;
  const call = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      const start = systemClock.elapsed();
      await run(index);
      times.push(systemClock.elapsed() - start);
    }
  };
  const start = systemClock.elapsed();
  await Promise.all(Array.from({ length: callers }, call));
  return summarizeTimes(times, systemClock.elapsed() - start);
};
