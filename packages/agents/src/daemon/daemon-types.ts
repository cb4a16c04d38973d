import type { Memory, ScopedMemory } from '@retentive/memory';
import type { Agent } from '../agent-types.ts';
import type { Admission } from './admission.ts';
import type { DaemonLimits } from './limits.ts';

/** What handlers work with. */
export interface DaemonParts {
  readonly memory: Memory;
  readonly agent: Agent;
  readonly admission: Admission;
  readonly limits: DaemonLimits;
}

/** A request of one user's memory, whatever server brought it. Nothing in it is checked but the scope's labels. */
export interface DaemonRequest {
  readonly scope: ScopedMemory;
  /** The message that the path names. */
  readonly message?: string | undefined;
  readonly query: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string | undefined;
  /** The parsed JSON of a body that is read as a whole. */
  readonly body?: unknown;
  /** The bytes of a body that is streamed in. Rejects when the caller leaves before its end. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Whether a streamed body is NDJSON or plain text. */
  readonly format: 'ndjson' | 'text';
  /** Aborted when the caller leaves, at the deadline, and when the daemon stops; the reason is the error to report. */
  readonly signal: AbortSignal;
}

/** A part of a streamed answer. */
export interface StreamPart {
  readonly type: string;
}

/** A part of an answer that is text. */
export interface TextPart extends StreamPart {
  readonly text: string;
}

/**
 * An answer: JSON, or parts that are sent as they come. Parts that fail before the first one become a problem with its
 * own status; after it, the stream's last part says what happened.
 */
export type DaemonAnswer =
  | { readonly status: number; readonly body: unknown }
  | { readonly stream: 'ndjson' | 'sse'; readonly parts: AsyncIterable<StreamPart> }
  /** Text as it is; a failure after the first of it breaks the connection off. */
  | { readonly stream: 'raw'; readonly parts: AsyncIterable<TextPart> };

/** Answers one kind of request. Rejects with RetentiveError. */
export type Handler = (request: DaemonRequest, parts: DaemonParts) => Promise<DaemonAnswer>;

/** Answers a request about the whole data folder; such are refused where each token opens one tenant. */
export type FolderHandler = (
  request: Pick<DaemonRequest, 'body' | 'signal'>,
  parts: DaemonParts,
) => Promise<DaemonAnswer>;
