export { type AgentTool, defineTool, type ToolDefinition, type TypedTool } from './define-tool.ts';
export { createMemoryDeleteTool, type MemoryDeleteInput, type MemoryDeleteResult } from './memory-delete.ts';
export type { MemoryWriteOptions } from './memory-grounds.ts';
export { createMemoryInsertTool, type MemoryInsertInput, type MemoryInsertResult } from './memory-insert.ts';
export {
  createMemorySearchTool,
  type MemorySearchItem,
  type MemorySearchOptions,
  type MemorySearchResult,
} from './memory-search.ts';
export { createMemoryTools, type MemoryToolsOptions } from './memory-tools.ts';
export { createMemoryUpdateTool, type MemoryUpdateInput, type MemoryUpdateResult } from './memory-update.ts';
export type { BlockView, FactView } from './memory-views.ts';
