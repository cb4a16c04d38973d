import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { percentile } from '@retentive/memory/evaluation';
import type { Progress } from '../progress.ts';
import { growthOf } from '../stream/growth.ts';
import { type EndlessReport, type EndlessSample, endlessNewsSchema, type NeedleRow } from './schemas.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Options of `bench stream --endless`. */
export interface EndlessOptions {
  /** MB of text. */
  readonly mb: number;
  /** Tokens of the working set. */
  readonly capacity: number;
  readonly seed: number;
  readonly progress: Progress;
  /** Options of Node for the process that streams; default this one's. */
  readonly execArgv?: readonly string[] | undefined;
}

/** The median of the last quarter over that of the second: what the first quarter fills is no growth. */
const growthBetween = (values: readonly (number | null)[]): number | null => {
  const quarter = Math.floor(values.length / 4);
  const medianOf = (from: number, to: number): number | undefined =>
    percentile(
      values.slice(from, to).flatMap((value) => value ?? []),
      0.5,
    );
  const [early, late] = [medianOf(quarter, 2 * quarter), medianOf(values.length - quarter, values.length)];
  return early === undefined || late === undefined || early === 0 ? null : late / early;
};

/** An endless stream into a working set of a fixed size: memory, tokens and times over it, and what was said long ago. */
export const measureEndless = ({
  mb,
  capacity,
  seed,
  progress,
  execArgv = process.execArgv,
}: EndlessOptions): Promise<EndlessReport> =>
  new Promise((resolve, reject) => {
    const samples: EndlessSample[] = [];
    let needles: readonly NeedleRow[] = [];
    let seconds = 0;
    let failure: string | undefined;
    progress.update(0, mb, 'MB streamed');
    const child = fork(CHILD, {
      execArgv: [...execArgv, '--expose-gc'],
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    child.on('message', (message) => {
      const news = endlessNewsSchema.parse(message);
      if (news.type === 'failed') failure = news.reason;
      else if (news.type === 'needles') needles = news.needles;
      else {
        samples.push(news.sample);
        seconds = news.seconds;
        progress.update(Math.min(mb, Math.round(news.sample.mb)), mb, 'MB streamed');
      }
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      progress.end();
      const reached = samples.at(-1)?.mb ?? 0;
      const ended =
        failure ?? (code === 0 ? undefined : `the process ended with ${signal ?? `exit code ${code}`}`);
      resolve({
        capacity,
        mb: reached,
        mbPerSecond: seconds === 0 ? null : reached / seconds,
        rssSlopeMb: ended === undefined ? (growthOf(samples) ?? null) : null,
        mostTokens: Math.max(0, ...samples.map(({ workingSetTokens }) => workingSetTokens)),
        observeGrowth: growthBetween(samples.map(({ observeP95 }) => observeP95)),
        contextGrowth: growthBetween(samples.map(({ contextP95 }) => contextP95)),
        needles: [...needles],
        samples,
        ...(ended === undefined ? {} : { reason: `${ended} after ${reached.toFixed(0)} MB` }),
      });
    });
    child.send({ mb, capacity, seed });
  });
