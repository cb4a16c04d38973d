import type { Memory, ScopedMemory } from '@retentive/memory';

/**
 * Puts empty semantic memory where a memory has none yet, so that routes of facts and search can be tested. What the memory
 * has itself stays.
 */
export const withSemanticFake = (memory: Memory): Memory => ({
  ...memory,
  scope(scope) {
    const real = memory.scope(scope);
    const fake: Pick<ScopedMemory, 'facts' | 'search'> = { facts: async () => [], search: async () => [] };
    return { ...fake, ...real };
  },
});
