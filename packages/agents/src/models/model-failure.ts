import { isRetentiveError, RetentiveError } from '@retentive/core';
import * as z from 'zod';
import { isRetryableStatus } from './http-status.ts';

const withStatus = z.object({ status: z.int() });

/** What a call of a model failed on. */
export interface Failure {
  readonly model: string;
  readonly cause: unknown;
  /** True once a piece of the answer came. */
  readonly begun: boolean;
  /** Knows connection errors of the client in use. */
  readonly isConnectionError?: ((cause: unknown) => boolean) | undefined;
}

/**
 * The typed error for whatever a client threw: MODEL_FAILED with `details.status` where there is one, retryable for
 * 408, 409, 429, 5xx and broken connections; MODEL_STREAM_TORN where the connection broke within the answer.
 */
export const modelFailure = ({ model, cause, begun, isConnectionError }: Failure): RetentiveError => {
  if (isRetentiveError(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const known = withStatus.safeParse(cause);
  if (known.success) {
    const { status } = known.data;
    return new RetentiveError('MODEL_FAILED', `the model ${model} answered with an error: ${reason}`, {
      cause,
      retryable: isRetryableStatus(status),
      details: { status, model },
    });
  }
  // fetch reports a connection that breaks within the body as a TypeError.
  if (begun && cause instanceof TypeError) {
    return new RetentiveError('MODEL_STREAM_TORN', `the connection to ${model} broke within its answer`, {
      cause,
      retryable: true,
    });
  }
  return new RetentiveError('MODEL_FAILED', `the model ${model} failed: ${reason}`, {
    cause,
    retryable: isConnectionError?.(cause) === true || cause instanceof TypeError,
    details: { model },
  });
};
