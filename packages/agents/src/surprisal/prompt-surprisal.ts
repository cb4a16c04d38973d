import {
  type CallOptions,
  isRetentiveError,
  RetentiveError,
  type TokenLogprob,
  throwIfAborted,
} from '@retentive/core';
import { createModelSurprisal, type ModelSurprisalSource } from '@retentive/memory';
import { modelFailure } from '../models/model-failure.ts';
import { assertEndpoint, type OpenClient, openClient } from '../models/openai-client.ts';
import { PROMPT_METHODS, type PromptMethod, readPromptTokens, requestFor } from './prompt-format.ts';

const DEFAULT_RETRIES = 2;
/** Reading a page takes seconds, also on a slow machine. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** What a server is asked to find out what it can do: it says nothing of anybody. */
const PROBE = 'The quick brown fox jumps over the lazy dog.';

/** Options of {@link openPromptSurprisal}. */
export interface PromptSurprisalOptions extends CallOptions {
  /** Name of the model, as the endpoint knows it. */
  readonly model: string;
  /** Such as `http://127.0.0.1:8000/v1`. */
  readonly baseURL: string;
  /** Sent as a bearer token. Never read from the environment; leave it out for endpoints without keys. */
  readonly apiKey?: string | undefined;
  /** UTF-16 units of the session that are sent again before each text. Default 2,000. */
  readonly historyLength?: number | undefined;
  /** Retries of 429, 408, 409, 5xx and broken connections, with growing waits. Default 2. */
  readonly maxRetries?: number | undefined;
  /** The longest wait for one answer, in ms. Default 60,000. */
  readonly timeoutMs?: number | undefined;
}

/** Refused for good: this server cannot do it that way. A failure that may pass says nothing. */
const isRefusal = (error: unknown): boolean => isRetentiveError(error, 'MODEL_FAILED') && !error.retryable;

/** A key that is missing or wrong is the same whatever is asked. */
const isDenial = (error: unknown): boolean =>
  isRetentiveError(error) && [401, 403].includes(error.details['status'] as number);

/**
 * A source behind a server that gives the log probabilities of a prompt: vLLM's `prompt_logprobs`, else `echo` of the legacy
 * Completions. Opening it asks for a fixed sentence, once or twice, to find out which. Texts go to that server and nowhere else. Rejects
 * with MODEL_FAILED (`details.status`, `retryable`; not retryable where the server can do neither), ABORTED, OPTION_INVALID
 */
export const openPromptSurprisal = async (options: PromptSurprisalOptions): Promise<ModelSurprisalSource> => {
  const { model, signal, maxRetries = DEFAULT_RETRIES, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  assertEndpoint(options);
  throwIfAborted(signal, `the opening of ${model}`);
  const opened = await openClient({ ...options, maxRetries, timeoutMs });

  const ask = async (method: PromptMethod, prompt: string, callOptions: CallOptions) => {
    try {
      return readPromptTokens(model, method, await send(opened, model, method, prompt, callOptions));
    } catch (cause) {
      throwIfAborted(callOptions.signal, `the call of ${model}`);
      // An answer that is cut is JSON that is none.
      if (cause instanceof SyntaxError) {
        throw new RetentiveError('MODEL_FAILED', `the answer of ${model} is cut or no JSON`, {
          cause,
          retryable: true,
          details: { model },
        });
      }
      throw modelFailure({ model, cause, begun: false, isConnectionError: opened.isConnectionError });
    }
  };

  const method = await probe(model, (tried) => ask(tried, PROBE, { signal }));
  return createModelSurprisal({
    id: `prompt:${model}:${method}`,
    historyLength: options.historyLength,
    readTokens: (prompt, callOptions) => ask(method, prompt, callOptions),
  });
};

const send = (
  { client }: OpenClient,
  model: string,
  method: PromptMethod,
  prompt: string,
  { signal }: CallOptions,
): Promise<unknown> =>
  // What vLLM adds is no part of the client's types.
  client.post('/completions', { body: { model, ...requestFor(method, prompt) }, signal });

const probe = async (
  model: string,
  ask: (method: PromptMethod) => Promise<readonly TokenLogprob[]>,
): Promise<PromptMethod> => {
  const refusals: unknown[] = [];
  for (const method of PROMPT_METHODS) {
    try {
      await ask(method);
      return method;
    } catch (error) {
      if (!isRefusal(error) || isDenial(error)) throw error;
      refusals.push(error);
    }
  }
  throw new RetentiveError(
    'MODEL_FAILED',
    `the server of ${model} gives no log probabilities of prompts, neither by ${PROMPT_METHODS.join(' nor by ')}`,
    { cause: refusals.at(-1), details: { model, tried: PROMPT_METHODS } },
  );
};
