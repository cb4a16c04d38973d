import { type CallOptions, type Context, createManualClock, createSeededRandom } from '@retentive/core';
import { openMemory } from '../memory.ts';
import type { MemoryOptions } from '../memory-options.ts';
import type { EvaluationConversation, EvaluationQuestion } from './data/evaluation-set.ts';
import { observeTurns } from './observe-turns.ts';

/** The present, where a question names none: a minute after the last words. */
const AFTERWARDS_MS = 60_000;

/** What a system gives for one question. */
export interface Recollection {
  readonly text: string;
  /** All that the memory said of it, for models that cite. */
  readonly context?: Context | undefined;
}

/** A system that has heard a conversation. */
export interface OpenSystem {
  /** The best text for a question in at most `tokens` tokens. */
  recall(question: EvaluationQuestion, tokens: number, options?: CallOptions): Promise<Recollection>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** What is evaluated: this memory, or any other that takes in a conversation and gives text under a budget. */
export interface EvaluationSystem {
  readonly name: string;
  /** Its settings, for the hash that tells two runs apart. */
  readonly config: Readonly<Record<string, unknown>>;
  open(conversation: EvaluationConversation, options?: CallOptions): Promise<OpenSystem>;
}

/** Options of {@link createMemorySystem}: those of the memory that change what is recalled. */
export interface MemorySystemOptions
  extends Pick<MemoryOptions, 'capacity' | 'decay' | 'embedder' | 'extractor' | 'sinks' | 'surprisal'> {
  readonly name?: string | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
}

const configOf = ({ seed = 1, ...options }: Omit<MemorySystemOptions, 'name'>) => ({
  seed,
  capacity: options.capacity ?? null,
  sinks: options.sinks ?? null,
  decay: options.decay ?? null,
  embedder: options.embedder?.id ?? null,
  fusionWeight: options.embedder?.fusionWeight ?? null,
  extractor: options.extractor === false ? false : (options.extractor?.id ?? null),
  surprisal: options.surprisal?.id ?? null,
});

/**
 * This memory, through its public calls: each conversation is one user's, kept in the process, each turn a message. What is
 * asked changes nothing (`access: false`). `null` in `config` is a default.
 */
export const createMemorySystem = ({
  name = 'retentive',
  ...settings
}: MemorySystemOptions = {}): EvaluationSystem => ({
  name,
  config: configOf(settings),
  async open(conversation, { signal } = {}) {
    const { seed = 1, ...options } = settings;
    const now = Math.max(0, ...conversation.turns.map((turn) => turn.time)) + AFTERWARDS_MS;
    const memory = await openMemory({
      ...options,
      clock: createManualClock(now),
      random: createSeededRandom(seed),
      signal,
    });
    const scope = memory.scope({ tenant: 'evaluation', user: 'evaluation' });
    try {
      await observeTurns(scope, conversation.turns, { signal });
    } catch (error) {
      await memory.close();
      throw error;
    }
    return {
      async recall(question, tokens, call = {}) {
        const context = await scope.context(question.question, {
          budget: { tokens },
          now: question.now ?? now,
          access: false,
          ...call,
        });
        return { text: context.text, context };
      },
      close: () => memory.close(),
    };
  },
});
