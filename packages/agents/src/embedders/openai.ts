import { type Embedder, isRetentiveError, RetentiveError, throwIfAborted } from '@retentive/core';
import { createFunctionEmbedder } from '@retentive/memory';
import * as z from 'zod';
import { isRetryableStatus } from '../models/http-status.ts';
import { assertEndpoint, type OpenClient, openClient, statusOf } from '../models/openai-client.ts';

/** Endpoints take 32 (some local ones) to 2,048 texts; more than a few dozen at once is hardly faster. */
const DEFAULT_BATCH_SIZE = 64;
const MAX_BATCH_SIZE = 2_048;
/** A batch takes seconds, also on a slow machine. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** Options of {@link createOpenAIEmbedder}. */
export interface OpenAIEmbedderOptions {
  /** Name of the model, as the endpoint knows it. */
  readonly model: string;
  /** Components of its vectors; an answer of another length is VECTOR_INVALID. */
  readonly dimensions: number;
  /** Weight beside lexical scores in z-units, 0 or more. */
  readonly fusionWeight: number;
  /** Asks the endpoint to shorten its vectors to `dimensions`, as `text-embedding-3-*` can. Default false. */
  readonly shorten?: boolean | undefined;
  /** Default `https://api.openai.com/v1`. */
  readonly baseURL?: string | undefined;
  /** Sent as a bearer token. Never read from the environment; leave it out for endpoints without keys. */
  readonly apiKey?: string | undefined;
  /** Most texts in one request, 1 to 2,048. Default 64. */
  readonly batchSize?: number | undefined;
  /** The longest wait for one request, in ms. Default 60,000. */
  readonly timeoutMs?: number | undefined;
}

/** What is read of an answer; the numbers themselves are checked by the embedder. */
const answerSchema = z.object({
  data: z.array(z.object({ index: z.int().min(0).optional(), embedding: z.custom<number[]>(Array.isArray) })),
});

/** Endpoints may answer in any order, with the place of each text. */
const inOrder = (value: unknown, model: string): readonly number[][] => {
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') || 'answer';
    throw new RetentiveError(
      'EMBEDDER_FAILED',
      `the model ${model} sent an answer that is none: ${field} is not as expected`,
      {
        cause: parsed.error,
        details: { model, field },
      },
    );
  }
  const { data } = parsed.data;
  return data
    .map(({ index, embedding }, place) => ({ index: index ?? place, embedding }))
    .sort((a, b) => a.index - b.index)
    .map(({ index, embedding }, place) => {
      if (index === place) return embedding;
      throw new RetentiveError(
        'EMBEDDER_FAILED',
        `the model ${model} sent no vector for text ${place} of its batch`,
        {
          details: { model },
        },
      );
    });
};

const typedFailure = (model: string, cause: unknown, opened: OpenClient | undefined): RetentiveError => {
  if (isRetentiveError(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const status = statusOf(cause);
  if (status !== undefined) {
    return new RetentiveError('EMBEDDER_FAILED', `the model ${model} answered with an error: ${reason}`, {
      cause,
      retryable: isRetryableStatus(status),
      details: { status, model },
    });
  }
  return new RetentiveError('EMBEDDER_FAILED', `the model ${model} failed: ${reason}`, {
    cause,
    // fetch reports a connection that breaks within the body as a TypeError, JSON that is cut as a SyntaxError.
    retryable:
      opened?.isConnectionError(cause) === true || cause instanceof TypeError || cause instanceof SyntaxError,
    details: { model },
  });
};

/**
 * An embedder behind any endpoint that speaks OpenAI's Embeddings, through the `openai` package, which is loaded at the first
 * call. Nothing is read from the environment and nothing is tried twice: whoever calls knows how long it may wait. Rejects with
 * EMBEDDER_FAILED (`details.status`, `retryable`), VECTOR_INVALID for vectors of another dimension or with something else than
 * finite numbers in them, ABORTED. @throws OPTION_INVALID
 */
export const createOpenAIEmbedder = (options: OpenAIEmbedderOptions): Embedder => {
  const { model, dimensions, fusionWeight, batchSize = DEFAULT_BATCH_SIZE } = options;
  assertEndpoint(options);
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `batchSize must be a whole number from 1 to ${MAX_BATCH_SIZE}, got ${batchSize}`,
    );
  }
  let opening: Promise<OpenClient> | undefined;

  const embedBatch = async (
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly number[][]> => {
    let opened: OpenClient | undefined;
    try {
      opening ??= openClient({
        ...options,
        maxRetries: 0,
        timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      });
      opened = await opening;
      const answer: unknown = await opened.client.embeddings.create(
        {
          model,
          // Endpoints refuse empty texts, and one of them would fail its whole batch.
          input: texts.map((text) => (text === '' ? ' ' : text)),
          // Left to itself the client asks for base64 and misreads endpoints that answer with numbers all the same.
          encoding_format: 'float',
          ...(options.shorten ? { dimensions } : {}),
        },
        { signal },
      );
      return inOrder(answer, model);
    } catch (cause) {
      throwIfAborted(signal, `the call of ${model}`);
      throw typedFailure(model, cause, opened);
    }
  };

  return createFunctionEmbedder({
    id: `openai:${model}:${dimensions}`,
    dimensions,
    fusionWeight,
    async embed(texts, { signal }) {
      const vectors: (readonly number[])[] = [];
      for (let from = 0; from < texts.length; from += batchSize) {
        const batch = texts.slice(from, from + batchSize);
        const answered = await embedBatch(batch, signal);
        if (answered.length !== batch.length) {
          throw new RetentiveError(
            'EMBEDDER_FAILED',
            `the model ${model} sent ${answered.length} vectors for ${batch.length} texts`,
            { details: { model, texts: batch.length } },
          );
        }
        vectors.push(...answered);
      }
      return vectors;
    },
  });
};
