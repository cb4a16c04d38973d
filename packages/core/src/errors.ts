const MARKER = Symbol.for('retentive.error');

/** Every code a {@link RetentiveError} can carry. Each has a heading in `docs/errors.md`. */
export const ERROR_CODES = [
  'ABORTED',
  'ACCESS_DENIED',
  'BUDGET_EXCEEDED',
  'BUDGET_INVALID',
  'DAEMON_STOPPING',
  'DAEMON_UNREACHABLE',
  'DEADLINE_EXCEEDED',
  'DEPENDENCY_MISSING',
  'EMBEDDER_FAILED',
  'EMBEDDER_MISMATCH',
  'FACT_INVALID',
  'FACT_NOT_FOUND',
  'FILE_INVALID',
  'FILE_NOT_FOUND',
  'IDEMPOTENCY_CONFLICT',
  'INTERNAL',
  'LABEL_INVALID',
  'MESSAGE_CLOSED',
  'MESSAGE_INVALID',
  'MESSAGE_NOT_FOUND',
  'MODEL_ANSWER_INVALID',
  'MODEL_FAILED',
  'MODEL_STREAM_TORN',
  'OFFSET_INVALID',
  'OPTION_INVALID',
  'OVERLOADED',
  'QUERY_INVALID',
  'REQUEST_INVALID',
  'STORE_CLOSED',
  'STORE_CORRUPT',
  'STORE_FULL',
  'STORE_LOCKED',
  'STORE_MIGRATION_FAILED',
  'STORE_OPEN_FAILED',
  'STORE_READ_FAILED',
  'STORE_VERSION_UNSUPPORTED',
  'STORE_WRITE_FAILED',
  'TOOL_FAILED',
  'TOOL_INPUT_INVALID',
  'TOOL_NOT_FOUND',
  'VECTOR_INVALID',
] as const;

/** A stable code to branch on. Codes are never renamed; new ones may be added in a minor version. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What else an error can say: the cause, whether trying again can help, and the values in its message. */
export interface ErrorOptions {
  readonly cause?: unknown;
  /** True when the same call may succeed later without a change by the caller. Default false. */
  readonly retryable?: boolean;
  /** The values named in the message, for programs. Never message content. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The one error class of Retentive. `message` says what was wrong, the value and the limit; `code` is stable. */
export class RetentiveError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RetentiveError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
    Object.defineProperty(this, MARKER, { value: true });
  }
}

/**
 * True for a {@link RetentiveError}, also one made by another installed copy of this package; with `code`, only
 * for that code.
 */
export const isRetentiveError = (error: unknown, code?: ErrorCode): error is RetentiveError =>
  typeof error === 'object' &&
  error !== null &&
  (error as Record<symbol, unknown>)[MARKER] === true &&
  (code === undefined || (error as RetentiveError).code === code);

/** Rejects with `ABORTED` once `signal` is aborted; the signal's reason is kept as the cause. */
export const throwIfAborted = (signal: AbortSignal | undefined, what = 'the call'): void => {
  if (signal?.aborted) throw new RetentiveError('ABORTED', `${what} was aborted`, { cause: signal.reason });
};

/** Options of every call that may wait. */
export interface CallOptions {
  /** Aborting rejects the call with `ABORTED`; stores are left as before or after it, never between. */
  readonly signal?: AbortSignal | undefined;
}
