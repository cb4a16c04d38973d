import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Clock, RetentiveError, systemClock } from '@retentive/core';
import { normalizeAnswer, percentile } from '@retentive/memory/evaluation';
import * as z from 'zod';
import { DEMO_FOLDER } from './demo-data.ts';
import type { Progress } from './progress.ts';
import type { StartReport, StartRow } from './schemas.ts';

/** Said once in the demo conversation, in words the question shares: any ranking finds it. */
const QUESTION = "Which place in the rowing club's shed belongs to the kayak?";
const GOLD = 'twelve';

/** Options of `bench start`. */
export interface StartOptions {
  /** Fresh copies of the data folder, each asked twice. */
  readonly runs: number;
  readonly progress: Progress;
}

interface ProgramRun {
  /** From spawning to the first byte on stdout; undefined if there was none. */
  readonly firstByteMs: number | undefined;
  readonly totalMs: number;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const runNode = (args: readonly string[], clock: Clock): Promise<ProgramRun> =>
  new Promise((resolve, reject) => {
    const start = clock.elapsed();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let firstByteMs: number | undefined;
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      firstByteMs ??= clock.elapsed() - start;
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => {
      resolve({ firstByteMs, totalMs: clock.elapsed() - start, exitCode, stdout, stderr });
    });
  });

const packageSchema = z.object({ bin: z.object({ retentive: z.string() }) });

/** The installed command: what `bin` of the package names, built. */
const findCommand = async (): Promise<string> => {
  const path = createRequire(import.meta.url).resolve('@retentive/agents/package.json');
  const { bin } = packageSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  return join(dirname(path), bin.retentive);
};

const succeed = (run: ProgramRun, what: string): ProgramRun => {
  if (run.exitCode === 0) return run;
  throw new RetentiveError('INTERNAL', `${what} ended with exit code ${run.exitCode}: ${run.stderr.trim()}`);
};

const toRow = (
  system: string,
  run: StartRow['run'],
  times: readonly number[],
  reason?: string,
): StartRow => ({
  system,
  run,
  runs: times.length,
  msP50: percentile(times, 0.5) ?? null,
  msP95: percentile(times, 0.95) ?? null,
  ...(reason === undefined ? {} : { reason }),
});

/**
 * Time from spawning the command to the first byte of an answer recalled from a folder with the demo conversation: the
 * first run on a fresh copy of the folder (cold) and the one after it (warm), beside a node that does nothing.
 */
export const measureStart = async ({ runs, progress }: StartOptions): Promise<StartReport> => {
  const command = await findCommand();
  const folder = await mkdtemp(join(tmpdir(), 'retentive-start-'));
  const original = join(folder, 'original');
  try {
    progress.update(0, runs, 'ingesting the demo conversation');
    const file = join(DEMO_FOLDER, 'conversation.jsonl');
    succeed(await runNode([command, '--data', original, 'ingest', file], systemClock), 'retentive ingest');
    const times = { cold: [] as number[], warm: [] as number[], node: [] as number[] };
    let wrong: string | undefined;
    for (let index = 0; index < runs; index += 1) {
      progress.update(index, runs, 'starting the command');
      times.node.push((await runNode(['-e', '0'], systemClock)).totalMs);
      const data = join(folder, String(index));
      await cp(original, data, { recursive: true });
      for (const run of ['cold', 'warm'] as const) {
        const asked = succeed(
          await runNode([command, '--data', data, 'ask', QUESTION], systemClock),
          'retentive ask',
        );
        if (!normalizeAnswer(asked.stdout).includes(GOLD)) wrong = `the answer was "${asked.stdout.trim()}"`;
        if (asked.firstByteMs !== undefined) times[run].push(asked.firstByteMs);
      }
    }
    const own = (run: 'cold' | 'warm'): StartRow =>
      wrong === undefined ? toRow('retentive', run, times[run]) : toRow('retentive', run, [], wrong);
    return { rows: [own('cold'), own('warm'), toRow('node -e 0', 'warm', times.node)] };
  } finally {
    progress.end();
    await rm(folder, { recursive: true, force: true });
  }
};
