import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Context,
  createManualClock,
  createSeededRandom,
  type Random,
  type Tokenizer,
} from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { openMemory, type ScopedMemory } from '@retentive/memory';
import type { Progress } from '../progress.ts';
import type { NeedleReport } from './schemas.ts';
import { createTalk, type Needle } from './talk.ts';

/** Options of `bench needle`. */
export interface NeedleOptions {
  readonly trials: number;
  readonly distances: readonly number[];
  readonly budget: number;
  readonly seed: number;
  readonly progress: Progress;
}

/** Turns before the farthest needle: it is no opening. */
const LEAD = 50;
const TURN_MS = 60_000;
/** First messages that StreamingLLM would keep. */
const SINKS = 2;
/** A working set of a fifth of the talk: most of it leaves. */
const SMALL_SHARE = 0.2;

interface Told {
  readonly texts: readonly string[];
  readonly needles: ReadonlyMap<number, Needle>;
}

const tell = (random: Random, distances: readonly number[]): Told => {
  const talk = createTalk(random);
  const turns = LEAD + Math.max(...distances);
  const needles = new Map<number, Needle>();
  const places = new Map<number, Needle>();
  for (const [index, distance] of distances.entries()) {
    const needle = talk.needle(index);
    needles.set(distance, needle);
    // Said by the user, who has the even turns.
    places.set((turns - distance) & ~1, needle);
  }
  const texts = Array.from({ length: turns }, (_, turn) => places.get(turn)?.statement ?? talk.filler(turn));
  return { texts, needles };
};

/** The first messages, and as many of the last as the budget holds: what a cache of sinks and a window would show. */
const sinksAndWindow = (texts: readonly string[], budget: number, tokenizer: Tokenizer): string => {
  const kept = texts.slice(0, SINKS);
  let left = budget - tokenizer.count(kept.join('\n'));
  const window: string[] = [];
  for (let at = texts.length - 1; at >= SINKS; at -= 1) {
    const text = texts[at] as string;
    left -= tokenizer.count(text) + 1;
    if (left < 0) break;
    window.push(text);
  }
  return [...kept, ...window.reverse()].join('\n');
};

/** Messages by chance, as many as the budget holds. */
const byChance = (texts: readonly string[], budget: number, tokenizer: Tokenizer, random: Random): string => {
  const rest = [...texts];
  const kept: string[] = [];
  let left = budget;
  while (rest.length > 0) {
    const [text = ''] = rest.splice(Math.floor(random.next() * rest.length), 1);
    left -= tokenizer.count(text) + 1;
    if (left < 0) break;
    kept.push(text);
  }
  return kept.join('\n');
};

const isInOrder = ({ items }: Context): boolean => {
  const times = items.flatMap(({ time }) => (time === undefined ? [] : [time]));
  return times.every((time, index) => index === 0 || time >= (times[index - 1] as number));
};

/** Tells a memory all of it; `ask` is called with its scope. */
const withMemory = async (
  { texts }: Told,
  capacity: number | undefined,
  ask: (scope: ScopedMemory) => Promise<void>,
): Promise<void> => {
  const path = await mkdtemp(join(tmpdir(), 'retentive-needle-'));
  const clock = createManualClock(Date.UTC(2026, 0, 5, 8));
  const memory = await openMemory({
    path,
    clock,
    extractor: false,
    ...(capacity === undefined ? {} : { capacity }),
  });
  try {
    const scope = memory.scope({ tenant: 'bench', user: 'needle' });
    for (const [turn, content] of texts.entries()) {
      clock.advance(TURN_MS);
      await scope.observe({ role: turn % 2 === 0 ? 'user' : 'assistant', content });
    }
    await ask(scope);
  } finally {
    await memory.close();
    await rm(path, { recursive: true, force: true });
  }
};

/** Says facts once in small talk about the same things, and asks for them after so many turns. */
export const measureNeedle = async (options: NeedleOptions): Promise<NeedleReport> => {
  const { trials, distances, budget, seed, progress } = options;
  const tokenizer = await openO200kTokenizer();
  const found = new Map<string, { found: number; asked: number; inOrder: number | undefined }>();
  const count = (policy: string, distance: number, text: string, answer: string, inOrder?: boolean): void => {
    const name = JSON.stringify([policy, distance]);
    const row = found.get(name) ?? { found: 0, asked: 0, inOrder: inOrder === undefined ? undefined : 0 };
    row.asked += 1;
    if (text.includes(answer)) row.found += 1;
    if (inOrder === true && row.inOrder !== undefined) row.inOrder += 1;
    found.set(name, row);
  };
  for (let trial = 0; trial < trials; trial += 1) {
    progress.update(trial, trials, 'talks');
    const random = createSeededRandom(seed + trial);
    const told = tell(random, distances);
    const total = told.texts.reduce((sum, text) => sum + tokenizer.count(text), 0);
    const ask = async (scope: ScopedMemory, policy: string, archive: boolean): Promise<void> => {
      for (const [distance, { question, answer }] of told.needles) {
        const context = await scope.context(question, { budget: { tokens: budget }, archive, access: false });
        count(policy, distance, context.text, answer, isInOrder(context));
      }
    };
    await withMemory(told, undefined, (scope) => ask(scope, 'retentive', false));
    await withMemory(told, Math.ceil(total * SMALL_SHARE), async (scope) => {
      await ask(scope, 'retentive:20%', false);
      await ask(scope, 'retentive:20%+archive', true);
    });
    for (const [distance, { answer }] of told.needles) {
      count('sinks+recent', distance, sinksAndWindow(told.texts, budget, tokenizer), answer);
      count('random', distance, byChance(told.texts, budget, tokenizer, random), answer);
    }
  }
  progress.end();
  return {
    trials,
    budget,
    rows: [...found].map(([name, row]) => {
      const [policy, distance] = JSON.parse(name) as [string, number];
      return {
        policy,
        distance,
        found: row.found / row.asked,
        inOrder: row.inOrder === undefined ? null : row.inOrder / row.asked,
      };
    }),
  };
};
