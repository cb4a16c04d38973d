import { RetentiveError, throwIfAborted } from '@retentive/core';
import type { VectorIndex } from '../vector-index.ts';
import { createVectorTable, type VectorTableOptions } from './vector-table.ts';

/** Makes an index that is gone with the process. `flush` has nothing to do. */
export const createInMemoryVectorIndex = (options: VectorTableOptions): VectorIndex => {
  const table = createVectorTable(options);
  let sequence = 0;
  let closed = false;

  const assertOpen = (): void => {
    if (closed) throw new RetentiveError('STORE_CLOSED', 'the vector index is closed');
  };

  return {
    capabilities: { name: 'in-memory', durable: false, dimensions: options.dimensions },
    get sequence() {
      return sequence;
    },
    get size() {
      return table.size();
    },
    async put(items, reached, { signal } = {}) {
      assertOpen();
      throwIfAborted(signal, 'the write of vectors');
      table.put(items);
      sequence = Math.max(sequence, reached);
    },
    async remove(ids, reached, { signal } = {}) {
      assertOpen();
      throwIfAborted(signal, 'the removal of vectors');
      table.remove(ids);
      sequence = Math.max(sequence, reached);
    },
    async search(query, limit, filter) {
      assertOpen();
      return table.search(query, limit, filter);
    },
    async cosines(query, ids) {
      assertOpen();
      return table.cosines(query, ids);
    },
    async flush({ signal } = {}) {
      assertOpen();
      throwIfAborted(signal, 'the flush of vectors');
    },
    async close() {
      closed = true;
    },
  };
};
