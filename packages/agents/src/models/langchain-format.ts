import {
  AIMessage,
  type BaseMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';
import type { ChatPrompt, FinishReason, PromptMessage, TokenLogprob, ToolCall, Usage } from '@retentive/core';
import * as z from 'zod';
import { logprobSchema } from './openai-format.ts';

const callArguments = z.record(z.string(), z.unknown());

/** LangChain keeps arguments as values: what a model wrote that is no JSON object becomes an empty one. */
const argumentsOf = ({ input }: ToolCall): Record<string, unknown> => {
  try {
    return callArguments.parse(JSON.parse(input));
  } catch {
    // The result that follows says what was wrong; providers refuse a result without its call.
    return {};
  }
};

const messageOf = (message: PromptMessage): BaseMessage => {
  const { content } = message;
  switch (message.role) {
    case 'system':
      return new SystemMessage(content);
    case 'user':
      return new HumanMessage({
        content,
        ...(message.speaker === undefined ? {} : { name: message.speaker }),
      });
    case 'assistant':
      return new AIMessage({
        content,
        tool_calls: (message.toolCalls ?? []).map((call) => ({
          type: 'tool_call',
          id: call.id,
          name: call.name,
          args: argumentsOf(call),
        })),
      });
    case 'tool':
      return new ToolMessage({ content, tool_call_id: message.callId, name: message.name });
  }
};

/** The messages of a prompt as LangChain's. Pure. */
export const langChainMessages = ({ messages }: ChatPrompt): BaseMessage[] => messages.map(messageOf);

/** What is read of a streamed message; providers add fields and leave others out. */
export const chunkSchema = z.object({
  text: z.string(),
  additional_kwargs: z.record(z.string(), z.unknown()).default({}),
  response_metadata: z.record(z.string(), z.unknown()).default({}),
  tool_call_chunks: z
    .array(
      z.object({
        index: z.union([z.int(), z.string()]).nullish(),
        id: z.string().nullish(),
        name: z.string().nullish(),
        args: z.string().nullish(),
      }),
    )
    .default([]),
  tool_calls: z
    .array(z.object({ id: z.string().nullish(), name: z.string(), args: z.record(z.string(), z.unknown()) }))
    .default([]),
  /** Calls whose arguments are no JSON. */
  invalid_tool_calls: z
    .array(z.object({ id: z.string().nullish(), name: z.string().nullish(), args: z.string().nullish() }))
    .default([]),
  usage_metadata: z
    .object({
      input_tokens: z.number(),
      output_tokens: z.number(),
      input_token_details: z.object({ cache_read: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

/** A streamed message, or a whole one. */
export type Chunk = z.infer<typeof chunkSchema>;

type Metadata = Readonly<Record<string, unknown>>;

/** Where integrations put the reason: OpenAI and most others, Google, Anthropic, Bedrock, Ollama. */
const REASON_FIELDS = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason', 'done_reason'] as const;

/** Words of the providers, in lower case; any other reason is a plain stop. */
const REASONS: Readonly<Record<string, FinishReason>> = {
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  content_filtered: 'content-filter',
  guardrail_intervened: 'content-filter',
  refusal: 'content-filter',
  safety: 'content-filter',
  recitation: 'content-filter',
  blocklist: 'content-filter',
  prohibited_content: 'content-filter',
  spii: 'content-filter',
};

/** What some send while the answer goes on. */
const NO_REASON: ReadonlySet<string> = new Set(['', 'null', 'finish_reason_unspecified']);

/** Why the model stopped, if this chunk says so. Pure. */
export const reasonOf = ({ response_metadata, additional_kwargs }: Chunk): FinishReason | undefined => {
  const stop = response_metadata['messageStop'];
  const nested: Metadata = typeof stop === 'object' && stop !== null ? { ...stop } : {};
  for (const place of [response_metadata, additional_kwargs, nested]) {
    for (const field of REASON_FIELDS) {
      const value = place[field];
      if (typeof value !== 'string') continue;
      const reason = value.toLowerCase();
      if (!NO_REASON.has(reason)) return REASONS[reason] ?? 'stop';
    }
  }
  return undefined;
};

/** Usage with that of a further chunk: integrations send it once, or in parts that add up. Pure. */
export const addUsage = (sum: Usage | undefined, { usage_metadata: usage }: Chunk): Usage | undefined => {
  if (usage === undefined || usage === null) return sum;
  const read = usage.input_token_details?.cache_read;
  const cached =
    read === undefined || read === null ? sum?.cachedInputTokens : (sum?.cachedInputTokens ?? 0) + read;
  return {
    inputTokens: (sum?.inputTokens ?? 0) + usage.input_tokens,
    outputTokens: (sum?.outputTokens ?? 0) + usage.output_tokens,
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
  };
};

const logprobsSchema = z.object({
  content: z.array(logprobSchema).min(1),
});

/** Log probabilities, where the integration passes OpenAI's on. Pure. */
export const logprobsOf = ({ response_metadata }: Chunk): readonly TokenLogprob[] | undefined => {
  const known = logprobsSchema.safeParse(response_metadata['logprobs']);
  return known.success ? known.data.content : undefined;
};

/** Puts calls together from their pieces, as LangChain's own `concat` does: by index, and by id where both have one. */
export interface CallGatherer {
  add(chunk: Chunk): void;
  /** In the order in which they began. */
  calls(): readonly ToolCall[];
}

type OpenCall = { index: number | string | undefined; id: string; name: string; input: string };

/** Makes a {@link CallGatherer}. */
export const createCallGatherer = (): CallGatherer => {
  const open: OpenCall[] = [];
  return {
    add({ tool_call_chunks: pieces, tool_calls: whole, invalid_tool_calls: invalid }) {
      for (const { index, id, name, args } of pieces) {
        const at = index ?? undefined;
        const known = open.find(
          (call) =>
            (at === undefined ? (id ?? '') !== '' && call.index === undefined : call.index === at) &&
            (!id || call.id === '' || call.id === id),
        );
        const call = known ?? { index: at, id: '', name: '', input: '' };
        if (known === undefined) open.push(call);
        call.id ||= id ?? '';
        call.name += name ?? '';
        call.input += args ?? '';
      }
      if (pieces.length > 0) return;
      for (const { id, name, args } of whole) {
        open.push({ index: undefined, id: id ?? '', name, input: JSON.stringify(args) });
      }
      for (const { id, name, args } of invalid) {
        open.push({ index: undefined, id: id ?? '', name: name ?? '', input: args ?? '' });
      }
    },
    calls: () =>
      open.map(({ id, name, input }, place) => ({ id: id === '' ? `call_${place}` : id, name, input })),
  };
};
