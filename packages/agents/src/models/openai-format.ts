import type { ChatPrompt, FinishReason, PromptMessage, TokenLogprob, Usage } from '@retentive/core';
import type OpenAI from 'openai';
import * as z from 'zod';

type MessageParam = OpenAI.Chat.ChatCompletionMessageParam;

/** Names as the API takes them: other characters become `_`. */
const nameOf = (speaker: string): string => speaker.replace(/[^A-Za-z0-9_-]/gu, '_').slice(0, 64);

const messageParam = (message: PromptMessage): MessageParam => {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content };
    case 'user':
      return {
        role: 'user',
        content: message.content,
        ...(message.speaker === undefined ? {} : { name: nameOf(message.speaker) }),
      };
    case 'tool':
      return { role: 'tool', tool_call_id: message.callId, content: message.content };
    case 'assistant':
      return {
        role: 'assistant',
        content: message.content === '' && message.toolCalls !== undefined ? null : message.content,
        ...(message.toolCalls === undefined
          ? {}
          : {
              tool_calls: message.toolCalls.map(({ id, name, input }) => ({
                id,
                type: 'function' as const,
                function: { name, arguments: input },
              })),
            }),
      };
  }
};

/** A prompt as the body of a Chat Completions request, without its model and settings. Pure. */
export const requestOf = (
  prompt: ChatPrompt,
): Pick<OpenAI.Chat.ChatCompletionCreateParamsStreaming, 'messages' | 'tools' | 'max_completion_tokens'> => ({
  messages: prompt.messages.map(messageParam),
  ...(prompt.tools === undefined || prompt.tools.length === 0
    ? {}
    : {
        tools: prompt.tools.map(({ name, description, parameters }) => ({
          type: 'function' as const,
          function: { name, description, parameters: { ...parameters } },
        })),
      }),
  ...(prompt.maxOutputTokens === undefined ? {} : { max_completion_tokens: prompt.maxOutputTokens }),
});

/** A token as Chat Completions and Responses give it; deltas of Responses have no bytes. */
export const logprobSchema = z
  .object({
    token: z.string(),
    logprob: z.number(),
    bytes: z.array(z.int().min(0).max(255)).nullish(),
  })
  .transform(({ token, logprob, bytes }): TokenLogprob => ({ token, logprob, ...(bytes ? { bytes } : {}) }));

/** What is read of a streamed chunk; endpoints add fields and leave others out. */
export const chunkSchema = z.object({
  choices: z.array(
    z.object({
      delta: z
        .object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(
              z.object({
                index: z.int().optional(),
                id: z.string().nullish(),
                function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
              }),
            )
            .nullish(),
        })
        .nullish(),
      finish_reason: z.string().nullish(),
      logprobs: z
        .object({ content: z.array(logprobSchema).nullish(), refusal: z.array(logprobSchema).nullish() })
        .nullish(),
    }),
  ),
  usage: z
    .object({
      prompt_tokens: z.number(),
      completion_tokens: z.number(),
      prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

/** A streamed chunk. */
export type Chunk = z.infer<typeof chunkSchema>;

/** Usage as the port names it. Pure. */
export const usageOf = ({ usage }: Chunk): Usage | undefined => {
  if (usage === undefined || usage === null) return undefined;
  const cached = usage.prompt_tokens_details?.cached_tokens;
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    ...(cached === undefined || cached === null ? {} : { cachedInputTokens: cached }),
  };
};

const REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
};

/** A finish reason as the port names it; one that only some endpoint knows counts as `stop`. Pure. */
export const reasonOf = (reason: string): FinishReason => REASONS[reason] ?? 'stop';

/** Log probabilities of a choice, of an answer or a refusal. Pure. */
export const logprobsOf = (choice: Chunk['choices'][number]): readonly TokenLogprob[] => [
  ...(choice.logprobs?.content ?? []),
  ...(choice.logprobs?.refusal ?? []),
];
