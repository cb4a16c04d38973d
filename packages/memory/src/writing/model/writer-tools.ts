import type { ToolDescription } from '@retentive/core';
import * as z from 'zod';
import { factSchema } from './extraction-answer.ts';

const memory = z.enum(['core', 'semantic', 'episodic']);

const { about, attribute, value, negated, entities, when, from, until, planned, over, evidence } =
  factSchema.shape;

/** Fields of a fact beside its text. */
const factFields = { about, attribute, value, negated, entities, when, from, until, planned, over };

const content = z.string().trim().min(1).max(1_000);
const id = z.string().trim().min(1).max(128);

/** What each tool takes. */
export const WRITER_INPUTS = {
  memory_insert: z.object({ memory, content, evidence, ...factFields }),
  memory_update: z.object({
    memory,
    id,
    content,
    evidence,
    relation: z.preprocess((relation) => relation ?? undefined, z.enum(['changed', 'corrected']).optional()),
    ...factFields,
  }),
  memory_delete: z.object({ memory, id, evidence }),
} as const;

/** A tool of the writer. */
export type WriterTool = keyof typeof WRITER_INPUTS;

/** Input of a tool, checked. */
export type WriterInput<Tool extends WriterTool> = z.output<(typeof WRITER_INPUTS)[Tool]>;

const text = { type: 'string' } as const;

const MEMORY = { type: 'string', enum: ['core', 'semantic', 'episodic'] } as const;

const EVIDENCE = {
  type: 'array',
  minItems: 1,
  description: 'The words of messages that say so, copied exactly.',
  items: {
    type: 'object',
    properties: { message: { ...text, description: 'Such as M1.' }, quote: text },
    required: ['message', 'quote'],
  },
} as const;

const FACT_PROPERTIES = {
  about: { ...text, description: 'Semantic: "user", else a name or "user\'s sister".' },
  attribute: { ...text, description: 'Semantic, in English, such as home, employer, family:sister.' },
  value: { ...text, description: 'Semantic: the value alone.' },
  negated: { type: 'boolean', description: 'Semantic: it is said not to be so.' },
  entities: { type: 'array', items: text },
  when: { ...text, description: 'Semantic: the words that say when, copied exactly.' },
  from: { ...text, description: 'Semantic: 2026-05-04, if "when" is not English.' },
  until: text,
  planned: { type: 'boolean', description: 'Semantic: it lies ahead.' },
  over: { type: 'boolean', description: 'Semantic: it was so for a time and is no more.' },
} as const;

const tool = (
  name: WriterTool,
  description: string,
  properties: Readonly<Record<string, unknown>>,
  required: readonly string[],
): ToolDescription => ({ name, description, parameters: { type: 'object', properties, required } });

/** The tools as models are told of them. */
export const WRITER_TOOLS: readonly ToolDescription[] = [
  tool(
    'memory_insert',
    'Adds a line, a fact or a note.',
    { memory: MEMORY, content: text, evidence: EVIDENCE, ...FACT_PROPERTIES },
    ['memory', 'content', 'evidence'],
  ),
  tool(
    'memory_update',
    'Puts something else in the place of a line, fact or note.',
    {
      memory: MEMORY,
      id: { ...text, description: 'Such as F1, C1 or N1.' },
      content: text,
      evidence: EVIDENCE,
      relation: {
        ...text,
        enum: ['changed', 'corrected'],
        description: 'Semantic: it was so until now, or was wrong.',
      },
      ...FACT_PROPERTIES,
    },
    ['memory', 'id', 'content', 'evidence'],
  ),
  tool(
    'memory_delete',
    'Takes back a line, fact or note that is not so.',
    { memory: MEMORY, id: text, evidence: EVIDENCE },
    ['memory', 'id', 'evidence'],
  ),
];
