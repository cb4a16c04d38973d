import type {
  Budget,
  ChatModel,
  Context,
  MessageId,
  MessageInput,
  PromptMessage,
  Tokenizer,
  ToolDescription,
  TurnId,
} from '@retentive/core';
import type { ScopedMemory, SpokenWish } from '@retentive/memory';
import type { AgentTool } from '@retentive/tools';
import type { TurnRecall } from '../agent-types.ts';
import type { HistoryCursors } from './history-cursors.ts';

/** One turn with every default filled in: what all stages share. */
export interface Turn {
  readonly id: TurnId;
  readonly scope: ScopedMemory;
  readonly thread: string;
  readonly input: Omit<MessageInput, 'role' | 'thread'>;
  /** The text of the input: the query of `context()` and the last user message. */
  readonly question: string;
  readonly model: ChatModel;
  readonly tools: readonly AgentTool[];
  readonly instructions: string;
  readonly limits: TurnLimits;
  readonly recall: TurnRecall;
  /** When the input was said, in ms since epoch: the present of the turn. */
  readonly now: number;
  readonly remember: boolean;
  /** What the input asks about being remembered, in the person's own words. */
  readonly wish?: SpokenWish | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Shared by the turns of an agent. */
  readonly cursors: HistoryCursors;
  /** Loads its tables at the first call. */
  openTokenizer(): Promise<Tokenizer>;
}

/** The limits of one turn, in tokens unless said. */
export interface TurnLimits {
  readonly tokens: number;
  readonly history: number;
  readonly context: Budget;
  /** Share of the context. */
  readonly examples: number;
  /** Calls of the model. */
  readonly maxSteps: number;
  readonly toolTimeoutMs: number;
}

/** What the parts that cannot be cut cost, and what they leave. */
export interface BudgetPlan {
  readonly tokenizer: Tokenizer;
  readonly tools: readonly ToolDescription[];
  /** Tokens of instructions, tools and input. */
  readonly fixed: number;
  /** Tokens of the block around recalled memory. */
  readonly block: number;
  /** Most tokens of history. */
  readonly history: number;
}

/** The live history as it goes into the prompt. */
export interface History {
  readonly messages: readonly PromptMessage[];
  /** Ids of the stored messages that `messages` shows. */
  readonly ids: readonly MessageId[];
  readonly tokens: number;
}

/** A prompt and what it is made from. */
export interface TurnPrompt {
  readonly messages: readonly PromptMessage[];
  readonly tools: readonly ToolDescription[];
  readonly context: Context;
  /** Tokens of messages and tools. */
  readonly tokens: number;
}
