import type {
  CallOptions,
  Chunk,
  Context,
  Fact,
  MessageHeaderInput,
  MessageId,
  MessageInput,
} from '@retentive/core';
import type { ContextOptions, FactsOptions, SearchHit, SearchOptions } from '@retentive/memory';
import type { AgentPart, TurnBudget, TurnInput } from '../agent-types.ts';

/** Options of `createDaemonClient`. */
export interface DaemonClientOptions {
  /** Where the daemon listens, such as `http://127.0.0.1:7373`. */
  readonly baseURL: string;
  /** The bearer token, where the daemon wants one. */
  readonly token?: string | undefined;
  /**
   * How `ingest` sends: as one `stream`, or in `pieces`, a request for each. Default `stream`, but `pieces` in web pages,
   * where browsers stream no request over HTTP/1.1.
   */
  readonly upload?: 'stream' | 'pieces' | undefined;
  /** Default: the runtime's own. */
  readonly fetch?: typeof fetch | undefined;
}

/** What the daemon says of itself. */
export interface DaemonHealth {
  readonly live: boolean;
  /** False while it stops. */
  readonly ready: boolean;
  readonly version: string;
  /** Tells one daemon from another that listens at the same address later. */
  readonly instance: string;
}

/** The answer to `observe`: the message is durable. */
export interface ObservedMessage {
  readonly id: MessageId;
  /** True when an earlier request had brought it. */
  readonly replayed: boolean;
  readonly sequence: number;
  readonly warnings: readonly string[];
  /** False for a message with `remember: false`. */
  readonly stored: boolean;
}

/** What of a streamed message is durable. */
export interface Acknowledgement {
  readonly id: MessageId;
  /** UTF-16 units. */
  readonly offset: number;
  /** `open` until the last one. */
  readonly state: 'open' | 'complete' | 'torn';
  readonly replayed: boolean;
  /** Chunks that were closed; they are retrievable now. */
  readonly chunks: readonly Pick<Chunk, 'id' | 'offset' | 'tokens'>[];
}

/** Where and how `ingest` goes on with a torn message. */
export interface ResumeInput {
  readonly id: MessageId;
  /** The offset of the last acknowledgement, or of the error's details. */
  readonly offset: number;
}

/** Options of `context`, as `ScopedMemory.context` has them; a daemon asks no model again. */
export type ClientContextOptions = Omit<ContextOptions, 'requery'>;

/** One turn, as asked of {@link DaemonScope.turn}. */
export interface ClientTurnRequest extends CallOptions {
  readonly input: TurnInput;
  readonly thread?: string | undefined;
  readonly remember?: boolean | undefined;
  readonly budget?: TurnBudget | undefined;
}

/**
 * The memory of one user, in a daemon. Every call rejects with RetentiveError: the daemon's own codes, DAEMON_UNREACHABLE,
 * ABORTED.
 */
export interface DaemonScope {
  /** Stores one message. With `settled` the answer waits for the background writing too. */
  observe(
    message: MessageInput,
    options?: CallOptions & { readonly settled?: boolean | undefined },
  ): Promise<ObservedMessage>;
  /**
   * Streams one message in: text goes out as it comes, acknowledgements come back as it becomes durable, the last one
   * `complete`. Leaving the loop early tears the message. An error after the first durable text has `id` and `offset` in
   * its details; {@link DaemonScope.resume} goes on from there. Single consumption.
   */
  ingest(
    header: MessageHeaderInput,
    text: AsyncIterable<string> | Iterable<string>,
    options?: CallOptions,
  ): AsyncIterable<Acknowledgement>;
  /** Goes on with a torn message: `text` is what follows from `offset` on. */
  resume(
    from: ResumeInput,
    text: AsyncIterable<string> | Iterable<string>,
    options?: CallOptions,
  ): AsyncIterable<Acknowledgement>;
  context(query: string, options?: ClientContextOptions): Promise<Context>;
  search(query: string, options?: SearchOptions): Promise<readonly SearchHit[]>;
  facts(options?: FactsOptions): Promise<readonly Fact[]>;
  /** Answers one input, part by part; the last is `finish`. Leaving the loop early tears the answer. Single consumption. */
  turn(request: ClientTurnRequest): AsyncIterable<AgentPart>;
}

/** A daemon, seen from afar. */
export interface DaemonClient {
  health(options?: CallOptions): Promise<DaemonHealth>;
  /** The only door to data. @throws LABEL_INVALID */
  scope(scope: { readonly tenant: string; readonly user: string }): DaemonScope;
}
