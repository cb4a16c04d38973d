import { type MessageId, RetentiveError, throwIfAborted } from '@retentive/core';
import type { SourceId } from '../journal/journal.ts';
import type { ChunkWriter, Receipt } from '../writing-types.ts';

/** The answer to a message that is not to be remembered. */
export const unstoredReceipt = (id: MessageId, warnings: readonly string[]): Receipt => ({
  id,
  replayed: false,
  sequence: 0,
  warnings,
  stored: false,
  settled: async ({ signal } = {}) => throwIfAborted(signal, 'settled'),
});

/** A writer that keeps nothing but how much it was given. */
export const createUnstoredWriter = (id: SourceId): ChunkWriter => {
  let offset = 0;
  let isEnded = false;
  const end: ChunkWriter['complete'] = async ({ signal } = {}) => {
    throwIfAborted(signal, 'the write');
    isEnded = true;
    return { offset, chunks: [] };
  };
  return {
    id,
    get offset() {
      return offset;
    },
    replayed: false,
    stored: false,
    async write(text, { signal } = {}) {
      throwIfAborted(signal, 'the write');
      if (typeof text !== 'string') {
        throw new RetentiveError(
          'MESSAGE_INVALID',
          `write takes text, got ${typeof text}; decode bytes first`,
        );
      }
      if (isEnded && text !== '') throw new RetentiveError('MESSAGE_CLOSED', `"${id}" has ended`);
      offset += text.length;
      return { offset, chunks: [] };
    },
    complete: end,
    tear: end,
  };
};
