import type { Memory, ScopedMemory } from '@retentive/memory';

/** Puts a search that finds nothing where a memory has none yet, so that its route can be tested. */
export const withSearchFake = (memory: Memory): Memory => ({
  ...memory,
  scope(scope) {
    const fake: Pick<ScopedMemory, 'search'> = { search: async () => [] };
    return { ...fake, ...memory.scope(scope) };
  },
});
