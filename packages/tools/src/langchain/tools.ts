import { DynamicStructuredTool, type StructuredToolInterface } from '@langchain/core/tools';
import type { Tool } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import { createMemoryTools, type MemoryToolsOptions } from '../memory-tools.ts';

/**
 * A tool for LangChain's models, agents and chains. Input is checked twice: by LangChain against the JSON Schema
 * (ToolInputParsingException), then by the tool itself; what it rejects with (codes, ABORTED by the call's `signal`)
 * reaches LangChain unchanged. The result is JSON text.
 */
export const toLangChainTool = (tool: Tool): StructuredToolInterface =>
  new DynamicStructuredTool({
    name: tool.name,
    description: tool.description,
    schema: { ...tool.parameters },
    func: (input: unknown, _manager, config) => tool.run(input, { signal: config?.signal }),
  });

/** `memory_search`, `memory_insert`, `memory_update` and `memory_delete` as LangChain tools. */
export const createLangChainMemoryTools = (
  scope: ScopedMemory,
  options: MemoryToolsOptions = {},
): readonly StructuredToolInterface[] => createMemoryTools(scope, options).map(toLangChainTool);
