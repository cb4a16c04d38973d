import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mean } from '@retentive/memory/evaluation';
import type { Progress } from '../progress.ts';
import { summarizeTimes } from '../timing.ts';
import { installPeers } from './install-peers.ts';
import { describeMachine, timeAppends } from './machine.ts';
import { type ChildAnswer, childAnswerSchema, type StoreReport, type StoreRow } from './schemas.ts';
import { missingRow, type StoreTask, timedRow } from './store-task.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Fresh processes that open the same folder. */
const COLD_OPENS = 3;
/** A peer that takes longer is told of as such. */
const LONGEST_MS = 900_000;

/** Every system that can be measured. */
export const STORE_SYSTEMS = [
  'retentive',
  'retentive:journal',
  'retentive:vectors',
  'retentive:exact',
  'retentive:lexical',
  'vectra-json',
  'langchain-vector-store',
  'mem0ai',
  'usearch',
  'minisearch',
  'fts5',
] as const;

/** Those in a folder of their own, installed at the first use. */
const PEERS: readonly string[] = ['mem0ai', 'usearch', 'minisearch'];

/** Options of `bench store`. */
export interface StoreOptions {
  readonly n: readonly number[];
  readonly systems: readonly string[];
  readonly seed: number;
  readonly progress: Progress;
}

/** Runs a task in a process of its own. */
const runChild = (task: StoreTask): Promise<ChildAnswer> =>
  new Promise((resolve, reject) => {
    // What stands on stdout is the report alone.
    const child = fork(CHILD, {
      execArgv: [...process.execArgv, '--expose-gc'],
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    let answer: ChildAnswer | undefined;
    child.once('message', (message) => {
      answer = childAnswerSchema.parse(message);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (answer !== undefined) resolve(answer);
      else reject(new Error(`the process ended with ${signal ?? code} before an answer`));
    });
    child.send(task);
  });

const measureAt = async (task: StoreTask, emptyMb: number): Promise<readonly StoreRow[]> => {
  try {
    const { rows, rssMb } = await runChild(task);
    return rows.map((row) =>
      row.reason === undefined ? { ...row, rssMb: Math.max(0, rssMb - emptyMb) } : row,
    );
  } catch (error) {
    return [missingRow(task, 'all', error)];
  }
};

/** Rows of several cold starts as one. */
const joinOpenings = (rows: readonly StoreRow[]): readonly StoreRow[] => {
  const [first] = rows;
  if (first === undefined) return [];
  const times = rows.flatMap(({ p50 }) => p50 ?? []);
  if (times.length === 0) return [first];
  const total = times.reduce((sum, time) => sum + time, 0);
  const rssMb = mean(rows.flatMap((row) => row.rssMb ?? [])) ?? null;
  return [{ ...timedRow(first, first.op, summarizeTimes(times, total)), rssMb }];
};

/** Measures stores of messages: writing, searching, opening, memory and disk, each system in processes of its own. */
export const measureStore = async ({ n, systems, seed, progress }: StoreOptions): Promise<StoreReport> => {
  const rows: StoreRow[] = [];
  const total = n.length * systems.length;
  let done = 0;
  const before = timeAppends();
  const machine = describeMachine(before);
  try {
    const { rssMb: emptyMb } = await runChild({ system: 'empty', n: 0, folder: '', seed });
    for (const size of n) {
      for (const system of systems) {
        progress.update(done, total, `${system}, ${size} messages`);
        const folder = await mkdtemp(join(tmpdir(), 'retentive-store-'));
        try {
          const task = { system, n: size, folder, seed };
          const missing = PEERS.includes(system) ? installPeers() : undefined;
          if (missing === undefined) rows.push(...(await measureAt(task, emptyMb)));
          else rows.push(missingRow(task, 'all', missing));
          if (system === 'retentive') {
            const openings: StoreRow[] = [];
            for (let run = 0; run < COLD_OPENS; run += 1) {
              openings.push(...(await measureAt({ ...task, system: 'retentive:open' }, emptyMb)));
            }
            rows.push(...joinOpenings(openings));
          }
          if (system === 'retentive:exact') {
            rows.push(...(await measureAt({ ...task, system: 'retentive:exact:open' }, emptyMb)));
          }
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
        done += 1;
      }
    }
  } finally {
    progress.end();
  }
  const after = timeAppends();
  const limit = { system: 'machine', n: 0 };
  rows.push(
    timedRow(limit, 'append+fdatasync before', before),
    timedRow(limit, 'append+fdatasync after', after),
  );
  const appendFdatasyncPerSecond = (before.perSecond + after.perSecond) / 2;
  return { machine: { ...machine, appendFdatasyncPerSecond }, rows };
};
