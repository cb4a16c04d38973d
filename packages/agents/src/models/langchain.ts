import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessageChunk } from '@langchain/core/messages';
import {
  type ChatModel,
  type ChatPart,
  type ChatPrompt,
  RetentiveError,
  throwIfAborted,
  type Usage,
} from '@retentive/core';
import {
  addUsage,
  type Chunk,
  chunkSchema,
  createCallGatherer,
  langChainMessages,
  logprobsOf,
  reasonOf,
} from './langchain-format.ts';
import { modelFailure } from './model-failure.ts';
import { withIdleLimit } from './with-idle-limit.ts';

/** The longest silence: slow models take a minute before their first token, few take two. */
const DEFAULT_TIMEOUT_MS = 120_000;
/** The longest delay a timer takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Options of {@link createLangChainModel}. */
export interface LangChainModelOptions {
  /** Name of the model in errors and metadata. Default `langchain:` and LangChain's name of its type. */
  readonly id?: string | undefined;
  /**
   * What a stream must have to count as whole. `required`: a finish reason, or usage in its last piece. `assumed`: an
   * end without an error is enough, for integrations that tell neither. Default `required`: an answer that was cut off
   * must not pass for a whole one.
   */
  readonly finish?: 'required' | 'assumed' | undefined;
  /** The longest wait for the first or the next piece of an answer, in ms. Default 120,000. */
  readonly timeoutMs?: number | undefined;
}

type Streaming = Pick<BaseChatModel, 'stream'>;

const withTools = (model: BaseChatModel, id: string, { tools = [] }: ChatPrompt): Streaming => {
  if (tools.length === 0) return model;
  if (model.bindTools === undefined) {
    throw new RetentiveError('MODEL_FAILED', `the model ${id} takes no tools: it has no bindTools`);
  }
  return model.bindTools(
    tools.map(({ name, description, parameters }) => ({ name, description, schema: { ...parameters } })),
  );
};

const parseChunk = (id: string, value: unknown): Chunk => {
  const parsed = chunkSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') || 'chunk';
  throw new RetentiveError('MODEL_FAILED', `the model ${id} sent a message that is none: ${field}`, {
    cause: parsed.error,
    details: { model: id, field },
  });
};

/**
 * Any LangChain chat model as a {@link ChatModel}: streams text, tool calls (put together from their pieces, their
 * input as the model wrote it), usage and log probabilities where the integration passes them on. A model that does not
 * stream gives its answer in one piece. `maxOutputTokens` has no name that all integrations share and is left to the
 * model's own settings. Rejects with MODEL_FAILED (`details.status`, `retryable`), MODEL_STREAM_TORN (see `finish`; also
 * for silence), ABORTED. @throws OPTION_INVALID
 */
export const createLangChainModel = (
  chatModel: BaseChatModel,
  options: LangChainModelOptions = {},
): ChatModel => {
  const {
    id = `langchain:${chatModel._llmType()}`,
    finish = 'required',
    timeoutMs = DEFAULT_TIMEOUT_MS,
  } = options;
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `timeoutMs must be a whole number from 1 to ${MAX_TIMEOUT_MS}, got ${timeoutMs}`,
    );
  }

  async function* read(
    messages: AsyncIterable<unknown>,
    onMessage: () => void,
  ): AsyncGenerator<ChatPart, void, undefined> {
    const gatherer = createCallGatherer();
    let usage: Usage | undefined;
    let reason: ReturnType<typeof reasonOf>;
    let whole = false;
    for await (const message of withIdleLimit(messages, timeoutMs, `the model ${id}`)) {
      onMessage();
      const chunk = parseChunk(id, message);
      const logprobs = logprobsOf(chunk);
      if (chunk.text !== '') yield { type: 'text-delta', text: chunk.text, ...(logprobs && { logprobs }) };
      gatherer.add(chunk);
      usage = addUsage(usage, chunk);
      reason = reasonOf(chunk) ?? reason;
      // Some send usage at the start as well: only in the last piece does it tell that the end was reached. What is
      // no chunk is the answer of a model that does not stream.
      whole =
        finish === 'assumed' ||
        (chunk.usage_metadata ?? undefined) !== undefined ||
        !AIMessageChunk.isInstance(message);
    }
    if (reason === undefined && !whole) {
      throw new RetentiveError('MODEL_STREAM_TORN', `the answer of ${id} ended without a finish reason`, {
        retryable: true,
      });
    }
    const calls = gatherer.calls();
    for (const call of calls) yield { type: 'tool-call', call };
    const stopped = reason ?? 'stop';
    // Some integrations report a plain stop also where the answer is a call.
    yield {
      type: 'finish',
      reason: stopped === 'stop' && calls.length > 0 ? 'tool-calls' : stopped,
      ...(usage && { usage }),
    };
  }

  return {
    id,
    async *stream(prompt, { signal } = {}) {
      throwIfAborted(signal, `the call of ${id}`);
      const leave = new AbortController();
      const stop = signal === undefined ? leave.signal : AbortSignal.any([signal, leave.signal]);
      let begun = false;
      try {
        const model = withTools(chatModel, id, prompt);
        yield* read(await model.stream(langChainMessages(prompt), { signal: stop }), () => {
          begun = true;
        });
      } catch (cause) {
        throwIfAborted(signal, `the call of ${id}`);
        throw modelFailure({ model: id, cause, begun });
      } finally {
        leave.abort();
      }
    },
  };
};
