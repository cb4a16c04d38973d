import { assertNever, type Fact, type FactId, type FactInput } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import * as z from 'zod';
import { defineTool, type TypedTool } from './define-tool.ts';
import { factFields, intervalOf, labelField, MEMORY_KINDS, required, textField } from './memory-fields.ts';
import { groundsFields, groundWrite, type MemoryWriteOptions, trustOf } from './memory-grounds.ts';
import type { BlockView, FactView } from './memory-views.ts';

const input = z.object({
  memory: z.enum(MEMORY_KINDS).describe('Where it is. episodic never changes.'),
  id: z.string().min(1).optional().describe('Semantic: the full id of the fact.'),
  line: textField.optional().describe('Core: the line as it stands now, in full.'),
  text: textField.describe('What is to stand there instead.'),
  change: z
    .enum(['correction', 'new-state'])
    .default('correction')
    .describe(
      'Semantic. correction: the record was wrong. new-state: it was right, and the world has changed since.',
    ),
  ...factFields,
  label: labelField,
  ...groundsFields,
});

/** Input of `memory_update`. */
export type MemoryUpdateInput = z.input<typeof input>;

/** What `memory_update` did. `replaced` is the id of the fact as it was; its history stays. */
export type MemoryUpdateResult =
  | {
      readonly memory: 'semantic';
      readonly status: 'updated' | 'superseded';
      readonly operation: string;
      readonly replaced: string;
      readonly fact: FactView;
    }
  | { readonly memory: 'core'; readonly status: 'updated'; readonly block: BlockView };

/** The new record. What it is about stays unless said otherwise; the value and the sources are never carried over. */
const factInput = (
  { text, subject, attribute, value, entities, change, ...rest }: z.output<typeof input>,
  before: Fact | undefined,
  sources: NonNullable<FactInput['sources']>,
): FactInput => {
  const valid = intervalOf(rest) ?? (change === 'correction' ? before?.valid : undefined);
  return {
    text,
    subject: subject ?? before?.subject,
    attribute: attribute ?? before?.attribute,
    value,
    entities,
    ...(valid === undefined ? {} : { valid }),
    sources,
    trust: trustOf(sources),
  };
};

/**
 * A tool with which a model corrects a fact, replaces one that has ended by what holds now, or replaces a line of core
 * memory. Rejects with FACT_NOT_FOUND for an unknown id, MESSAGE_NOT_FOUND for unknown evidence,
 * TOOL_FAILED for episodic memory and for core memory without the user's words (see `allowCore`).
 */
export const createMemoryUpdateTool = (
  scope: ScopedMemory,
  options: MemoryWriteOptions = {},
): TypedTool<MemoryUpdateInput, MemoryUpdateResult> =>
  defineTool({
    name: options.name ?? 'memory_update',
    description:
      'Changes something that is remembered: a fact by its full id, or a line of the standing notes. Search first to get the id. What was believed before stays in the history.',
    input,
    remember: false,
    run: async (asked, { signal }): Promise<MemoryUpdateResult> => {
      const write = await groundWrite(scope, asked, options, { signal });
      const { memory } = write;
      switch (memory) {
        case 'core': {
          const line = required(asked.line, 'line', memory);
          const block = await write.changeCore({ type: 'replace', line, by: asked.text });
          return { memory, status: 'updated', block };
        }
        case 'semantic': {
          const id = required(asked.id, 'id', memory) as FactId;
          const before = (await scope.facts({ signal })).find((fact) => fact.id === id);
          const kind = asked.change === 'correction' ? 'update' : 'supersede';
          const changed = await write.changeFact({ kind, id, fact: factInput(asked, before, write.sources) });
          const status = kind === 'update' ? 'updated' : 'superseded';
          return { memory, status, replaced: id, ...changed };
        }
        default:
          return assertNever(memory);
      }
    },
  });
