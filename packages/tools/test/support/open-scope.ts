import { createEstimatingTokenizer, createManualClock, createSeededRandom } from '@retentive/core';
import { openMemory, type ScopedMemory } from '@retentive/memory';

/** The memory of Ana at Acme, in this process, on a clock that stands at 2024-06-01; nothing is extracted. */
export const openScope = async (): Promise<ScopedMemory> => {
  const memory = await openMemory({
    clock: createManualClock(Date.UTC(2024, 5, 1)),
    random: createSeededRandom(7),
    tokenizer: createEstimatingTokenizer(),
    extractor: false,
  });
  return memory.scope({ tenant: 'acme', user: 'ana' });
};
