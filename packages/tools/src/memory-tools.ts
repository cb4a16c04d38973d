import type { ScopedMemory } from '@retentive/memory';
import type { AgentTool } from './define-tool.ts';
import { createMemoryDeleteTool } from './memory-delete.ts';
import type { MemoryWriteOptions } from './memory-grounds.ts';
import { createMemoryInsertTool } from './memory-insert.ts';
import { createMemorySearchTool, type MemorySearchOptions } from './memory-search.ts';
import { createMemoryUpdateTool } from './memory-update.ts';

/** Options of {@link createMemoryTools}. */
export interface MemoryToolsOptions
  extends Pick<MemoryWriteOptions, 'allowCore'>,
    Omit<MemorySearchOptions, 'name'> {}

/** `memory_search`, `memory_insert`, `memory_update` and `memory_delete` over the memory of one user. */
export const createMemoryTools = (
  scope: ScopedMemory,
  options: MemoryToolsOptions = {},
): readonly AgentTool[] => {
  const { allowCore, ...search } = options;
  return [
    createMemorySearchTool(scope, search),
    createMemoryInsertTool(scope, { allowCore }),
    createMemoryUpdateTool(scope, { allowCore }),
    createMemoryDeleteTool(scope, { allowCore }),
  ];
};
