import type { CallOptions, Chunk, DocumentId, MessageId } from '@retentive/core';

/** The answer to `observe`. */
export interface Receipt {
  readonly id: MessageId;
  /** True when the same idempotency key or id had brought this message before; nothing was written. */
  readonly replayed: boolean;
  /** Sequence in the journal; 0 when replayed. */
  readonly sequence: number;
  /** Remarks that are not errors: `time:future`. */
  readonly warnings: readonly string[];
  /** False for a message with `remember: false`: nothing of it is anywhere, and its id names nothing. */
  readonly stored: boolean;
  /** Resolves when the background writing that this message caused is done. */
  settled(options?: CallOptions): Promise<void>;
}

/** What a write acknowledged. */
export interface WriteReceipt {
  /** UTF-16 length of the source that is durable: everything written so far. */
  readonly offset: number;
  /** Chunks that this write closed; they are retrievable now. */
  readonly chunks: readonly Chunk[];
}

/**
 * Streams one source in. Calls are carried out in the order they are made; each resolves when its text is durable, so
 * awaiting gives back-pressure and not awaiting batches. When a write fails, those waiting behind it fail with it; it can
 * be made again. A source without a word or metadata is not stored. A writer that is dropped without an end leaves the source
 * torn at the next open.
 */
export interface ChunkWriter {
  readonly id: MessageId | DocumentId;
  /** Durable so far. */
  readonly offset: number;
  /** True when `ingest` met an earlier source with the same idempotency key: text is compared from offset 0 on. */
  readonly replayed: boolean;
  /** False for a message with `remember: false`: what is written is counted and dropped, and there are no chunks. */
  readonly stored: boolean;
  /** @throws MESSAGE_CLOSED after an end, OFFSET_INVALID when re-sent text differs from what is stored */
  write(text: string, options?: CallOptions): Promise<WriteReceipt>;
  /** Ends the source as `complete`. Idempotent. */
  complete(options?: CallOptions): Promise<WriteReceipt>;
  /** Ends the source as `torn`. Idempotent; a no-op after `complete`. */
  tear(options?: CallOptions): Promise<WriteReceipt>;
}
