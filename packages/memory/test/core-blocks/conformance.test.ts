import { type CoreBlocks, createCoreBlocks } from '../../src/core-blocks/core-blocks.ts';
import { describeCoreBlocks } from '../../src/testing/core-blocks-conformance.ts';

/** A wrapper that adds nothing: it must be as good as what it wraps. */
const passThrough = (inner: CoreBlocks): CoreBlocks => ({
  blocks: () => inner.blocks(),
  block: (label) => inner.block(label),
  versions: (label) => inner.versions(label),
  apply: (entry) => inner.apply(entry),
});

describeCoreBlocks('in memory', createCoreBlocks);
describeCoreBlocks('pass-through', () => passThrough(createCoreBlocks()));
