/** Statuses below 500 that may be another the next time. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 409, 429]);

/** True for an HTTP status after which the same request may succeed. */
export const isRetryableStatus = (status: number): boolean => RETRYABLE.has(status) || status >= 500;
