// Talks to a memory on disk whose working set is small, for as long as it is told to, in a process of its own: what it takes is
// the memory's.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeededRandom, systemClock } from '@retentive/core';
import { openMemory, type ScopedMemory } from '@retentive/memory';
import { percentile } from '@retentive/memory/evaluation';
import * as z from 'zod';
import { createTalk, type Needle } from '../needle/talk.ts';
import { createGeneratedTalk } from '../store/generated-talk.ts';
import type { EndlessNews, NeedleRow } from './schemas.ts';

const MESSAGE_LENGTH = 1_000;
const BUDGET = { tokens: 1_024 };
const SAMPLES = 32;
const MEGABYTE = 1e6;
/** Every so many messages something is said that is asked for later, and as often a context is timed. */
const NEEDLE_EVERY = 50;
const CONTEXT_EVERY = 10;
const DISTANCES = [10, 100, 1_000] as const;

const taskSchema = z.strictObject({ mb: z.number().positive(), capacity: z.int().positive(), seed: z.int() });
type Task = z.output<typeof taskSchema>;

const tell = (news: EndlessNews): void => {
  process.send?.(news);
};

interface Tally {
  asked: number;
  found: number;
  foundWithArchive: number;
}

/** Says needles, and asks for each of them at every distance. */
const createNeedles = (scope: ScopedMemory, seed: number) => {
  const talk = createTalk(createSeededRandom(seed));
  const said = new Map<number, Needle>();
  const tallies = new Map<number, Tally>(
    DISTANCES.map((distance) => [distance, { asked: 0, found: 0, foundWithArchive: 0 }]),
  );
  const knows = async ({ question, answer }: Needle, archive: boolean): Promise<boolean> =>
    (await scope.context(question, { budget: BUDGET, access: false, archive })).text.includes(answer);
  return {
    at(turn: number): string | undefined {
      said.delete(turn - Math.max(...DISTANCES) - 1);
      if (turn % NEEDLE_EVERY !== 0) return undefined;
      const needle = talk.needle(turn / NEEDLE_EVERY);
      said.set(turn, needle);
      return needle.statement;
    },
    async ask(turn: number): Promise<void> {
      for (const [distance, tally] of tallies) {
        const needle = said.get(turn - distance);
        if (needle === undefined) continue;
        tally.asked += 1;
        if (await knows(needle, false)) tally.found += 1;
        if (await knows(needle, true)) tally.foundWithArchive += 1;
      }
    },
    rows: (): readonly NeedleRow[] =>
      [...tallies].map(([distance, { asked, found, foundWithArchive }]) => ({
        distance,
        asked,
        found: asked === 0 ? null : found / asked,
        foundWithArchive: asked === 0 ? null : foundWithArchive / asked,
      })),
  };
};

const stream = async (scope: ScopedMemory, { mb, seed }: Task): Promise<void> => {
  const talk = createGeneratedTalk(seed);
  const needles = createNeedles(scope, seed);
  const start = systemClock.elapsed();
  let next = 0;
  let streamed = 0;
  let sampled = 0;
  let observes: number[] = [];
  let contexts: number[] = [];
  const timed = async (times: number[], run: () => Promise<unknown>): Promise<void> => {
    const begun = systemClock.elapsed();
    await run();
    times.push(systemClock.elapsed() - begun);
  };
  const filler = (): string => {
    let text = '';
    while (text.length < MESSAGE_LENGTH) {
      text += `${talk.message(next)} `;
      next += 1;
    }
    return text;
  };
  for (let turn = 0; streamed < mb; turn += 1) {
    const content = needles.at(turn) ?? filler();
    await timed(observes, () => scope.observe({ role: turn % 2 === 0 ? 'user' : 'assistant', content }));
    streamed += content.length / MEGABYTE;
    if (turn % CONTEXT_EVERY === 0)
      await timed(contexts, () => scope.context(talk.message(turn), { budget: BUDGET, access: false }));
    await needles.ask(turn);
    if (streamed < sampled + mb / SAMPLES && streamed < mb) continue;
    sampled = streamed;
    const { workingSetTokens, archivedTokens } = await scope.retention();
    // With what waits to be collected out of the way, what is left is what is held.
    await globalThis.gc?.({ type: 'major', execution: 'async' });
    tell({
      type: 'sample',
      seconds: (systemClock.elapsed() - start) / 1_000,
      sample: {
        mb: streamed,
        rssMb: process.memoryUsage.rss() / MEGABYTE,
        workingSetTokens,
        archivedTokens,
        observeP95: percentile(observes, 0.95) ?? null,
        contextP95: percentile(contexts, 0.95) ?? null,
      },
    });
    observes = [];
    contexts = [];
  }
  tell({ type: 'needles', needles: [...needles.rows()] });
};

process.once('message', async (message) => {
  const task = taskSchema.parse(message);
  const folder = await mkdtemp(join(tmpdir(), 'retentive-endless-'));
  try {
    const memory = await openMemory({
      path: join(folder, 'data'),
      extractor: false,
      capacity: task.capacity,
    });
    try {
      await stream(memory.scope({ tenant: 'bench', user: 'endless' }), task);
    } finally {
      await memory.close();
    }
  } catch (error) {
    tell({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
  } finally {
    await rm(folder, { recursive: true, force: true });
    process.disconnect();
  }
});
