// Writes, fills or verifies in a process of its own, which may be killed at any moment.
import { writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MessageId, systemClock } from '@retentive/core';
import { openMemory, type ScopedMemory } from '@retentive/memory';
import { createGeneratedTalk } from '../store/generated-talk.ts';
import { timeRuns } from '../timing.ts';
import { compare, lineOf, pieceOf, textOf } from './pieces.ts';
import { type CrashTask, crashTaskSchema, type Verdict } from './schemas.ts';

const SCOPE = { tenant: 'bench', user: 'crash' };
const FILLING_CALLERS = 64;

type Task<Type extends CrashTask['type']> = Extract<CrashTask, { type: Type }>;

const fill = async ({ path, n, seed }: Task<'fill'>): Promise<void> => {
  const memory = await openMemory({ path, extractor: false });
  const talk = createGeneratedTalk(seed);
  const scope = memory.scope(SCOPE);
  await timeRuns(
    n,
    (index) => scope.observe({ role: 'user', content: talk.message(index) }),
    FILLING_CALLERS,
  );
  await memory.close();
};

/** Every acknowledgement is one line, written before the writer goes on. */
const acknowledge = (id: string, length: number, isComplete: boolean): void => {
  writeSync(1, lineOf({ id, length, isComplete }));
};

const say = async (scope: ScopedMemory, id: string, turn: number): Promise<void> => {
  if (turn % 3 === 0) {
    await scope.observe({ role: 'user', content: pieceOf(id, 0), id: id as MessageId });
    return acknowledge(id, pieceOf(id, 0).length, true);
  }
  const writer = scope.ingest({ role: 'assistant', id: id as MessageId });
  for (let index = 0; index <= turn % 7; index += 1) {
    const { offset } = await writer.write(pieceOf(id, index));
    acknowledge(id, offset, false);
  }
  const { offset } = await writer.complete();
  acknowledge(id, offset, true);
};

const write = async ({ path, trial, writers }: Task<'write'>): Promise<void> => {
  const memory = await openMemory({ path, extractor: false });
  const scope = memory.scope(SCOPE);
  const call = async (writer: number): Promise<never> => {
    for (let turn = writer; ; turn += 1) await say(scope, `crash-${trial}-${writer}-${turn}`, turn);
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => call(writer)));
};

/** Loads what a first message and a first context load: that is `bench start`'s to measure, and the same for every store. */
const warmUp = async (): Promise<void> => {
  const path = await mkdtemp(join(tmpdir(), 'retentive-crash-warm-'));
  const memory = await openMemory({ path, extractor: false });
  await memory.scope(SCOPE).observe({ role: 'user', content: 'The kayak is red.' });
  await memory.scope(SCOPE).context('kayak', { access: false });
  await memory.close();
  await rm(path, { recursive: true, force: true });
};

const verify = async ({ path, query, known }: Task<'verify'>): Promise<Verdict> => {
  await warmUp();
  const begun = systemClock.elapsed();
  const memory = await openMemory({ path, extractor: false });
  const opened = systemClock.elapsed();
  const scope = memory.scope(SCOPE);
  await scope.context(query, { access: false });
  const contextMs = systemClock.elapsed() - opened;
  const { ok } = await memory.doctor();
  const { lost, duplicates } = compare(known, await scope.messages());
  for (const { id, length, isComplete } of known.slice(-5)) {
    if (!isComplete) continue;
    const message = { role: 'user', content: textOf(id, length), id: id as MessageId } as const;
    // Sent again by a caller who saw no answer: refused or replayed, and never a second row.
    await scope.observe(message).catch(() => {});
  }
  const ids = (await scope.messages()).map(({ id }) => id);
  const doubled = ids.length - new Set(ids).size;
  await memory.close();
  return { openMs: opened - begun, contextMs, lost, duplicates: duplicates + doubled, isSound: ok };
};

process.once('message', async (message) => {
  const task = crashTaskSchema.parse(message);
  if (task.type === 'write') return write(task);
  const verdict = task.type === 'fill' ? await fill(task) : await verify(task);
  process.send?.(verdict ?? null, () => process.disconnect());
});
