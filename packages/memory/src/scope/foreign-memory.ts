import { importForeign } from '../foreign/import-foreign.ts';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import type { ScopeState } from './scope-state.ts';

/** What imports from other programs work with. */
export interface ForeignMemoryParts {
  readonly key: ScopeKey;
  readonly journal: Journal;
  readonly load: () => Promise<ScopeState>;
}

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
