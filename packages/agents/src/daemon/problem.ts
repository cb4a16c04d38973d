import { type ErrorCode, isRetentiveError, RetentiveError } from '@retentive/core';

/** An error as HTTP answers tell it: RFC 9457 with our code, media type `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: ErrorCode;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  /** True when the same request may succeed later. */
  readonly retryable: boolean;
  /** The values named in the detail. Never content. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** The status of every code. 499 is for callers that left: nobody reads it. */
const STATUSES = {
  ABORTED: 499,
  ACCESS_DENIED: 403,
  BUDGET_EXCEEDED: 422,
  BUDGET_INVALID: 400,
  DAEMON_STOPPING: 503,
  DAEMON_UNREACHABLE: 502,
  DEADLINE_EXCEEDED: 504,
  DEPENDENCY_MISSING: 501,
  EMBEDDER_FAILED: 502,
  EMBEDDER_MISMATCH: 503,
  FACT_INVALID: 400,
  FACT_NOT_FOUND: 404,
  FILE_INVALID: 400,
  FILE_NOT_FOUND: 404,
  IDEMPOTENCY_CONFLICT: 409,
  INTERNAL: 500,
  LABEL_INVALID: 400,
  MESSAGE_CLOSED: 409,
  MESSAGE_INVALID: 400,
  MESSAGE_NOT_FOUND: 404,
  MODEL_ANSWER_INVALID: 502,
  MODEL_FAILED: 502,
  MODEL_STREAM_TORN: 502,
  OFFSET_INVALID: 409,
  OPTION_INVALID: 400,
  OVERLOADED: 429,
  QUERY_INVALID: 400,
  REQUEST_INVALID: 400,
  STORE_CLOSED: 503,
  STORE_CORRUPT: 500,
  STORE_FULL: 507,
  STORE_LOCKED: 503,
  STORE_MIGRATION_FAILED: 500,
  STORE_OPEN_FAILED: 503,
  STORE_READ_FAILED: 500,
  STORE_VERSION_UNSUPPORTED: 503,
  STORE_WRITE_FAILED: 503,
  TOOL_FAILED: 502,
  TOOL_INPUT_INVALID: 400,
  TOOL_NOT_FOUND: 404,
  VECTOR_INVALID: 400,
} as const satisfies Record<ErrorCode, number>;

const REFUSED = Symbol('refused');

/** An error of the request itself, with the status that HTTP has for it. */
export const refusal = (
  status: 400 | 401 | 403 | 404 | 408 | 413 | 414 | 415 | 431,
  message: string,
): RetentiveError => {
  const code = status === 401 || status === 403 ? 'ACCESS_DENIED' : 'REQUEST_INVALID';
  const error = new RetentiveError(code, message, { retryable: status === 408 });
  return Object.defineProperty(error, REFUSED, { value: status });
};

/**
 * Any error as a problem. Failures on our side tell their code and nothing more: their messages name paths, and the log
 * has them.
 */
export const problemOf = (error: unknown): Problem => {
  const code = isRetentiveError(error) ? error.code : 'INTERNAL';
  const refused = (error as Record<symbol, unknown> | undefined)?.[REFUSED];
  const status = typeof refused === 'number' ? refused : STATUSES[code];
  const problem = { type: `urn:retentive:error:${code}`, title: code, status, code };
  if (!isRetentiveError(error)) return { ...problem, detail: 'the daemon failed', retryable: false };
  const { retryable, message, details } = error;
  if (status >= 500 && (code.startsWith('STORE_') || code === 'INTERNAL')) {
    return { ...problem, detail: `the daemon failed with ${code}`, retryable };
  }
  return {
    ...problem,
    detail: message,
    retryable,
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
};
