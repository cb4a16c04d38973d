import { afterAll } from 'vitest';
import type { VectorIndex } from '../../../src/index/vector-index.ts';
import { createInMemoryVectorIndex } from '../../../src/index/vectors/in-memory-vector-index.ts';
import { openVectraIndex } from '../../../src/index/vectors/vectra-index.ts';
import { describeVectorIndex } from '../../../src/testing/vector-conformance.ts';
import { createTestRoot } from '../../journal/support.ts';

const root = createTestRoot();
afterAll(root.remove);

let folder = '';
const openVectra = (dimensions: number): Promise<VectorIndex> =>
  openVectraIndex({ folder, dimensions, fingerprint: 'test' });

/** A wrapper that adds nothing: it must be as good an index as what it wraps. */
const passThrough = (inner: VectorIndex): VectorIndex => ({
  capabilities: { ...inner.capabilities, name: `pass-through of ${inner.capabilities.name}` },
  get sequence() {
    return inner.sequence;
  },
  get size() {
    return inner.size;
  },
  put: (items, sequence, options) => inner.put(items, sequence, options),
  remove: (ids, sequence, options) => inner.remove(ids, sequence, options),
  search: (query, limit, filter) => inner.search(query, limit, filter),
  cosines: (query, ids) => inner.cosines(query, ids),
  flush: (options) => inner.flush(options),
  close: () => inner.close(),
});

describeVectorIndex('in-memory', { open: async (dimensions) => createInMemoryVectorIndex({ dimensions }) });

describeVectorIndex('in-memory without WebAssembly', {
  open: async (dimensions) => createInMemoryVectorIndex({ dimensions, simd: false }),
});

describeVectorIndex('vectra', {
  open(dimensions) {
    folder = root.next();
    return openVectra(dimensions);
  },
  reopen: openVectra,
});

describeVectorIndex('pass-through', {
  open: async (dimensions) => passThrough(createInMemoryVectorIndex({ dimensions })),
});
