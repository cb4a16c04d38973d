import type { MessageHeaderInput, MessageId } from '@retentive/core';
import type { ChunkWriter, ScopedMemory } from '@retentive/memory';

/** Characters gathered before a write: a sentence or two, so that a token does not cost a disk sync each. */
const WRITE_CHARACTERS = 200;

/** What became durable. */
export interface AnswerWrite {
  readonly message: MessageId;
  /** UTF-16 units that are durable. */
  readonly offset: number;
  readonly state: 'open' | 'complete';
}

/** Stores an answer while it streams. Nothing is stored for an answer without text. */
export interface AnswerWriter {
  /** Takes text; writes when enough has gathered. */
  write(text: string): Promise<AnswerWrite | undefined>;
  /** Writes the rest and ends the message, if there is one; the next text begins another message. */
  complete(): Promise<AnswerWrite | undefined>;
  /** Writes the rest and ends the message as torn, if one is open. */
  tear(): Promise<void>;
}

/** An {@link AnswerWriter} into `scope`, each message under `header`; without a scope it stores nothing. */
export const createAnswerWriter = (
  scope: ScopedMemory | undefined,
  header: MessageHeaderInput,
): AnswerWriter => {
  let writer: ChunkWriter | undefined;
  let pending = '';

  const flush = async (): Promise<ChunkWriter | undefined> => {
    // White space alone is no message; it goes along with the first word.
    if (scope === undefined || (writer === undefined && pending.trim().length === 0)) return undefined;
    writer ??= scope.ingest(header);
    const text = pending;
    pending = '';
    if (text.length > 0) await writer.write(text);
    return writer;
  };

  return {
    async write(text) {
      pending += text;
      if (pending.length < WRITE_CHARACTERS) return undefined;
      const open = await flush();
      return open && { message: open.id as MessageId, offset: open.offset, state: 'open' };
    },
    async complete() {
      const open = await flush();
      pending = '';
      if (open === undefined) return undefined;
      const { offset } = await open.complete();
      writer = undefined;
      return { message: open.id as MessageId, offset, state: 'complete' };
    },
    async tear() {
      // A failed write must not keep the message from being closed.
      try {
        await flush();
      } finally {
        await writer?.tear();
        writer = undefined;
      }
    },
  };
};
