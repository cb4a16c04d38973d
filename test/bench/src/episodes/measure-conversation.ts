import {
  type Clock,
  createManualClock,
  createSeededRandom,
  type Episode,
  type Fact,
  systemClock,
} from '@retentive/core';
import { openMemory, type ScopedMemory } from '@retentive/memory';
import { observeTurns } from '@retentive/memory/evaluation';
import { type BenchConversation, turnWords } from '../bench-data.ts';

const EVERYTHING = 1_000_000;
/** Contexts that are timed. */
const CONTEXTS = 40;

/** What one conversation comes to. */
export interface Measured {
  readonly messages: ReadonlyMap<string, string>;
  readonly episodes: readonly Episode[];
  readonly facts: readonly Fact[];
  readonly misplaced: number;
  readonly ms: { readonly with: number; readonly without: number };
  readonly quiet: readonly number[];
  readonly consolidating: readonly number[];
}

const withScope = async <Result>(
  conversation: BenchConversation,
  { seed, episodes }: { readonly seed: number; readonly episodes: boolean },
  run: (scope: ScopedMemory) => Promise<Result>,
): Promise<Result> => {
  const now = Math.max(0, ...conversation.turns.map(({ time }) => time)) + 60_000;
  const clock = createManualClock(now);
  const memory = await openMemory({ clock, random: createSeededRandom(seed), episodes });
  try {
    return await run(memory.scope({ tenant: 'bench', user: conversation.id }));
  } finally {
    await memory.close();
  }
};

const timeContexts = async (
  scope: ScopedMemory,
  conversation: BenchConversation,
  clock: Clock,
  isOver: () => boolean,
) => {
  const times: number[] = [];
  const step = Math.max(1, Math.floor(conversation.turns.length / CONTEXTS));
  for (let at = 0; at < conversation.turns.length && !isOver(); at += step) {
    const since = clock.elapsed();
    await scope.context(
      turnWords(conversation.turns[at] as BenchConversation['turns'][number]).slice(0, 200) || 'what',
      { access: false },
    );
    times.push(clock.elapsed() - since);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return times;
};

/** Tells two memories a conversation, one without episodes, and times contexts while nothing goes on and while everything is consolidated. */
export const measureConversation = async (
  conversation: BenchConversation,
  { seed, clock = systemClock }: { readonly seed: number; readonly clock?: Clock | undefined },
): Promise<Measured> => {
  const count = Math.max(1, conversation.turns.length);
  const without = await withScope(conversation, { seed, episodes: false }, async (scope) => {
    const since = clock.elapsed();
    await observeTurns(scope, conversation.turns);
    return (clock.elapsed() - since) / count;
  });
  return withScope(conversation, { seed, episodes: true }, async (scope) => {
    const since = clock.elapsed();
    await observeTurns(scope, conversation.turns);
    const ms = (clock.elapsed() - since) / count;
    const quiet = await timeContexts(scope, conversation, clock, () => false);
    // The same again into an empty scope of the same process: everything is closed while contexts are asked for.
    const consolidating = await withScope(conversation, { seed, episodes: true }, async (other) => {
      let isOver = false;
      const work = observeTurns(other, conversation.turns)
        .then(() => other.consolidate({ limit: EVERYTHING }))
        .finally(() => {
          isOver = true;
        });
      const times = await timeContexts(scope, conversation, clock, () => isOver);
      await work;
      return times;
    });
    await scope.consolidate({ limit: EVERYTHING });
    const episodes = await scope.episodes({ limit: EVERYTHING });
    const messages = new Map((await scope.messages()).map(({ id, text }) => [id as string, text]));
    const placed = episodes.flatMap((episode) => episode.messages);
    const misplaced = messages.size - new Set(placed).size + (placed.length - new Set(placed).size);
    return {
      messages,
      episodes,
      facts: await scope.facts(),
      misplaced,
      ms: { with: ms, without },
      quiet,
      consolidating,
    };
  });
};
