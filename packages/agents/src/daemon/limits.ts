/** What a daemon takes and how long it waits. Sizes in bytes, times in ms. */
export interface DaemonLimits {
  /** Longest body that is read as a whole, and longest line of one that is streamed. */
  readonly bodyBytes: number;
  /** Longest text of a message that is sent as a whole; streams have no limit. */
  readonly textBytes: number;
  /** Most messages that a context can be told to leave out: those of a long history. */
  readonly excludeItems: number;
  readonly headerTimeoutMs: number;
  /** From the first byte of a request to its answer; streams are not bound by it. */
  readonly requestTimeoutMs: number;
  /** A stream that brings nothing for so long is torn. */
  readonly idleTimeoutMs: number;
  /** Streams at a time. */
  readonly streams: number;
  /** Writes of one tenant that are accepted and not yet durable. */
  readonly writesPerTenant: number;
  /** The same over all tenants. */
  readonly writes: number;
  /** A silent event stream says that it lives after so long. */
  readonly heartbeatMs: number;
  /** From the end of one sweep of what has expired to the beginning of the next. */
  readonly sweepMs: number;
  /** Longest wait for requests under way when the daemon stops. */
  readonly drainMs: number;
}

/** The limits of `retentive serve`. Times out what a person or a load balancer would have given up. */
export const DAEMON_LIMITS: DaemonLimits = {
  bodyBytes: 1_048_576,
  textBytes: 65_536,
  excludeItems: 10_000,
  headerTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 300_000,
  streams: 1_000,
  writesPerTenant: 1_024,
  writes: 10_000,
  heartbeatMs: 15_000,
  sweepMs: 3_600_000,
  drainMs: 10_000,
};

/** Where `retentive serve` listens unless told otherwise. */
export const DEFAULT_HOST = '127.0.0.1';

/** The port of `retentive serve` unless told otherwise. */
export const DEFAULT_PORT = 7373;
