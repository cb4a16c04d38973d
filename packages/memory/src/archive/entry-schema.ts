import { ROLES } from '@retentive/core';
import * as z from 'zod';
import type { EntryBody } from '../journal/journal.ts';

// What an archive's line may hold. Fields that this release does not know are kept: a later one of the same version may
// have written them, and what is exported again must not lose them.

const id = z.string().min(1).max(1_024);
const time = z.int();
const cuts = z.array(z.tuple([z.int().min(0), z.int().min(0)]));
const label = z.string().min(1).max(1_024);
const origin = z.enum(['user', 'agent', 'tool', 'web', 'system']);

const sourceSchema = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('message'),
    id,
    thread: label,
    role: z.enum(ROLES),
    origin,
    speaker: z.string().optional(),
    agent: z.string().optional(),
    timeZone: z.string().optional(),
    time,
    expiresAt: time.optional(),
    remember: z.boolean(),
  }),
  z.looseObject({
    type: z.literal('document'),
    id,
    title: z.string(),
    origin,
    thread: label,
    agent: z.string().optional(),
    time,
    expiresAt: time.optional(),
  }),
]);

const evidenceSchema = z.looseObject({
  source: id,
  start: z.int().min(0).optional(),
  end: z.int().min(0).optional(),
  origin,
  quote: z.string().optional(),
});

const intervalSchema = z.looseObject({ from: z.number().optional(), until: z.number().optional() });

const factSchema = z.looseObject({
  text: z.string(),
  subject: z.string().optional(),
  attribute: z.string().optional(),
  value: z.string().optional(),
  negated: z.boolean().optional(),
  entities: z.array(z.string()).optional(),
  valid: intervalSchema.optional(),
  sources: z.array(evidenceSchema).optional(),
  trust: z.number().min(0).max(1).optional(),
  premises: z.array(z.string()).optional(),
  expiresAt: z.number().optional(),
});

const changeSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('append'), line: z.string() }),
  z.looseObject({ type: z.literal('replace'), line: z.string(), by: z.string() }),
  z.looseObject({ type: z.literal('remove'), line: z.string() }),
]);

const exampleSchema = z.looseObject({
  outcome: z.enum(['good', 'bad']),
  input: z.string(),
  output: z.string(),
  why: z.string().optional(),
});

const spanSchema = z.tuple([id, z.int().min(0), z.int().min(0)]);

const targetSchema = z.discriminatedUnion('store', [
  z.looseObject({
    store: z.literal('semantic'),
    id,
    fact: factSchema.optional(),
    replaces: id.optional(),
    conflictsWith: z.array(z.string()).optional(),
  }),
  z.looseObject({
    store: z.literal('core'),
    label,
    change: changeSchema,
    premises: z.array(z.string()).optional(),
  }),
  z.looseObject({
    store: z.literal('episode'),
    id,
    stretch: z
      .looseObject({
        thread: label,
        messages: z.array(z.tuple([id, z.number()])),
        title: z.array(spanSchema),
      })
      .optional(),
    summary: z
      .array(
        z.union([
          z.looseObject({ span: spanSchema }),
          z.looseObject({ text: z.string(), sources: z.array(id) }),
        ]),
      )
      .optional(),
    coverage: z.array(z.number()).optional(),
  }),
  z.looseObject({
    store: z.literal('episodic'),
    episode: id.optional(),
    note: z.string(),
    replaces: id.optional(),
  }),
  z.looseObject({
    store: z.literal('examples'),
    example: exampleSchema.optional(),
    replaces: id.optional(),
  }),
]);

const operationSchema = z.looseObject({
  id,
  kind: z.enum(['add', 'update', 'supersede', 'retract', 'skip']),
  agent: z.string().optional(),
  target: targetSchema,
  because: z.string(),
  sources: z.array(evidenceSchema),
  undoes: id.optional(),
});

const jobSchema = z.looseObject({
  id,
  type: z.string(),
  source: id,
  state: z.enum(['queued', 'done', 'dead']),
  attempts: z.int().min(0),
  runAfter: z.number().optional(),
  error: z.string().optional(),
  degraded: z.array(z.string()).optional(),
  cost: z
    .looseObject({
      calls: z.int().min(0),
      inputTokens: z.number().min(0).nullable(),
      outputTokens: z.number().min(0).nullable(),
      microdollars: z.number().min(0).nullable(),
      messages: z.int().min(0),
      operations: z.int().min(0),
    })
    .optional(),
});

const partsSchema = z.array(z.looseObject({ type: z.enum(['text', 'image', 'audio', 'file']) }));

/**
 * A schema for every kind of entry: a new kind does not compile without one. What was forgotten is told to no other
 * journal: an archive has only what is left.
 */
const BODIES = {
  source: z.looseObject({
    kind: z.literal('source'),
    source: sourceSchema,
    state: z.enum(['open', 'complete']),
    text: z.string(),
    cuts,
    parts: partsSchema.optional(),
  }),
  text: z.looseObject({ kind: z.literal('text'), id, offset: z.int().min(0), text: z.string(), cuts }),
  closed: z.looseObject({
    kind: z.literal('closed'),
    id,
    state: z.enum(['complete', 'torn']),
    length: z.int().min(0),
    cuts,
  }),
  resumed: z.looseObject({ kind: z.literal('resumed'), id, keep: z.int().min(0) }),
  operation: z.looseObject({ kind: z.literal('operation'), operation: operationSchema }),
  job: z.looseObject({ kind: z.literal('job'), job: jobSchema }),
  pin: z.looseObject({ kind: z.literal('pin'), id, pinned: z.boolean() }),
  context: z.looseObject({
    kind: z.literal('context'),
    context: z.looseObject({ id, items: z.array(z.string()), renderer: z.string(), hash: z.string() }),
  }),
  access: z.looseObject({ kind: z.literal('access'), items: z.array(z.string()) }),
  output: z.looseObject({
    kind: z.literal('output'),
    producer: z.string(),
    input: z.string(),
    output: z.string(),
    source: id.optional(),
  }),
} as const satisfies Record<Exclude<EntryBody['kind'], 'forgotten'>, z.ZodObject>;

/** One entry of a journal, as an archive has it. */
export const bodySchema = z.discriminatedUnion('kind', [
  BODIES.source,
  BODIES.text,
  BODIES.closed,
  BODIES.resumed,
  BODIES.operation,
  BODIES.job,
  BODIES.pin,
  BODIES.context,
  BODIES.access,
  BODIES.output,
]);
