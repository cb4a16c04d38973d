import { assertNever, type FactId } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import * as z from 'zod';
import { defineTool, type TypedTool } from './define-tool.ts';
import { labelField, MEMORY_KINDS, required, textField } from './memory-fields.ts';
import { groundsFields, groundWrite, type MemoryWriteOptions } from './memory-grounds.ts';
import type { BlockView, FactView } from './memory-views.ts';

const input = z.object({
  memory: z.enum(MEMORY_KINDS).describe('Where it is. episodic never changes.'),
  id: z.string().min(1).optional().describe('Semantic: the full id of the fact.'),
  line: textField.optional().describe('Core: the line, in full.'),
  label: labelField,
  ...groundsFields,
});

/** Input of `memory_delete`. */
export type MemoryDeleteInput = z.input<typeof input>;

/** What `memory_delete` did. */
export type MemoryDeleteResult =
  | {
      readonly memory: 'semantic';
      readonly status: 'retracted';
      readonly operation: string;
      readonly fact: FactView;
    }
  | { readonly memory: 'core'; readonly status: 'removed'; readonly block: BlockView };

/**
 * A tool with which a model retracts a fact (it is hidden, its history stays; erasing bytes is for people, not for
 * models) or removes a line of core memory. Rejects with FACT_NOT_FOUND for an unknown id,
 * TOOL_FAILED for episodic memory and for core memory without the user's words (see `allowCore`).
 */
export const createMemoryDeleteTool = (
  scope: ScopedMemory,
  options: MemoryWriteOptions = {},
): TypedTool<MemoryDeleteInput, MemoryDeleteResult> =>
  defineTool({
    name: options.name ?? 'memory_delete',
    description:
      'Takes back a fact that is not held true any longer, by its full id, or removes a line of the standing notes. If something else holds now, use an update instead.',
    input,
    remember: false,
    run: async (asked, { signal }): Promise<MemoryDeleteResult> => {
      const write = await groundWrite(scope, asked, options, { signal });
      const { memory } = write;
      switch (memory) {
        case 'core': {
          const line = required(asked.line, 'line', memory);
          return { memory, status: 'removed', block: await write.changeCore({ type: 'remove', line }) };
        }
        case 'semantic': {
          const id = required(asked.id, 'id', memory) as FactId;
          return { memory, status: 'retracted', ...(await write.changeFact({ kind: 'retract', id })) };
        }
        default:
          return assertNever(memory);
      }
    },
  });
