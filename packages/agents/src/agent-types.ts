import type {
  Budget,
  ChatModel,
  Clock,
  Context,
  ContextItem,
  FinishReason,
  MessageId,
  MessageInput,
  Random,
  Role,
  Scope,
  Tokenizer,
  TokenLogprob,
  ToolCall,
  Usage,
} from '@retentive/core';
import type { ContextOptions, Memory, ScopedMemory, SpokenWish } from '@retentive/memory';
import type { AgentTool } from '@retentive/tools';

/** How the tokens of one turn are shared. All counts are tokens of the agent's tokenizer. */
export interface TurnBudget {
  /** Most tokens of the whole prompt: instructions, tools, history, context, input and tool results. Default 8,192. */
  readonly tokens?: number | undefined;
  /** Most tokens of live history. Default half of `tokens`; none for a model that reads the context only. */
  readonly history?: number | undefined;
  /** The budget of `context()`. Default a quarter of `tokens`, at most 1,024. */
  readonly context?: Budget | undefined;
  /** Share of the context, 0 to .25, for outcomes of earlier turns that were asked something like the input. Default 0. */
  readonly examples?: number | undefined;
}

/** How the context of a turn is recalled: options of `ScopedMemory.context`, but for what the turn itself decides. */
export type TurnRecall = Pick<
  ContextOptions,
  'archive' | 'excerpts' | 'related' | 'effort' | 'episodes' | 'notes' | 'requery'
>;

/** Options of {@link createAgent}. */
export interface AgentOptions {
  readonly memory: Pick<Memory, 'scope'>;
  /** Default: the extractive model, which quotes memory and never leaves the machine. */
  readonly model?: ChatModel | undefined;
  /** Tools for every turn, or what gives those of a turn from the memory that it is about. */
  readonly tools?: readonly AgentTool[] | ((scope: ScopedMemory) => readonly AgentTool[]) | undefined;
  /** The system prompt. Default: answer from the memory block and say when it does not hold the answer. */
  readonly instructions?: string | undefined;
  readonly budget?: TurnBudget | undefined;
  /** Default: as `context` does by itself. With `requery` a turn costs a call of that model more. */
  readonly recall?: TurnRecall | undefined;
  /** Most calls of the model in one turn, 1 to 100. Default 8. */
  readonly maxSteps?: number | undefined;
  /** Longest run of one tool in ms. Default 30,000. */
  readonly toolTimeoutMs?: number | undefined;
  /**
   * Whether "don't remember this", "off the record" and "forget what I just said" are done as said. Default true; English
   * only. Told by the part `off-record`.
   */
  readonly spokenWishes?: boolean | undefined;
  /** Counts tokens of the prompt; default the exact o200k_base counter, loaded at the first turn. */
  readonly tokenizer?: Tokenizer | undefined;
  /** Time and chance of turn ids. Default: the machine's. */
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/** What a user says in a turn: plain text, or a message with its speaker, time, key and parts. */
export type TurnInput = string | Omit<MessageInput, 'role' | 'thread'>;

/** One turn, as asked of {@link Agent.stream}. */
export interface TurnRequest {
  /** Whose memory: a scoped memory, or the labels of one. */
  readonly scope: ScopedMemory | Scope;
  /** Default: the thread of the scope, else `default`. */
  readonly thread?: string | undefined;
  readonly input: TurnInput;
  /**
   * False reads memory and writes nothing: neither input nor answer are stored, and tools that take their scope from the
   * turn cannot write. Default true, unless the input has `remember: false` or asks for it in words.
   */
  readonly remember?: boolean | undefined;
  /** Takes the place of the agent's budget, field by field. */
  readonly budget?: TurnBudget | undefined;
  /** Aborting tears the answer and rejects the stream with ABORTED. */
  readonly signal?: AbortSignal | undefined;
}

/** Why a turn ended: the model's own reason, or `step-limit` when it still wanted tools after the last step. */
export type TurnFinishReason = FinishReason | 'step-limit';

/** A tool's failure as the model and the caller see it. */
export interface ToolError {
  readonly code: string;
  readonly message: string;
}

/** What a turn streams. */
export type AgentPart =
  /** The memory that this turn answers from. Once, before the first step. */
  | { readonly type: 'context-ready'; readonly context: Context }
  | {
      readonly type: 'text-delta';
      readonly text: string;
      readonly logprobs?: readonly TokenLogprob[] | undefined;
    }
  /**
   * The person asked not to be remembered: this turn is not stored, and these messages were taken out for good. Once, before
   * anything else.
   */
  | { readonly type: 'off-record'; readonly wish: SpokenWish; readonly forgotten: readonly MessageId[] }
  /** A cited source: `index` is its place in `context.items`. */
  | {
      readonly type: 'source';
      readonly index: number;
      readonly item: ContextItem;
      readonly quote: string;
    }
  | { readonly type: 'tool-call'; readonly call: ToolCall }
  /** `output` is what the model is shown; with `error` the call failed and `output` says so. */
  | {
      readonly type: 'tool-result';
      readonly call: ToolCall;
      readonly output: string;
      readonly error?: ToolError | undefined;
    }
  /** `offset` UTF-16 units of this message are durable. */
  | {
      readonly type: 'memory-write';
      readonly message: MessageId;
      readonly role: Role;
      readonly offset: number;
      readonly state: 'open' | 'complete';
    }
  /** Always last. `messageIds` are the messages stored by this turn, in order, the input first. */
  | {
      readonly type: 'finish';
      readonly reason: TurnFinishReason;
      readonly usage?: Usage | undefined;
      readonly messageIds: readonly MessageId[];
    };

/**
 * A turn under way: it starts with the first `next()`. Single consumption, either as parts or as text. Leaving the loop
 * early, an abort or an error tears the answer: what was shown stays stored as a `torn` message. Rejects with
 * BUDGET_EXCEEDED (before anything is stored), MODEL_FAILED, MODEL_STREAM_TORN, ABORTED, and the codes of the memory.
 */
export interface AgentRun extends AsyncIterable<AgentPart> {
  /** All text of the answer. */
  text(): Promise<string>;
}

/** An agent: a model, tools and instructions over a memory. All that a turn needs of earlier ones is in the memory. */
export interface Agent {
  /** Answers one input. @throws OPTION_INVALID, BUDGET_INVALID, LABEL_INVALID at once for a bad request */
  stream(request: TurnRequest): AgentRun;
}
