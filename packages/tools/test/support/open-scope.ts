import { createEstimatingTokenizer, createManualClock, createSeededRandom } from '@retentive/core';
import { openMemory, type ScopedMemory } from '@retentive/memory';
import { type MemoryWithFacts, withFacts } from './with-facts.ts';

/** The memory of Ana at Acme, in this process, on a clock that stands at 2024-06-01. */
export const openScope = async (): Promise<ScopedMemory> => {
  const memory = await openMemory({
    clock: createManualClock(Date.UTC(2024, 5, 1)),
    random: createSeededRandom(7),
    tokenizer: createEstimatingTokenizer(),
  });
  return memory.scope({ tenant: 'acme', user: 'ana' });
};

/** The same with facts and search. */
export const openScopeWithFacts = async (): Promise<MemoryWithFacts> =>
  withFacts(await openScope(), createEstimatingTokenizer());
