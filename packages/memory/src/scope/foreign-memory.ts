import { type ForeignTarget, importForeign } from '../foreign/import-foreign.ts';
import type { ScopedMemory } from '../memory-types.ts';

/** What imports from other programs work with. */
export type ForeignMemoryParts = Omit<ForeignTarget, 'observe' | 'core'>;

/** Makes the part of a scope that takes in what other programs exported. */
export const createForeignMemory = (
  parts: ForeignMemoryParts,
  { observe, core }: Pick<ScopedMemory, 'observe' | 'core'>,
): Pick<ScopedMemory, 'importFrom'> => ({
  async importFrom(open, options) {
    await parts.load();
    return importForeign({ ...parts, observe, core }, open, options);
  },
});
