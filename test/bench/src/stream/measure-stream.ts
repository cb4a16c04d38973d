import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../progress.ts';
import { growthOf } from './growth.ts';
import { type StreamNews, type StreamReport, type StreamRow, streamNewsSchema } from './schemas.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Options of `bench stream`. */
export interface StreamOptions {
  /** MB of text in the long stream. */
  readonly mb: number;
  readonly seed: number;
  readonly progress: Progress;
}

type Sampled = Extract<StreamNews, { readonly type: 'sample' }>;

/** Times from text to durable and retrievable, then memory over a long stream, each write awaited. */
export const measureStream = ({ mb, seed, progress }: StreamOptions): Promise<StreamReport> =>
  new Promise((resolve, reject) => {
    const rows: StreamRow[] = [];
    const samples: Sampled[] = [];
    let failure: string | undefined;
    progress.update(0, mb, 'MB streamed');
    const child = fork(CHILD, {
      execArgv: [...process.execArgv, '--expose-gc'],
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    child.on('message', (message) => {
      const news = streamNewsSchema.parse(message);
      if (news.type === 'row') rows.push(news.row);
      else if (news.type === 'failed') failure = news.reason;
      else {
        samples.push(news);
        progress.update(Math.min(mb, Math.round(news.mb)), mb, 'MB streamed');
      }
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      progress.end();
      const last = samples.at(-1);
      const reached = last?.mb ?? 0;
      const ended =
        failure ?? (code === 0 ? undefined : `the process ended with ${signal ?? `exit code ${code}`}`);
      resolve({
        rows,
        rssSlopeMb: ended === undefined ? (growthOf(samples) ?? null) : null,
        mb: reached,
        mbPerSecond: last === undefined ? null : last.mb / last.seconds,
        ...(ended === undefined
          ? {}
          : {
              reason: `${ended} after ${reached.toFixed(0)} MB at ${(last?.rssMb ?? 0).toFixed(0)} MB of memory`,
            }),
      });
    });
    child.send({ mb, seed });
  });
