import type { Context } from './context.ts';
import type { CallOptions } from './errors.ts';
import type { JsonSchema } from './tool.ts';

/** A call of a tool as a model asks for it. `input` is the raw JSON text the model wrote. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: string;
}

/** One message of a prompt. */
export type PromptMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: string; readonly speaker?: string | undefined }
  | {
      readonly role: 'assistant';
      readonly content: string;
      readonly toolCalls?: readonly ToolCall[] | undefined;
    }
  | { readonly role: 'tool'; readonly callId: string; readonly name: string; readonly content: string };

/** A tool as a model is told of it. */
export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
}

/** What a model is asked. `context` is the same memory that stands in the messages, for models that cite. */
export interface ChatPrompt {
  readonly messages: readonly PromptMessage[];
  readonly tools?: readonly ToolDescription[] | undefined;
  readonly context?: Context | undefined;
  readonly maxOutputTokens?: number | undefined;
}

/** Log probability (natural) of one streamed token. */
export interface TokenLogprob {
  readonly token: string;
  /** Where a provider gives no more than the likeliest ones, a sentinel such as -9999. */
  readonly logprob: number;
  /** UTF-8 of the token: one that is part of a character has no text of its own. */
  readonly bytes?: readonly number[] | undefined;
}

/** Tokens a call took, as the provider counts them. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number | undefined;
}

/** Why a model stopped. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'abstain';

/** What a model streams. A `finish` always comes last; a stream without one is torn. */
export type ChatPart =
  | {
      readonly type: 'text-delta';
      readonly text: string;
      readonly logprobs?: readonly TokenLogprob[] | undefined;
    }
  | { readonly type: 'source'; readonly item: number; readonly quote: string }
  | { readonly type: 'tool-call'; readonly call: ToolCall }
  | { readonly type: 'finish'; readonly reason: FinishReason; readonly usage?: Usage | undefined };

/** A model that answers in a stream. */
export interface ChatModel {
  readonly id: string;
  /**
   * Single consumption; leaving the loop early cancels the request. Throws MODEL_FAILED, MODEL_STREAM_TORN when the
   * stream ends without a finish, ABORTED.
   */
  stream(prompt: ChatPrompt, options?: CallOptions): AsyncIterable<ChatPart>;
}
