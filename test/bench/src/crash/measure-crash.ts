import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createSeededRandom } from '@retentive/core';
import { percentile } from '@retentive/memory/evaluation';
import type { Progress } from '../progress.ts';
import { createGeneratedTalk } from '../store/generated-talk.ts';
import { parseLine } from './pieces.ts';
import {
  type CrashReport,
  type CrashTask,
  type KnownMessage,
  type Verdict,
  verdictSchema,
} from './schemas.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

const WRITERS = 8;
/** Acknowledgements before a kill, at most; most kills come early, when logs and files are young. */
const LATEST_KILL = 400;

/** Options of `bench crash`. */
export interface CrashOptions {
  readonly trials: number;
  /** Chunks stored before the first trial. */
  readonly n: number;
  readonly seed: number;
  readonly progress: Progress;
}

const start = (task: CrashTask): ChildProcess => {
  const child = fork(CHILD, { stdio: ['ignore', 'pipe', 2, 'ipc'] });
  child.send(task);
  return child;
};

const answerOf = (task: CrashTask): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const child = start(task);
    child.stdout?.resume();
    let answer: unknown;
    child.once('message', (message) => {
      answer = message;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (answer === undefined) reject(new Error(`the process ended with ${signal ?? code}`));
      else resolve(answer);
    });
  });

/** Lets 8 writers write, kills the process after so many acknowledgements, and gives what each said in the end. */
const writeAndKill = async (task: CrashTask, after: number): Promise<ReadonlyMap<string, KnownMessage>> => {
  const child = start(task);
  const closed = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_code, signal) => resolve(signal));
  });
  const known = new Map<string, KnownMessage>();
  let lines = 0;
  if (child.stdout === null) throw new Error('the writer has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const message = parseLine(line);
    if (message !== undefined) known.set(message.id, message);
    lines += 1;
    if (lines === after) child.kill('SIGKILL');
  }
  if ((await closed) !== 'SIGKILL') throw new Error('the writer ended by itself');
  return known;
};

/** Kills a process that writes, again and again, and looks at what is left of what it acknowledged. */
export const measureCrash = async ({ trials, n, seed, progress }: CrashOptions): Promise<CrashReport> => {
  const folder = await mkdtemp(join(tmpdir(), 'retentive-crash-'));
  const path = join(folder, 'data');
  const random = createSeededRandom(seed);
  const talk = createGeneratedTalk(seed);
  const known = new Map<string, KnownMessage>();
  const verdicts: Verdict[] = [];
  let unreadable = 0;
  try {
    if (n > 0) {
      progress.update(0, trials, `storing ${n} chunks`);
      await answerOf({ type: 'fill', path, n, seed });
    }
    for (let trial = 0; trial < trials; trial += 1) {
      progress.update(trial, trials, 'kills');
      const after = 1 + Math.floor(random.next() ** 2 * LATEST_KILL);
      const task = { type: 'write', path, trial, writers: WRITERS } as const;
      for (const [id, message] of await writeAndKill(task, after)) known.set(id, message);
      const query = talk.query(Math.floor(random.next() * Math.max(1, n)));
      try {
        const answer = await answerOf({ type: 'verify', path, query, known: [...known.values()] });
        const verdict = verdictSchema.parse(answer);
        verdicts.push(verdict);
        if (!verdict.isSound) unreadable += 1;
      } catch {
        unreadable += 1;
      }
    }
  } finally {
    progress.end();
    await rm(folder, { recursive: true, force: true });
  }
  const p95 = (of: (verdict: Verdict) => number): number | null => percentile(verdicts.map(of), 0.95) ?? null;
  return {
    trials,
    n,
    acknowledged: known.size,
    // Each verdict looks at everything that was ever acknowledged: what is lost stays lost.
    lost: Math.max(0, ...verdicts.map(({ lost }) => lost)),
    duplicates: Math.max(0, ...verdicts.map(({ duplicates }) => duplicates)),
    unreadable,
    reopenP95Ms: p95(({ openMs, contextMs }) => openMs + contextMs),
    openP95Ms: p95(({ openMs }) => openMs),
    contextP95Ms: p95(({ contextMs }) => contextMs),
  };
};
