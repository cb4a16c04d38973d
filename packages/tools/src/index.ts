export { type AgentTool, defineTool, type ToolDefinition } from './define-tool.ts';
export { createMemorySearchTool, type MemorySearchOptions } from './memory-search.ts';
