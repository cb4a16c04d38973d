import { createCachedEmbedder, createHashingEmbedder } from '../../../src/index.ts';
import { describeEmbedder } from '../../../src/testing/index.ts';

describeEmbedder('hashing of words', async () => createHashingEmbedder());
describeEmbedder('a cache of two vectors before it', async () =>
  createCachedEmbedder(createHashingEmbedder(), { entries: 2, batchSize: 2 }),
);
