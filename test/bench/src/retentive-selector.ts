import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, createManualClock, createSeededRandom } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { type Memory, type MemoryOptions, openMemory, type ScopedMemory } from '@retentive/memory';
import { observeTurns } from '@retentive/memory/evaluation';
import { type BenchConversation, type BenchTurn, turnWords } from './bench-data.ts';
import type { RecalledItem, Selector } from './selector.ts';

/** The present, where a question names none: a minute after the last words. */
const AFTERWARDS_MS = 60_000;

/** Where the memory under measurement keeps its data. */
export type StoreKind = 'memory' | 'sqlite';

/** Another name for a memory with other options. */
export interface RetentiveVariant
  extends Pick<MemoryOptions, 'capacity' | 'embedder' | 'extractor' | 'retention' | 'profile'> {
  readonly name?: string | undefined;
  /** Capacity as a share of the conversation's tokens. */
  readonly capacityShare?: number | undefined;
  /** False: contexts do not follow relations. */
  readonly related?: boolean | undefined;
  readonly effort?: 'full' | 'adaptive' | undefined;
}

/** The memory itself, through its public SDK: each conversation is one user's, each turn one message. */
export const createRetentiveSelector = (
  store: StoreKind,
  seed: number,
  { name = 'retentive', capacityShare, related, effort, ...options }: RetentiveVariant = {},
): Selector => ({
  name,
  async open(conversation) {
    const folder = store === 'sqlite' ? await mkdtemp(join(tmpdir(), 'retentive-bench-')) : undefined;
    const now = Math.max(0, ...conversation.turns.map((turn) => turn.time)) + AFTERWARDS_MS;
    const memory = await openMemory({
      ...options,
      ...(capacityShare === undefined ? {} : { capacity: await capacityOf(conversation, capacityShare) }),
      ...(folder === undefined ? {} : { path: join(folder, 'data') }),
      clock: createManualClock(now),
      random: createSeededRandom(seed),
    });
    // A profile is one person's: who speaks first, where several take part.
    const user = options.profile === true ? conversation.turns[0]?.speaker : undefined;
    const scope = memory.scope({ tenant: 'bench', user: user ?? conversation.id });
    const close = async (): Promise<void> => {
      await memory.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    };
    try {
      await observeTurns(scope, conversation.turns);
      // The profile is written when the memory is put in order.
      if (options.profile === true) await scope.consolidate();
    } catch (error) {
      await close();
      throw error;
    }
    return createOpenSelector(scope, conversation, { now, close, related, effort });
  },
});

const capacityOf = async ({ turns }: BenchConversation, share: number): Promise<number> => {
  const tokenizer = await openO200kTokenizer();
  const all = turns.reduce((sum, turn) => sum + tokenizer.count(turnWords(turn)), 0);
  return Math.max(1, Math.floor(share * all));
};

/** A selector over a scope that has the conversation already; the caller owns the memory behind it. */
export const createOpenSelector = (
  scope: ScopedMemory,
  conversation: BenchConversation,
  {
    now,
    close,
    related,
    effort,
  }: {
    readonly now: number;
    readonly close: Memory['close'];
    readonly related?: boolean | undefined;
    readonly effort?: 'full' | 'adaptive' | undefined;
  },
) => {
  const turns = new Map<string, BenchTurn>(conversation.turns.map((turn) => [turn.id, turn]));
  return {
    async recall(question: { readonly question: string; readonly now?: number | undefined }, tokens: number) {
      const context = await scope.context(question.question, {
        budget: { tokens },
        now: question.now ?? now,
        // A measurement must not change what it measures.
        access: false,
        related,
        effort,
      });
      return { text: context.text, items: itemsOf(context, turns), context };
    },
    close,
  };
};

/** The messages of a context. What was said by whom and when is taken from the data, not from what the memory says of it. */
export const itemsOf = (context: Context, turns: ReadonlyMap<string, BenchTurn>): readonly RecalledItem[] =>
  context.items.flatMap((item): readonly RecalledItem[] => {
    if (item.source.type !== 'message') return [];
    const turn = turns.get(item.source.message);
    if (turn === undefined)
      throw new Error(`the context names message ${item.source.message}, which nobody wrote`);
    return [
      {
        turn: turn.id,
        block: item.text,
        words: turnWords(turn),
        speaker: turn.speaker,
        time: turn.time,
        timeZone: turn.timeZone,
      },
    ];
  });
