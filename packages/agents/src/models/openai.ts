import {
  type ChatModel,
  type ChatPart,
  RetentiveError,
  type TokenLogprob,
  type ToolCall,
  throwIfAborted,
  type Usage,
} from '@retentive/core';
import { modelFailure } from './model-failure.ts';
import { assertEndpoint, type OpenClient, openClient } from './openai-client.ts';
import { type Chunk, chunkSchema, logprobsOf, reasonOf, requestOf, usageOf } from './openai-format.ts';
import { withIdleLimit } from './with-idle-limit.ts';

/** Retries before the first byte of an answer; 429, 408, 409 and 5xx are tried again with growing waits. */
const DEFAULT_RETRIES = 2;
/** The longest silence: slow models take a minute before their first token, few take two. */
const DEFAULT_TIMEOUT_MS = 120_000;

/** Options of {@link createOpenAIModel}. */
export interface OpenAIModelOptions {
  /** Name of the model, as the endpoint knows it. */
  readonly model: string;
  /** Default `https://api.openai.com/v1`. */
  readonly baseURL?: string | undefined;
  /** Sent as a bearer token. Never read from the environment; leave it out for endpoints without keys. */
  readonly apiKey?: string | undefined;
  /** Asks for the log probability of each token and passes it on. Default false. */
  readonly logprobs?: boolean | undefined;
  /** 0 to 2. Default: the endpoint's own. */
  readonly temperature?: number | undefined;
  /** Retries before the answer begins, 0 or more; an answer under way is never retried. Default 2. */
  readonly maxRetries?: number | undefined;
  /** The longest wait for the first or the next piece of an answer, in ms. Default 120,000. */
  readonly timeoutMs?: number | undefined;
}

const parseChunk = (model: string, value: unknown): Chunk => {
  const parsed = chunkSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') || 'chunk';
  throw new RetentiveError(
    'MODEL_FAILED',
    `the model ${model} sent a chunk that is none: ${field} is not as expected`,
    {
      cause: parsed.error,
      details: { model, field },
    },
  );
};

type OpenCall = { id: string; name: string; input: string };

type CallPiece = NonNullable<NonNullable<Chunk['choices'][number]['delta']>['tool_calls']>[number];

/**
 * The place of the call that a piece belongs to. Endpoints that leave `index` out tell calls apart by id, or send each
 * whole with its name: what has neither goes on with the last call.
 */
const placeOf = (calls: ReadonlyMap<number, OpenCall>, piece: CallPiece): number => {
  if (piece.index !== undefined) return piece.index;
  const last = [...calls.keys()].at(-1);
  const next = Math.max(-1, ...calls.keys()) + 1;
  if (piece.id) return [...calls].find(([, { id }]) => id === piece.id)?.[0] ?? next;
  if (last === undefined) return next;
  return piece.function?.name && calls.get(last)?.name !== '' ? next : last;
};

/** Puts calls together from their pieces, by place in the answer. */
const addCalls = (calls: Map<number, OpenCall>, choice: Chunk['choices'][number]): void => {
  for (const piece of choice.delta?.tool_calls ?? []) {
    const index = placeOf(calls, piece);
    const call = calls.get(index) ?? { id: '', name: '', input: '' };
    call.id ||= piece.id ?? '';
    call.name += piece.function?.name ?? '';
    call.input += piece.function?.arguments ?? '';
    calls.set(index, call);
  }
};

const finishedCalls = (calls: ReadonlyMap<number, OpenCall>): readonly ToolCall[] =>
  [...calls]
    .toSorted(([a], [b]) => a - b)
    .map(([index, { id, name, input }]) => ({ id: id === '' ? `call_${index}` : id, name, input }));

/**
 * A model behind any endpoint that speaks OpenAI's Chat Completions, through the `openai` package, which is loaded at
 * the first call. Nothing is read from the environment. Rejects with MODEL_FAILED (`details.status`, `retryable`),
 * MODEL_STREAM_TORN for an answer that ends without a finish reason or falls silent, ABORTED. @throws OPTION_INVALID
 */
export const createOpenAIModel = (options: OpenAIModelOptions): ChatModel => {
  const { model, timeoutMs = DEFAULT_TIMEOUT_MS, maxRetries = DEFAULT_RETRIES } = options;
  assertEndpoint(options);
  let opening: Promise<OpenClient> | undefined;

  async function* read(
    chunks: AsyncIterable<unknown>,
    onChunk: () => void,
  ): AsyncGenerator<ChatPart, void, undefined> {
    const calls = new Map<number, OpenCall>();
    let reason: string | undefined;
    let usage: Usage | undefined;
    /** Of tokens whose text is still to come: the first ones of a character. */
    let logprobs: readonly TokenLogprob[] = [];
    for await (const value of withIdleLimit(chunks, timeoutMs, `the model ${model}`)) {
      onChunk();
      const chunk = parseChunk(model, value);
      usage = usageOf(chunk) ?? usage;
      const choice = chunk.choices[0];
      if (choice === undefined) continue;
      const text = choice.delta?.content ?? choice.delta?.refusal ?? '';
      logprobs = [...logprobs, ...logprobsOf(choice)];
      if (text !== '') {
        yield { type: 'text-delta', text, ...(logprobs.length > 0 && { logprobs }) };
        logprobs = [];
      }
      addCalls(calls, choice);
      reason = choice.finish_reason ?? reason;
    }
    // The client ends a broken or aborted stream as if it were complete; only the reason tells.
    if (reason === undefined) {
      throw new RetentiveError('MODEL_STREAM_TORN', `the answer of ${model} ended without a finish reason`, {
        retryable: true,
      });
    }
    for (const call of finishedCalls(calls)) yield { type: 'tool-call', call };
    yield { type: 'finish', reason: reasonOf(reason), ...(usage && { usage }) };
  }

  return {
    id: model,
    async *stream(prompt, { signal } = {}) {
      throwIfAborted(signal, `the call of ${model}`);
      const leave = new AbortController();
      const stop = signal === undefined ? leave.signal : AbortSignal.any([signal, leave.signal]);
      let begun = false;
      let isConnectionError = (_: unknown): boolean => false;
      try {
        opening ??= openClient({ ...options, maxRetries, timeoutMs });
        const opened = await opening;
        isConnectionError = opened.isConnectionError;
        const chunks = await opened.client.chat.completions.create(
          {
            ...requestOf(prompt),
            model,
            stream: true,
            stream_options: { include_usage: true },
            ...(options.logprobs ? { logprobs: true } : {}),
            ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
          },
          { signal: stop },
        );
        yield* read(chunks, () => {
          begun = true;
        });
      } catch (cause) {
        throwIfAborted(signal, `the call of ${model}`);
        throw modelFailure({ model, cause, begun, isConnectionError });
      } finally {
        leave.abort();
      }
    },
  };
};
